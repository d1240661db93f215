"""The run: header, exchanges, outcomes, findings, footer. Whatever comes out is rendered from it.

As NDJSON its last line is the footer; a record without one is a broken run, never a green one.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from contracts.errors import DocumentError
from contracts.exchange import Answer, Exchange, Request

VERSION = 1

Outcome = Literal["pass", "fail", "warn", "observed", "unsupported", "blocked", "error"]
VerdictWord = Literal["conformant", "violated", "partial", "inconclusive"]
EXIT_CODES = {"conformant": 0, "partial": 0, "violated": 1, "inconclusive": 3}


@dataclass(frozen=True)
class Finding:
    """One breach: ``observed`` against ``required`` at ``where``, by ``authority``; ``curl`` repeats it."""

    clause: str
    level: str
    exchange: int
    where: str
    observed: str
    required: str
    authority: str
    curl: str
    waived: str | None = None


@dataclass(frozen=True)
class ClauseOutcome:
    """What became of one clause. ``reason`` says why it was not judged, or in what it was vacuous."""

    clause: str
    title: str
    level: str
    authority: str
    outcome: Outcome
    vacuous: bool = False
    reason: str = ""
    observations: tuple[str, ...] = ()
    findings: int = 0

    @property
    def family(self) -> str:
        return self.clause.partition(".")[0]


BEARER = "bearer token"
"""What a header's ``credentials`` say where the run's own are none but that."""


@dataclass(frozen=True)
class Header:
    """How the run was made. ``started`` is RFC 3339; no credentials, only which kind was used."""

    target: str
    started: str
    seed: int
    budget: int
    prefix: str
    nulls: str
    strict: bool
    without: tuple[str, ...] = ()
    known_customers: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    credentials: str = "none"
    spec: str = ""
    tool: str = ""
    embedded: bool = False
    """Was the target the embedded server, whose address says nothing once the run is over?"""
    version: int = VERSION


@dataclass(frozen=True)
class Footer:
    """The verdict and the counts that the lines before it add up to. ``seconds`` of wall clock."""

    verdict: VerdictWord
    exit_code: int
    reason: str
    requests: int
    findings: int
    clauses: int
    outcomes: dict[str, int]
    left_behind: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Run:
    """Everything about one run, as it is written to ``run.ndjson``."""

    header: Header
    exchanges: tuple[Exchange, ...]
    outcomes: tuple[ClauseOutcome, ...]
    findings: tuple[Finding, ...]
    footer: Footer

    def exchange(self, number: int) -> Exchange | None:
        return next((exchange for exchange in self.exchanges if exchange.number == number), None)


def count_outcomes(outcomes: tuple[ClauseOutcome, ...]) -> dict[str, int]:
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
    yield _line("header", asdict(run.header))
    for exchange in run.exchanges:
        yield _line("exchange", _exchange_record(exchange))
    for outcome in run.outcomes:
        yield _line("clause", asdict(outcome))
    for finding in run.findings:
        yield _line("finding", asdict(finding))
    yield _line("footer", asdict(run.footer))


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
    records: dict[str, list[tuple[int, dict[str, Any]]]] = {
        k: [] for k in ("header", "exchange", "clause", "finding", "footer")
    }
    kinds: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            record = json.loads(line)
            kind = record.pop("kind")
            records[kind].append((number, record))
            kinds.append(kind)
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            raise DocumentError(f"{name}: line {number} is no line of a run record; make the run again") from None
    if not kinds or kinds[0] != "header" or len(records["header"]) != 1:
        raise DocumentError(f"{name}: does not begin with the header of a run record; give a run.ndjson")
    if (version := records["header"][0][1].get("version")) != VERSION:
        raise DocumentError(f"{name}: is a record of version {version!r}, this contracts reads version {VERSION}")
    if kinds[-1] != "footer" or len(records["footer"]) != 1:
        raise DocumentError(f"{name}: has no footer, so the run did not end or the file is cut; make the run again")
    run = Run(
        header=_lines_of(Header, records, "header", name)[0],
        exchanges=_lines_of(Exchange, records, "exchange", name),
        outcomes=_lines_of(ClauseOutcome, records, "clause", name),
        findings=_lines_of(Finding, records, "finding", name),
        footer=_lines_of(Footer, records, "footer", name)[0],
    )
    if (strange := _strange(run)) is not None:
        raise DocumentError(f"{name}: a line has a strange member ({strange})")
    if (wrong := _wrong_count(run)) is not None:
        raise DocumentError(f"{name}: was edited: {_one_line(wrong)}")
    return run


def _lines_of(
    made: type[Any], records: Mapping[str, list[tuple[int, dict[str, Any]]]], kind: str, name: str
) -> tuple[Any, ...]:
    """What the lines of ``kind`` hold. Raises DocumentError that names the line and what is wrong with it."""
    found: list[Any] = []
    for number, record in records[kind]:
        where = f"{name}: line {number}: the {kind}"
        names = {one.name: one.default is MISSING for one in fields(made)}
        if lacking := [one for one, is_needed in names.items() if is_needed and one not in record]:
            raise DocumentError(f"{where} lacks {lacking[0]!r}; make the run again")
        if unknown := [one for one in record if one not in names]:
            raise DocumentError(f"{where} has '{_one_line(unknown[0])}', which no {kind} has; make the run again")
        try:
            found.append(exchange_of(record) if made is Exchange else made(**_tuples(record)))
        except (TypeError, KeyError, ValueError, AttributeError):
            raise DocumentError(f"{where} has a member of another type than it should; make the run again") from None
    return tuple(found)


def _strange(run: Run) -> str | None:
    """A member of another type than the record's, by which every reader after this one would stumble."""
    for exchange in run.exchanges:
        request: tuple[str, ...] = (exchange.request.probe, exchange.request.method, exchange.request.path)
        pairs = (*exchange.request.headers, *(exchange.answer.headers if exchange.answer else ()))
        if not all(isinstance(text, str) for text in (*request, *(part for pair in pairs for part in pair))):
            return f"exchange {exchange.number}"
        if exchange.answer and not (type(exchange.answer.status) is int and _is_number(exchange.answer.seconds)):
            return f"the answer of exchange {exchange.number}"
    for finding in run.findings:
        texts = (finding.clause, finding.level, finding.where, finding.observed, finding.required, finding.curl)
        if not all(isinstance(text, str) for text in texts) or type(finding.exchange) is not int:
            return "a finding"
    for outcome in run.outcomes:
        words: tuple[str, ...] = (outcome.clause, outcome.title, outcome.level, outcome.outcome, outcome.authority)
        if not all(isinstance(text, str) for text in words) or type(outcome.findings) is not int:
            return "a clause"
    header, footer = run.header, run.footer
    if not all(isinstance(text, str) for text in (header.target, header.started, header.prefix, footer.reason)):
        return "the header or the footer"
    sound = _is_number(footer.seconds) and isinstance(footer.outcomes, dict) and type(footer.exit_code) is int
    return None if sound and isinstance(footer.verdict, str) else "the footer"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _one_line(text: str) -> str:
    """What stands in a strange record may hold line ends and escapes of terminals."""
    return text[:300].encode("unicode_escape").decode("ascii")


def _wrong_count(run: Run) -> str | None:
    footer = run.footer
    counted = (
        ("requests", footer.requests, len(run.exchanges)),
        ("findings", footer.findings, len(run.findings)),
        ("clauses", footer.clauses, len(run.outcomes)),
        ("outcomes", footer.outcomes, count_outcomes(run.outcomes)),
        ("findings by clause", sum(o.findings for o in run.outcomes), len(run.findings)),
    )
    for what, said, found in counted:
        if said != found or type(said) is not type(found):
            return f"the footer says {said} {what}, the record holds {found}"
    by_clause = Counter(finding.clause for finding in run.findings)
    for outcome in run.outcomes:
        if outcome.findings != by_clause.pop(outcome.clause, 0):
            return f"the clause {outcome.clause} says {outcome.findings} findings, the record holds another number"
    if by_clause:
        return f"a finding is of the clause {next(iter(by_clause))}, which the record does not hold"
    numbers = [exchange.number for exchange in run.exchanges]
    if numbers != list(range(1, len(numbers) + 1)):
        return "its exchanges are not numbered from 1 in their order"
    if lost := {finding.exchange for finding in run.findings} - set(numbers):
        return f"a finding points at exchange {min(lost, key=str)}, which the record does not hold"
    return _wrong_verdict(run)


def _wrong_verdict(run: Run) -> str | None:
    footer = run.footer
    if EXIT_CODES.get(footer.verdict) != footer.exit_code:
        return f"the footer says {footer.verdict} and exit code {footer.exit_code}"
    waived = {finding.clause for finding in run.findings if finding.waived}
    broken = [o.clause for o in run.outcomes if o.outcome == "fail" and o.clause not in waived]
    if broken and footer.verdict != "violated":
        return f"the footer says {footer.verdict}, but {broken[0]} is not kept"
    return None


def _line(kind: str, record: dict[str, Any]) -> str:
    return json.dumps({"kind": kind, **record}, ensure_ascii=True, default=list)


def _tuples(record: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}


def _bytes_record(data: bytes | None) -> Any:
    if data is None:
        return None
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}


def _bytes(record: Any) -> bytes | None:
    if record is None:
        return None
    return record["text"].encode() if "text" in record else base64.b64decode(record["base64"])


def _exchange_record(exchange: Exchange) -> dict[str, Any]:
    request, answer = exchange.request, exchange.answer
    return {
        "number": exchange.number,
        "request": {
            "probe": request.probe,
            "method": request.method,
            "path": request.path,
            "headers": request.headers,
            "body": _bytes_record(request.body),
            "credentials": request.credentials,
            "shrinks": request.shrinks,
        },
        "answer": answer
        and {
            "status": answer.status,
            "headers": answer.headers,
            "body": _bytes_record(answer.body),
            "seconds": round(answer.seconds, 6),
            "cut": answer.cut,
        },
        "failure": exchange.failure,
        "leaks": exchange.leaks,
    }


def exchange_of(record: dict[str, Any]) -> Exchange:
    """The exchange that a line of a record holds. Raises KeyError, TypeError or ValueError for what is none."""
    request, answer = dict(record["request"]), record["answer"]
    headers = tuple((name, value) for name, value in request.pop("headers"))
    body = _bytes(request.pop("body"))
    return Exchange(
        number=record["number"],
        request=Request(**request, headers=headers, body=body),
        answer=None
        if answer is None
        else Answer(
            status=answer["status"],
            headers=tuple((name, value) for name, value in answer["headers"]),
            body=_bytes(answer["body"]) or b"",
            seconds=answer["seconds"],
            cut=answer["cut"],
        ),
        failure=record["failure"],
        leaks=tuple(record["leaks"]),
    )
