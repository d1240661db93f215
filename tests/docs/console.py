"""The ```console blocks of a page, and a shell that runs them as a reader would: one after the other, in one folder."""

import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"(?:<!-- not run: (?P<reason>[^>]+?) -->\s*\n)?```console\n(?P<text>.*?)\n```", re.DOTALL)
_END = "__end_of_command__"


@dataclass(frozen=True)
class Command:
    """``line`` is where its block begins; ``expected`` the output that the page shows."""

    line: int
    text: str
    expected: tuple[str, ...]
    not_run: str | None


def commands(page):
    text = page.read_text(encoding="utf-8")
    for block in _BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        for part in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
            lines = re.sub(r"\\\n\s*", "", part).rstrip("\n").split("\n")
            end = lines.index("END") + 1 if lines[0].endswith("<<'END'") else 1
            command, output = "\n".join(lines[:end]), lines[end:]
            yield Command(line, command, tuple(output), block["reason"])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Shell:
    """A bash with ``contracts`` on its path; 4010 in a page is a free port."""

    def __init__(self, folder):
        tools = folder / ".bin"
        tools.mkdir()
        script = tools / "contracts"
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m contracts "$@"\n')
        script.chmod(0o755)
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VOUCHERIFY_", "GITHUB_"))}
        environment = kept | {
            "PATH": f"{tools}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
        }
        self.process = subprocess.Popen(
            ["bash", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
            env=environment,
        )

    def run(self, text):
        """The lines that ``text`` prints, on either stream."""
        text = text.replace("4010", str(self.port))
        if text.endswith("&"):
            self.process.stdin.write(f"{text}\n")
        else:
            self.process.stdin.write(f"(exit ${{code:-0}})\n{text}\ncode=$?\n")
        self.process.stdin.write(f"echo; echo {_END}\n")
        self.process.stdin.flush()
        lines = []
        while (line := self.process.stdout.readline()) and line.strip() != _END:
            lines.append(line.rstrip("\n"))
        if text.endswith("&"):
            self._await_port()
        return lines

    def _await_port(self):
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)

    def close(self):
        self.process.stdin.write("kill $(jobs -p) 2>/dev/null; exit\n")
        self.process.stdin.flush()
        self.process.communicate(timeout=60)


def masked(line):
    """``line`` without what differs from run to run: numbers, ids, the run's prefix."""
    line = re.sub(r"contracts-[0-9a-f]{8}-", "contracts-#-", line)
    line = re.sub(r"\b(cust|ord|proj|req)_\w+", r"\1_#", line)
    line = re.sub(r"\d+(?:[.,:]\d+)*", "#", line)
    return " ".join(line.split())


def missing(expected, actual):
    """The first line of ``expected`` that ``actual`` does not have, in order; None where all are there."""
    left = iter(masked(line) for line in actual)
    for line in expected:
        wanted = masked(line)
        if wanted in ("", "…"):
            continue
        beginning = wanted.removesuffix(" …") if wanted.endswith(" …") else None
        if not any(line == wanted or (beginning and line.startswith(beginning)) for line in left):
            return wanted
    return None
