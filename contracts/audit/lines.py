"""Judge recorded lines: most by a shape that was seen before, the others by the clauses that judge a live answer."""

from __future__ import annotations

from dataclasses import replace

from contracts.audit.fast_path import FastPath, Outcome, example
from contracts.audit.judge import OF_A_BODY, OF_AN_EXCHANGE, ClauseJudge, Verdict
from contracts.audit.recorded import Recorded, Skipped, recorded
from contracts.audit.sdk import Restorer
from contracts.audit.sources import TOO_DEEP
from contracts.audit.tally import Example, Tally
from contracts.record.exchange import Exchange, json_body
from contracts.spec.resource import Resource
from contracts.wire import MISSING, read_json

DAMAGED = "lines that are no JSON"
DEEP = "nested too deeply to be read"
SPOILERS = 200
"""Requests that broke the schema and were carried out, remembered within a block."""
TOGETHER = 32 * 1024
"""Bytes of lines that are judged together: beyond it, one bad line costs the others too much."""


class LineJudge:
    """For one resource and one source after the other."""

    def __init__(self, resource: Resource) -> None:
        self.judge_of = ClauseJudge(resource)
        self.restorer = Restorer(resource)
        self.fast = FastPath(self.judge_of, self.restorer, self._explain)
        self.restorer.nullable |= self.fast.reader.nullable
        self._spoilers: list[Exchange] = []

    def judge(self, source: str, block: bytes) -> Tally:
        """What is to be said of the lines of ``block``, each a body or an exchange; an empty one is nothing."""
        tally = Tally()
        self.fast.start()
        self._spoilers.clear()
        start = 0
        while start < len(block):
            end = block.find(b"\n", start + TOGETHER) + 1 or len(block)
            self._judge_lines(tally, source, block[start:end])
            start = end
        return tally

    def _judge_lines(self, tally: Tally, source: str, lines: bytes) -> None:
        """Judge all ``lines`` together, or else each by itself."""
        if self.fast.count(lines if lines.endswith(b"\n") else lines + b"\n", tally, source):
            tally.lines += lines.count(b"\n", 0, -1) + 1
            return
        for line in lines.removesuffix(b"\n").split(b"\n"):
            if line.strip() and not self.fast.count(line + b"\n", tally, source):
                self._judge_line(tally, source, line.strip(), tally.lines + 1)
            tally.lines += 1

    def _judge_line(self, tally: Tally, source: str, line: bytes, number: int) -> None:
        """Whatever is raised on the way is an error of ours, to be told, and the audit goes on."""
        try:
            self._judge_read(tally, source, line, number)
        except RecursionError:
            tally.damage(DAMAGED, Example(source, number, "line", DEEP))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is ours, and must not pass for a verdict
            tally.fail("the audit itself", _raised(source, number, error))

    def _judge_read(self, tally: Tally, source: str, line: bytes, number: int) -> None:
        if line == TOO_DEEP:
            tally.damage(DAMAGED, Example(source, number, "line", DEEP))
            return
        reading = read_json(line)
        if reading.value is MISSING:
            problem = reading.problems[-1][1]
            tally.damage(DAMAGED, Example(source, number, "line", problem))
            return
        try:
            records = recorded(reading.value, line, number, self.judge_of)
        except Skipped as why:
            tally.skipped[str(why)] += 1
            return
        for record in records:
            self._judge_record(tally, source, record, number)

    def _judge_record(self, tally: Tally, source: str, record: Recorded, number: int) -> None:
        if record.exchange.status == 429:
            tally.skipped["answers 429, which say nothing of the contract"] += 1
            return
        exchange, marks = self._as_on_the_wire(record)
        if marks:
            tally.reprinted += 1
            tally.marks.update(marks)
        clauses = OF_A_BODY if record.is_body_only else OF_AN_EXCHANGE
        tally.judged += 1
        tally.exchanges += not record.is_body_only
        verdict = self.judge_of.verdict(exchange, clauses, self._spoilt_by(exchange))
        self._add(tally, verdict, source, number, record.inside, exchange.value)
        if verdict.broke_the_request_schema and len(self._spoilers) < SPOILERS:
            self._spoilers.append(exchange)
        if record.is_body_only and record.is_reprinted and record.exchange.answer is not None:
            self.fast.learn(record.exchange.answer.reading.value, verdict.undeclared)

    def _as_on_the_wire(self, record: Recorded) -> tuple[Exchange, frozenset[str]]:
        """The exchange as it was before an SDK printed its body, and by what one saw that; body-only, without more."""
        exchange, marks = record.exchange, frozenset[str]()
        if record.is_reprinted and exchange.answer is not None:
            body, marks = self.restorer.restored(exchange.answer.reading.value)
            if marks:
                exchange = replace(exchange, answer=replace(exchange.answer, body=json_body(body)))
        if record.is_body_only and exchange.answer is not None:
            success = self.judge_of.success(exchange.answer.body, exchange.number)
            exchange = replace(success, answer=exchange.answer)
        return exchange, marks

    def _explain(self, line: bytes) -> Outcome | None:
        try:
            (record,) = recorded(read_json(line).value, line, 1, self.judge_of)
        except (Skipped, ValueError):
            return None
        if not (record.is_body_only and record.is_reprinted) or record.exchange.status != 200 or record.inside:
            return None
        exchange, marks = self._as_on_the_wire(record)
        verdict = self.judge_of.verdict(exchange, OF_A_BODY)
        return None if verdict.errors else Outcome(verdict, marks, exchange.value)

    @staticmethod
    def _add(tally: Tally, verdict: Verdict, source: str, number: int, inside: str, body: object) -> None:
        for one in verdict.findings:
            tally.findings[one.clause, one.path] += 1
            if (one.clause, one.path) not in tally.first:
                tally.first[one.clause, one.path] = example(one, source, number, inside, body)
        for what in verdict.observed:
            tally.observed[what] += 1
        for clause, error in verdict.errors:
            tally.fail(clause, _raised(source, number, error))
        for path in verdict.undeclared:
            tally.undeclared[path] += 1
        tally.seen |= verdict.seen

    def _spoilt_by(self, exchange: Exchange) -> list[Exchange]:
        """Earlier requests about the same customer that broke the request schema, and were carried out.

        What they wrote stands in later answers, and is not held against those.
        """
        named = _texts(exchange.request.sent.value) if self._spoilers else frozenset()
        return [e for e in self._spoilers if named & (_texts(e.request.sent.value) | _texts(e.value))]


def _raised(source: str, number: int, error: Exception) -> Example:
    text = " ".join(str(error).split())[:300]
    return Example(source, number, "line", f"{type(error).__name__}: {text}")


def _texts(value: object) -> frozenset[str]:
    """The texts that ``value`` has as members: whoever is named is named by one of them."""
    texts = value.values() if isinstance(value, dict) else ()
    return frozenset(text for text in texts if isinstance(text, str) and text)
