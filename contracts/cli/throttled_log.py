"""Long work tells now and then how far it is, where no terminal shows a bar: a silent CI step looks like a dead one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import click

EVERY = 10.0
"""Seconds between two lines."""


@dataclass
class ThrottledLog:
    """Writes a line to stderr when ``EVERY`` seconds have gone since the last; ``clock`` counts seconds."""

    is_wanted: bool
    clock: Callable[[], float] = time.monotonic
    _last: float = field(init=False)

    def __post_init__(self) -> None:
        self._last = self.clock()

    def tell(self, text: str) -> None:
        if self.is_wanted and self.clock() - self._last >= EVERY:
            self._last = self.clock()
            click.echo(text, err=True)
