"""What the HTML template shows, picked from the run: names, lines and percentages of widths, no judgement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.record.curl import curl
from contracts.record.exchange import Exchange
from contracts.record.run import ClauseOutcome, Run
from contracts.report.body import Line, lines, visible
from contracts.report.groups import Group, groups

MOST_EXCHANGES = 1000
MOST_EVIDENCE = 30
"""Findings shown with their request and answer: the others name their exchange, and stand in the record."""
BODIES = 3 * 1024 * 1024
"""Characters of bodies in the timeline: a report is opened on a telephone, the record keeps the rest."""
LINE = 60
"""Characters that a line costs beside its own."""


@dataclass(frozen=True)
class Head:
    """One line above a body: the status, or a header."""

    name: str
    value: str
    marked: bool = False


@dataclass(frozen=True)
class Message:
    """A request or an answer as it is shown. ``note`` says what is wrong with it, or left out."""

    heads: tuple[Head, ...]
    body: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """A group of findings beside the evidence of its example."""

    group: Group
    request: Message | None
    answer: Message | None


@dataclass(frozen=True)
class Step:
    """An exchange on the time line; ``left`` and ``width`` in per cent of the run's time on the wire."""

    exchange: Exchange
    milliseconds: float
    left: float
    width: float
    findings: tuple[int, ...]
    request: Message
    answer: Message
    curl: str

    @property
    def kind(self) -> str:
        return "none" if self.exchange.status is None else f"s{self.exchange.status // 100}"


def families(run: Run) -> dict[str, list[ClauseOutcome]]:
    grouped: dict[str, list[ClauseOutcome]] = {}
    for outcome in run.outcomes:
        grouped.setdefault(outcome.family, []).append(outcome)
    return grouped


def not_judged(run: Run) -> dict[str, list[ClauseOutcome]]:
    """Clauses without a judgement, or with nothing to judge, by why."""
    grouped: dict[str, list[ClauseOutcome]] = {}
    for outcome in run.outcomes:
        if outcome.vacuous:
            grouped.setdefault(f"vacuous: {outcome.reason}", []).append(outcome)
        elif outcome.outcome in ("unsupported", "blocked", "error"):
            grouped.setdefault(f"{outcome.outcome}: {outcome.reason}", []).append(outcome)
    return grouped


def findings(run: Run) -> Iterator[Shown]:
    """Groups of findings, the worst first; each by the number of its example, as ``contracts replay`` takes it."""
    exchanges = {exchange.number: exchange for exchange in run.exchanges}
    for index, group in enumerate(groups(run)):
        exchange = exchanges.get(group.finding.exchange) if index < MOST_EVIDENCE else None
        of_request = group.finding.where.startswith("request ")
        where = group.finding.where.removeprefix("request ")
        yield Shown(
            group,
            _request(exchange, where if of_request else "") if exchange else None,
            _answer(exchange, "status" if of_request else where) if exchange else None,
        )


def steps(run: Run) -> Iterator[Step]:
    """The first ``MOST_EXCHANGES`` exchanges, one after the other."""
    total = sum(_seconds(exchange) for exchange in run.exchanges) or 1.0
    numbers: dict[int, list[int]] = {}
    for number, finding in enumerate(run.findings, 1):
        numbers.setdefault(finding.exchange, []).append(number)
    passed, room, ways = 0.0, BODIES, run.header.ways
    for exchange in run.exchanges[:MOST_EXCHANGES]:
        seconds = _seconds(exchange)
        request, answer = _request(exchange, "", room > 0), _answer(exchange, "", room > 0)
        room -= sum(len(line.text) + LINE for line in (*request.body, *answer.body))
        yield Step(
            exchange,
            seconds * 1000,
            100 * passed / total,
            max(0.4, 100 * seconds / total),
            tuple(numbers.get(exchange.number, ())),
            request,
            answer,
            visible(curl(exchange.request, run.header.target, ways), 4000),
        )
        passed += seconds


def _seconds(exchange: Exchange) -> float:
    return 0.0 if exchange.answer is None else max(0.0, exchange.answer.seconds)


def _request(exchange: Exchange, where: str, with_body: bool = True) -> Message:
    request = exchange.request
    heads = [Head(request.method, visible(request.path))]
    heads += [Head(visible(name, 100), visible(value)) for name, value in request.headers]
    if request.credentials != "run":
        heads.append(Head("credentials", request.credentials))
    body = lines(request.body, where) if request.body is not None and with_body else ()
    return Message(tuple(heads), body, "" if with_body else "the body is in run.ndjson")


def _answer(exchange: Exchange, where: str, with_body: bool = True) -> Message:
    answer = exchange.answer
    if answer is None:
        return Message((), (), f"no answer: {exchange.failure}")
    header = where.removeprefix("header ").lower() if where.startswith("header ") else None
    heads = [Head("status", str(answer.status), where == "status")]
    heads += [Head(visible(name, 100), visible(value), name.lower() == header) for name, value in answer.headers[:100]]
    size = f"{len(answer.body):,} bytes" if len(answer.body) > 10_000 else ""
    notes = [
        note for note in (answer.cut, size, *exchange.leaks, "" if with_body else "the body is in run.ndjson") if note
    ]
    return Message(tuple(heads), lines(answer.body, where) if with_body else (), "; ".join(notes))
