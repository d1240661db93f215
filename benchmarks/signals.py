"""A gate is stopped at every moment of its life: does one signal always end it in order?

Random moments between the installation of the handlers and the end, and chosen ones: start-up, each request, each
deletion, judging, the writing of reports. ``python benchmarks/signals.py [RANDOM [CHOSEN]]``; exit 1 where any of it is
not as it should be.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from contracts.errors import ContractsError
from contracts.mock.api import Api
from contracts.mock.server import MockServer, running
from contracts.record.run import read
from contracts.report import REPORTS

HANG = 60
"""Seconds after a signal from which the process counts as hanging: the time-out of a call is 10."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)
PARTS = ("record", *REPORTS)


@dataclass(frozen=True)
class Trial:
    """``when`` names the moment; ``number`` is a count (of requests, of deletions) or seconds after it.

    At random: the part of the time that a run takes which nobody stops.
    """

    when: str
    number: float
    signal: int
    is_twice: bool = False


@dataclass
class Row:
    """What came of the trials of one kind of moment."""

    trials: int = 0
    codes: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0


class Watch:
    """Counts what the server is asked, and says when a count is reached."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.changed = threading.Condition()

    def saw(self, method: str) -> None:
        with self.changed:
            self.seen[method] += 1
            self.changed.notify_all()

    def until(self, method: str, count: float, process: subprocess.Popen[str]) -> None:
        with self.changed:
            while self.seen[method] < count and process.poll() is None:
                self.changed.wait(0.01)


def observed(watch: Watch) -> None:
    """Every request to this process' server is told to ``watch``."""
    receive = Api.receive

    def told(self: Api, request):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        watch.saw(request.method)
        return receive(self, request)

    Api.receive = told  # type: ignore[method-assign]


def has_handler(process: subprocess.Popen[str]) -> bool:
    """Does the process handle SIGTERM by now?"""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return False
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")), "0")
    return bool(int(caught, 16) & 1 << signal.SIGTERM - 1)


def poll(process: subprocess.Popen[str], is_so: Callable[[], bool]) -> None:
    while not is_so() and process.poll() is None:
        time.sleep(0.0005)


def await_moment(trial: Trial, process: subprocess.Popen[str], watch: Watch, folder: Path, usual: float) -> None:
    poll(process, lambda: has_handler(process))
    if trial.when in ("random", "start-up"):
        time.sleep(trial.number * (usual if trial.when == "random" else 1))
    elif trial.when == "request":
        watch.until("POST", trial.number, process)
    elif trial.when == "clean-up":
        watch.until("DELETE", trial.number, process)
    elif trial.when == "nothing":
        process.wait()
    elif trial.when == "judging":
        watch.until("DELETE", 3, process)
        time.sleep(trial.number)
    else:
        name = "run.ndjson" if trial.when == "record" else trial.when
        stem = name.split(".")[0]
        poll(process, lambda: any(stem in one.name for one in folder.iterdir()) if folder.exists() else False)


def tried(trial: Trial, server: MockServer, watch: Watch, usual: float) -> tuple[int, str, float]:
    """Exit code, what is wrong (nothing where all is well), and seconds from the signal to the end.

    ``usual`` is how many seconds a run takes that nobody stops.
    """
    before = {one["id"] for one in server.customers()}
    watch.seen.clear()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "report"
        environment = {
            **os.environ,
            "VOUCHERIFY_APP_ID": server.app_id,
            "VOUCHERIFY_APP_TOKEN": server.app_token,
            "XDG_STATE_HOME": scratch,
        }
        known = [part for name in server.known_customers for part in ("--known-customer", name)]
        command = [sys.executable, "-m", "contracts", "gate", "--target", server.url, "--report", str(folder), *known]
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        await_moment(trial, process, watch, folder, usual)
        is_late = process.poll() is not None
        sent = time.monotonic()
        process.send_signal(trial.signal)
        if trial.is_twice:
            time.sleep(0.02)
            process.send_signal(trial.signal)
        try:
            out, err = process.communicate(timeout=HANG)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return -9, "hangs", HANG
        seconds = time.monotonic() - sent
        wrong = wrong_with(trial, process.returncode, out, err, folder, is_late=is_late)
        left = [one for one in server.customers() if one["id"] not in before]
        if trial.is_twice and left:
            clean_up = [sys.executable, "-m", "contracts", "cleanup", str(folder), "--target", server.url]
            done = subprocess.run(clean_up, env=environment, capture_output=True, text=True, check=False)
            wrong = wrong or (f"cleanup: exit code {done.returncode}: {done.stderr}" if done.returncode else "")
            left = [one for one in server.customers() if one["id"] not in before and one.get("source_id")]
        if left and not wrong:
            wrong = f"{len(left)} customers left"
        return process.returncode, wrong, seconds


def wrong_with(trial: Trial, code: int, out: str, err: str, folder: Path, *, is_late: bool) -> str:
    told = out + err
    if "Traceback" in told or "KeyboardInterrupt" in told or "an error of its own" in told:
        return f"a traceback: {told[-300:]}"
    is_over = "requests, " in out and f"written to {folder}" in out.replace("\n", "")
    allowed = {3}
    allowed |= {130} if trial.is_twice else set()
    allowed |= {0} if is_late or is_over else set()
    if code not in allowed:
        return f"exit code {code}: {told[-300:]}"
    if code == 130:
        return "" if "interrupted twice" in err else "130 without a word"
    missing = [name for name in ("run.ndjson", *REPORTS) if not (folder / name).exists()]
    if missing:
        return f"no {missing[0]}"
    try:
        run = read(folder / "run.ndjson")
    except ContractsError as error:
        return f"the record is broken: {error}"
    if run.footer.left_behind:
        return f"says that {run.footer.left_behind} are left"
    return ""


def worked(trials: list[Trial]) -> list[tuple[Trial, tuple[int, str, float]]]:
    """One process: one server, one trial after the other."""
    watch = Watch()
    observed(watch)
    with running() as server:
        began = time.monotonic()
        tried(Trial("nothing", 0, 0), server, watch, 0)
        usual = time.monotonic() - began
        return [(trial, tried(trial, server, watch, usual)) for trial in trials]


def trials_of(randoms: int, chosen: int, seed: int = 5) -> list[Trial]:
    rng = random.Random(seed)  # noqa: S311 - moments, no secrets
    each = max(1, chosen // (2 * (4 + len(PARTS))))
    made = [Trial("random", rng.random(), SIGNALS[n % 2]) for n in range(randoms)]
    for one in SIGNALS:
        made += [Trial("start-up", rng.uniform(0, 0.4), one) for _ in range(each)]
        made += [Trial("request", 1 + 50 * n // each, one) for n in range(each)]
        made += [Trial("clean-up", 1 + n % 3, one) for n in range(each)]
        made += [Trial("judging", rng.uniform(0, 0.15), one) for _ in range(each)]
        made += [Trial(part, 0, one) for part in PARTS for _ in range(each)]
    made += [Trial("random", rng.random(), SIGNALS[n % 2], is_twice=True) for n in range(randoms // 10)]
    return made


def main() -> int:
    randoms, chosen = (int(sys.argv[n]) if len(sys.argv) > n else default for n, default in ((1, 300), (2, 200)))
    trials, workers = trials_of(randoms, chosen), 2
    rows: dict[tuple[str, str], Row] = {}
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        parts = [trials[n :: workers * 4] for n in range(workers * 4)]
        for number, part in enumerate(pool.map(worked, parts), 1):
            print(f"{number} of {len(parts)} parts are done", file=sys.stderr, flush=True)
            for trial, (code, wrong, seconds) in part:
                kind = f"{trial.when}, twice" if trial.is_twice else trial.when
                row = rows.setdefault((kind, signal.Signals(trial.signal).name), Row())
                row.trials += 1
                row.codes[code] += 1
                row.slowest = max(row.slowest, seconds)
                row.wrong += [wrong] if wrong else []
    print(f"{'moment':<16} {'signal':<8} {'trials':>6} {'wrong':>6} {'slowest':>8}   exit codes")
    for (kind, name), row in sorted(rows.items()):
        codes = ", ".join(f"{code}: {count}" for code, count in sorted(row.codes.items()))
        print(f"{kind:<16} {name:<8} {row.trials:>6} {len(row.wrong):>6} {row.slowest:>6.2f} s   {codes}")
        for text in row.wrong[:3]:
            print(f"    {text}")
    return 1 if any(row.wrong for row in rows.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
