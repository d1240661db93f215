"""The run: header, exchanges, outcomes, findings, coverage, footer. Whatever comes out is rendered from it.

As NDJSON its last line is the footer; a record without one is a broken run, never a green one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from contracts.errors import DocumentError
from contracts.record.checks import wrong_count
from contracts.record.exchange import Exchange
from contracts.record.messages import (
    EXIT_CODES,
    VERSION,
    AnyLine,
    ClauseOutcome,
    Coverage,
    ExchangeLine,
    Finding,
    Footer,
    Header,
    Outcome,
    Place,
    SequenceLine,
    VerdictWord,
    exchange_of,
    line_of,
)
from contracts.record.trace import Trace

__all__ = (
    "EXIT_CODES",
    "ClauseOutcome",
    "Coverage",
    "Finding",
    "Footer",
    "Header",
    "Outcome",
    "Place",
    "Run",
    "VerdictWord",
)
NOTHING_COVERED = Coverage(reached=0, wanted=0)
_decoder = msgspec.json.Decoder(AnyLine)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Run:
    """Everything about one run, as it is written to ``run.ndjson``."""

    header: Header
    exchanges: tuple[Exchange, ...]
    outcomes: tuple[ClauseOutcome, ...]
    findings: tuple[Finding, ...]
    footer: Footer
    coverage: Coverage = NOTHING_COVERED
    sequences: tuple[SequenceLine, ...] = ()
    """Those that broke a clause, made as small as the budget allowed."""

    @property
    def trace(self) -> Trace:
        """What was judged: the same that the run itself judged."""
        footer = self.footer
        return Trace(
            exchanges=self.exchanges,
            unavailable_credentials=footer.unavailable_credentials,
            stopped=footer.stopped,
            interrupted=footer.interrupted,
            waited=footer.waited,
            left_behind=footer.left_behind,
            notes=footer.notes,
            seconds=footer.seconds,
        )

    @property
    def has_evidence(self) -> bool:
        """Is there an exchange to judge by?"""
        return any(exchange.is_judged for exchange in self.exchanges)

    def exchange(self, number: int) -> Exchange | None:
        return self._by_number.get(number)

    @cached_property
    def _by_number(self) -> dict[int, Exchange]:
        return {exchange.number: exchange for exchange in self.exchanges}


def count_outcomes(outcomes: Iterable[ClauseOutcome]) -> dict[str, int]:
    return dict(sorted(Counter(outcome.outcome for outcome in outcomes).items()))


def folded(clauses: Iterable[str], outcomes: Iterable[ClauseOutcome]) -> list[str]:
    """Clause ids for a person: where all of a family's in ``outcomes`` are there, ``family.*`` stands for them."""
    wanted = list(clauses)
    families: dict[str, list[str]] = {}
    for outcome in outcomes:
        families.setdefault(outcome.family, []).append(outcome.clause)
    short: dict[str, None] = {}
    for clause in wanted:
        family = families.get(clause.partition(".")[0], [])
        whole = len(family) > 1 and set(family) <= set(wanted)
        short[f"{clause.partition('.')[0]}.*" if whole else clause] = None
    return list(short)


def lines(run: Run) -> Iterator[str]:
    """The record, one JSON object a line, ASCII only."""
    yield _line(run.header)
    for exchange in run.exchanges:
        yield _line(line_of(exchange))
    rest: tuple[AnyLine, ...] = (*run.sequences, *run.outcomes, *run.findings, run.coverage, run.footer)
    yield from map(_line, rest)


def _line(line: AnyLine) -> str:
    text = json.dumps(msgspec.to_builtins(line))
    return json.dumps(_whole(msgspec.to_builtins(line))) if "\\ud" in text else text


def _whole(value: Any) -> Any:
    """``value`` with its lone surrogates, which no reader of JSON takes alike, as the escapes that they are."""
    if isinstance(value, str):
        return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", value)
    if isinstance(value, dict):
        return {name: _whole(below) for name, below in value.items()}
    return [_whole(below) for below in value] if isinstance(value, list | tuple) else value


def write(run: Run, path: Path) -> None:
    path.write_text("".join(f"{line}\n" for line in lines(run)), encoding="ascii")


def read(path: Path) -> Run:
    """Read a record. Raises DocumentError for one that is truncated, edited, or of another version."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"{path}: cannot be read as a run record: {_why(error)}") from None
    return parse(text, str(path))


def _why(error: OSError | UnicodeDecodeError) -> str:
    match error:
        case UnicodeDecodeError():
            return "it is no text in UTF-8"
        case FileNotFoundError():
            return "there is no such file"
        case IsADirectoryError():
            return "it is a folder"
        case _:
            return error.strerror or "it cannot be opened"


def parse(text: str, name: str) -> Run:
    """The run that ``text`` records; ``name`` is its file's, for errors. Raises DocumentError."""
    written = text.removesuffix("\n").split("\n")
    _check_version(written[0], name)
    read = [_read(line, number, name) for number, line in enumerate(written, 1)]
    header, *_, footer = read[0], read[-1]
    if not isinstance(header, Header) or sum(isinstance(line, Header) for line in read) != 1:
        raise DocumentError(f"{name}: does not begin with the header of a run record; give a run.ndjson")
    if not isinstance(footer, Footer) or sum(isinstance(line, Footer) for line in read) != 1:
        raise DocumentError(f"{name}: has no footer, so the run did not end or the file is cut; make the run again")
    coverage = [line for line in read if isinstance(line, Coverage)]
    if len(coverage) != 1:
        raise DocumentError(
            f"{name}: has {len(coverage)} lines of coverage, not one, so it was edited; make the run again"
        )
    run = Run(
        header=header,
        exchanges=tuple(line for line in read if isinstance(line, Exchange)),
        outcomes=tuple(line for line in read if isinstance(line, ClauseOutcome)),
        findings=tuple(line for line in read if isinstance(line, Finding)),
        footer=footer,
        coverage=coverage[0],
        sequences=tuple(line for line in read if isinstance(line, SequenceLine)),
    )
    if (wrong := wrong_count(run)) is not None:
        raise DocumentError(f"{name}: was edited: {_one_line(wrong)}")
    return run


class _Versioned(msgspec.Struct):
    kind: str
    version: Any = None


def _check_version(line: str, name: str) -> None:
    try:
        first = msgspec.json.decode(line, type=_Versioned)
    except (ValueError, RecursionError):
        first = _Versioned("")
    if first.kind != "header":
        raise DocumentError(f"{name}: does not begin with the header of a run record; give a run.ndjson")
    if first.version != VERSION:
        raise DocumentError(
            f"{name}: is a record of version {_one_line(repr(first.version))}, this contracts reads version {VERSION}; "
            "make the run again"
        )


def _read(line: str, number: int, name: str) -> AnyLine | Exchange:
    try:
        read = _decoder.decode(line)
        return exchange_of(read) if isinstance(read, ExchangeLine) else read
    except (ValueError, RecursionError) as error:
        why = _one_line(str(error)) if isinstance(error, ValueError) else "nested too deeply"
        raise DocumentError(f"{name}: line {number} is no line of a run record: {why}; make the run again") from None


def _one_line(text: str) -> str:
    """What stands in a strange record may hold line ends and escapes of terminals."""
    return text[:300].encode("unicode_escape").decode("ascii")
