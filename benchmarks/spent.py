"""What a command costs as a whole process.

The memory of a child begins with its parent's, so a small process of its own starts it and tells.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_STARTER = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024]))
"""


@dataclass(frozen=True)
class Spent:
    """Exit code, seconds, processor seconds, and MB at the peak."""

    code: int
    seconds: float
    cpu: float
    memory: int


def spent(command: Sequence[str], more: Mapping[str, str]) -> Spent:
    """Run ``command`` with ``more`` in its environment; what it prints is dropped."""
    began = time.monotonic()
    starter = [sys.executable, "-c", _STARTER, *command]
    done = subprocess.run(starter, env={**os.environ, **more}, stdout=subprocess.PIPE, check=True)
    seconds = time.monotonic() - began
    code, cpu, memory = json.loads(done.stdout)
    return Spent(code, seconds, cpu, memory)
