"""Processes of the command, forked from one that has loaded the package: half a second of start-up less for each.

What an interpreter reads before it starts (``PYTHON…``, the locale) asks for a new one.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.processes", "contracts.cli.gate", "contracts.cli.audit", "contracts.cli.drift"])
ROOT = str(Path(__file__).parents[1])
_OF_THE_INTERPRETER = ("PYTHON", "LANG", "LC_")
_OPEN = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def ended(arguments, cwd, environment, timeout=120):
    """``contracts ARGUMENTS`` as a process of its own, when it has ended: a ``subprocess.CompletedProcess``.

    ``environment`` is all that it has.
    """
    command = [sys.executable, "-m", "contracts", *arguments]
    if _for_the_interpreter(environment) != _for_the_interpreter({**os.environ, "PYTHONPATH": ROOT}):
        return subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "stdout"), Path(folder, "stderr")
        process = _FORKS.Process(target=_command, args=(arguments, str(cwd), environment, str(out), str(err)))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(command, timeout)
        texts = [path.read_bytes().decode().replace("\r\n", "\n") for path in (out, err)]
    return subprocess.CompletedProcess(command, process.exitcode, *texts)


def _for_the_interpreter(environment):
    return {name: value for name, value in environment.items() if name.startswith(_OF_THE_INTERPRETER)}


def _command(arguments, cwd, environment, out, err):
    """The rest of what ``python -m contracts`` does, in the new process."""
    from contracts.__main__ import main

    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    for number, path, flags in ((0, os.devnull, os.O_RDONLY), (1, out, _OPEN), (2, err, _OPEN)):
        opened = os.open(path, flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process lives
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    sys.argv = ["contracts", *arguments]
    main()
