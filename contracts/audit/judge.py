"""Judge recorded lines: most are acquitted at once, the others by the same clauses that judge a live answer."""

from __future__ import annotations

import re
from functools import lru_cache

from contracts.audit.acquit import Acquitter
from contracts.audit.recorded import Recorded, Skipped, recorded
from contracts.audit.sdk import Restorer
from contracts.audit.sources import TOO_DEEP
from contracts.audit.tally import Example, Tally
from contracts.clauses import ALL
from contracts.clauses.clause import Finding, Observed, judge
from contracts.clauses.evidence import history
from contracts.clauses.schema import undeclared
from contracts.exchange import Answer, Exchange, json_body
from contracts.spec.contract import Contract
from contracts.spec.members import Pattern, found
from contracts.wire import MISSING, JSONPath, read_json

OF_A_BODY = tuple(clause for clause in ALL if clause.least == "body" and clause.id != "schema.unknown-members")
OF_AN_EXCHANGE = (*OF_A_BODY, *(clause for clause in ALL if clause.least == "exchange"))
DAMAGED = "lines that are no JSON"
DEEP = "nested too deeply to be read"
SPOILERS = 200
"""Requests that broke the schema and were carried out, remembered within a block."""
TOGETHER = 32 * 1024
"""Bytes of lines that are acquitted together: beyond it, one bad line costs the others too much."""

_STEP = re.compile(r'\.([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


class LineJudge:
    """For one contract and one source after the other."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.restorer = Restorer(contract)
        self.acquitter = Acquitter(contract, Tally())
        self._spoilers: list[Exchange] = []
        self.patterns = tuple(member.path for member in contract.answer_members)

    def judge(self, source: str, block: bytes) -> Tally:
        """What is to be said of the lines of ``block``, each a body or an exchange; an empty one is nothing."""
        tally = Tally()
        self.acquitter.count_in(tally)
        self._spoilers.clear()
        start = 0
        while start < len(block):
            end = block.find(b"\n", start + TOGETHER) + 1 or len(block)
            self._judge_lines(tally, source, block[start:end])
            start = end
        return tally

    def _judge_lines(self, tally: Tally, source: str, lines: bytes) -> None:
        """Acquit all ``lines`` together, or else each by itself."""
        if self.acquitter.acquits(lines if lines.endswith(b"\n") else lines + b"\n"):
            tally.lines += lines.count(b"\n", 0, -1) + 1
            return
        for line in lines.removesuffix(b"\n").split(b"\n"):
            tally.lines += 1
            if line.strip() and not self.acquitter.acquits(line + b"\n"):
                self._judge_line(tally, source, line.strip(), tally.lines)

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
            record = recorded(reading.value, line, number, self.contract.path)
        except Skipped as why:
            tally.skipped[str(why)] += 1
            return
        answer = record.exchange.answer
        if record.is_reprinted and answer is not None:
            record = self._as_on_the_wire(record, answer, tally)
        self._judge_record(tally, source, record, number)

    def _as_on_the_wire(self, record: Recorded, answer: Answer, tally: Tally) -> Recorded:
        body, marks = self.restorer.restored(answer.reading.value)
        if not marks:
            return record
        tally.reprinted += 1
        tally.marks.update(marks)
        restored = Answer(answer.status, answer.headers, json_body(body), answer.seconds)
        exchange = record.exchange
        return Recorded(Exchange(exchange.number, exchange.request, restored), record.is_body_only, is_reprinted=True)

    def _judge_record(self, tally: Tally, source: str, record: Recorded, number: int) -> None:
        clauses = OF_A_BODY if record.is_body_only else OF_AN_EXCHANGE
        request = record.exchange.request
        if record.is_body_only:
            request = type(request)("recorded", "POST", self.contract.path, request.headers, b"{}")
        exchange = Exchange(number, request, record.exchange.answer)
        if exchange.status == 429:
            tally.skipped["answers 429, which say nothing of the contract"] += 1
            return
        tally.judged += 1
        told = history([*self._spoilt_by(exchange), exchange], self.contract)
        for clause in clauses:
            try:
                judgements = list(judge(clause, told))
            except Exception as error:  # noqa: BLE001 - as in a gate's outcome
                tally.fail(clause.id, _raised(source, number, error))
                continue
            for judgement in judgements:
                if isinstance(judgement, Finding) and judgement.exchange == number:
                    example = Example(source, number, judgement.where, judgement.observed, judgement.required)
                    tally.find(clause.id, self._general_text(judgement.where), example)
                elif isinstance(judgement, Observed):
                    tally.observed[clause.id, judgement.text] += 1
        evidence = told.evidence[-1]
        if (returned := evidence.returned) is None:
            return
        if evidence.ask == "invalid" and len(self._spoilers) < SPOILERS:
            self._spoilers.append(exchange)
        for path in {self.general(path) for path in undeclared(self.contract, returned)}:
            tally.undeclared[path] += 1
            self.acquitter.learn(path)
        tally.seen |= {p for p in self.patterns if p not in tally.seen and next(found(returned, p), None) is not None}

    def _spoilt_by(self, exchange: Exchange) -> list[Exchange]:
        """Earlier requests about the same customer that broke the request schema, and were carried out.

        What they wrote stands in later answers, and is not held against those.
        """
        named = {value for key in ("id", "source_id") if (value := _member(exchange.request.sent.value, key))}
        return [
            earlier
            for earlier in self._spoilers
            if _member(earlier.request.sent.value, "source_id") in named or _member(earlier.value, "id") in named
        ]

    @lru_cache(maxsize=4096)  # noqa: B019 - one judge a process
    def _general_text(self, where: str) -> str:
        """``$.referrals.campaigns[3].date`` as ``$.referrals.campaigns[].date``: the place, whichever item it was."""
        if not where.startswith("$"):
            return where
        path: list[str | int] = []
        for name, index, quoted in _STEP.findall(where):
            path.append(name or (int(index) if index else str(read_json(quoted.encode()).value)))
        return ".".join(("$", *self.general(tuple(path)))).replace(".[]", "[]")

    def general(self, path: JSONPath) -> Pattern:
        """The pattern that ``path`` is a case of."""
        general: list[str] = []
        for length, step in enumerate(path, 1):
            here = tuple(general)
            is_map = any(p[: length - 1] == here and len(p) >= length and p[length - 1] == "*" for p in self.patterns)
            general.append("[]" if isinstance(step, int) else "*" if is_map else step)
        return tuple(general)


def _raised(source: str, number: int, error: Exception) -> Example:
    text = " ".join(str(error).split())[:300]
    return Example(source, number, "line", f"{type(error).__name__}: {text}")


def _member(value: object, name: str) -> object:
    """The text that ``value`` has as ``name``, None where it has none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None
