"""The lines of a run record as typed messages: what is read is checked by them, and the JSON Schema is made from them.

Published as ``docs/schemas/run-record.schema.json``: each line of a record is one of these, told apart by ``kind``.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from inspect import cleandoc
from typing import Annotated, Any, Literal, Self

import msgspec

from contracts.record.exchange import Answer, Exchange, Request, Role
from contracts.record.ways import Way, ways
from contracts.spec.security import Alternative, Security, named

VERSION = 2
EXIT_CODES = {"conformant": 0, "partial": 0, "violated": 1, "inconclusive": 3}

WAY = "^(run|none|unknown|(run|without|wrong|wrong-user|case|cut|longer|empty|swapped|foreign|unsigned|beside):.+)$"
"""The names of ways to send credentials: see ``ways``."""

Outcome = Literal["pass", "fail", "warn", "observed", "unsupported", "blocked", "error"]
VerdictWord = Literal["conformant", "violated", "partial", "inconclusive"]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands within a line."""


class Line(Part, frozen=True, tag_field="kind", tag=str.lower):
    """A line of its own."""


class Header(Line, frozen=True):
    """How the run was made. ``started`` is RFC 3339; no credentials, only which schemes were used.

    ``security`` are the ways in that the document declares for a write.
    """

    target: str
    started: str
    seed: int
    budget: int
    prefix: str
    nulls: Literal["lenient", "strict"]
    strict: bool
    without: tuple[str, ...] = ()
    known_customers: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    credentials: str = "none"
    """The schemes of the run's own, joined by ``and``."""
    security: Security = ()
    spec: str = ""
    """A document by its pinned name, path or URL."""
    overlay: str = ""
    """The user's own, where there was one, by its path or URL."""
    resource: str = ""
    tool: str = ""
    embedded: bool = False
    """Was the target the embedded server, whose address says nothing once the run is over?"""
    seconds: float | None = None
    """The bound on the run's time, if it had one."""
    traffic: bool = False
    """Are the exchanges traffic of others, that passed a proxy or was recorded, and that nobody planned?"""
    version: int = VERSION

    @property
    def own_credentials(self) -> Alternative:
        """The schemes that the run's own requests use."""
        return next((one for one in self.security if named(one) == self.credentials), ())

    @property
    def ways(self) -> dict[str, Way]:
        """What the credentials of a request are made of, by the name of its way."""
        return ways(self.security, [scheme.name for one in self.security for scheme in one], self.own_credentials)


class Body(Part, frozen=True, omit_defaults=True):
    """The bytes of a body: as ``text`` where they are UTF-8, else in ``base64``."""

    text: str | None = None
    base64: str | None = None

    def __post_init__(self) -> None:
        if (self.text is None) == (self.base64 is None):
            raise ValueError("a body is either text or base64")

    @classmethod
    def of(cls, data: bytes) -> Self:
        try:
            return cls(text=data.decode("utf-8"))
        except UnicodeDecodeError:
            return cls(base64=b64encode(data).decode("ascii"))

    @property
    def data(self) -> bytes:
        return b64decode(self.base64 or "", validate=True) if self.text is None else self.text.encode()


class SentLine(Part, frozen=True):
    """The request of an exchange."""

    label: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    role: Role
    credentials: Annotated[str, msgspec.Meta(pattern=WAY)]
    body: Body | None = None
    shrinks: int | None = None
    server: str | None = None


class AnswerLine(Part, frozen=True):
    """The answer of an exchange; ``seconds`` from connecting to the last byte read."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Body
    seconds: float
    cut: str | None = None


class ExchangeLine(Line, frozen=True, tag="exchange"):
    """A request and its answer, or why there is none."""

    number: int
    request: SentLine
    answer: AnswerLine | None
    failure: str | None = None
    leaks: tuple[str, ...] = ()
    started: float = 0.0
    ended: float = 0.0
    left_out: str | None = None


class StepLine(Part, frozen=True, omit_defaults=True):
    """One request of a sequence, about the instance number ``who``; ``members`` are JSON as text."""

    effect: str
    who: int
    by: str = "client"
    members: str = ""
    other: int | None = None
    query: str = ""
    credentials: Annotated[str, msgspec.Meta(pattern=WAY)] = "run"
    at_once: bool = False
    patient: bool = False
    name: str | None = None


class SequenceLine(Line, frozen=True, tag="sequence"):
    """A sequence that broke ``clauses``, as small as it was made; ``instances`` says what their keys are like.

    ``exchanges`` are the numbers of one play that showed it. ``is_smallest``: nothing could be left out any more, and
    no budget ended that early. ``is_repeated``: it showed in more plays than one. ``kept`` is the file that it was read
    from, if it was.
    """

    clauses: tuple[str, ...]
    instances: tuple[str, ...]
    steps: tuple[StepLine, ...]
    exchanges: tuple[int, ...]
    is_smallest: bool = True
    is_repeated: bool = True
    kept: str = ""


class ClauseOutcome(Line, frozen=True, tag="clause"):
    """What became of one clause. ``reason`` says why it was not judged, or in what it was vacuous.

    ``why`` says why the clause matters to whom, ``advice`` what to do where it is not kept.
    """

    clause: str
    title: str
    level: str
    authority: str
    outcome: Outcome
    vacuous: bool = False
    reason: str = ""
    observations: tuple[str, ...] = ()
    findings: int = 0
    why: str = ""
    advice: str = ""

    @property
    def family(self) -> str:
        return self.clause.partition(".")[0]


class Place(Part, frozen=True):
    """One of the places at which a finding was seen."""

    exchange: int
    where: str
    observed: str


class Finding(Line, frozen=True):
    """One breach: ``observed`` against ``required`` at ``where``, by ``authority``; ``curl`` repeats it.

    ``exchange``, ``where`` and ``observed`` are of the first of ``places``; it was seen ``seen`` times in all.
    ``member`` is the declared member concerned, as a dotted path. ``steps`` are the numbers of the exchanges that show
    it when they are sent in their order to a fresh server.
    """

    clause: str
    level: str
    exchange: int
    where: str
    observed: str
    required: str
    authority: str
    curl: str
    waived: str | None = None
    member: str = ""
    places: tuple[Place, ...] = ()
    seen: int = 1
    steps: tuple[int, ...] = ()
    not_isolated: str = ""


class MemberCoverage(Part, frozen=True):
    """Goals of one declared member: how many were wanted, how many reached; ``missing`` are kinds of values."""

    member: str
    wanted: int
    reached: int
    sent: int
    missing: tuple[str, ...] = ()


class Coverage(Line, frozen=True):
    """What had to be seen for the verdict to mean something, and what was."""

    reached: int
    wanted: int
    members: tuple[MemberCoverage, ...] = ()
    notes: tuple[str, ...] = ()


class Footer(Line, frozen=True):
    """The verdict, the counts that the lines before it add up to, and how the run ended. Times in seconds."""

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
    stopped: str | None = None
    """Why the run did not come to its own end, if it did not."""
    interrupted: bool = False
    waited: float = 0.0
    """Seconds spent on waiting for the target's rate limit."""
    unavailable_credentials: dict[str, str] = {}
    """Ways to have wrong credentials that the run could not make, each with the reason."""


AnyLine = Header | ExchangeLine | SequenceLine | ClauseOutcome | Finding | Coverage | Footer


def line_of(exchange: Exchange) -> ExchangeLine:
    """``exchange`` as a line of the record."""
    request, answer = exchange.request, exchange.answer
    return ExchangeLine(
        number=exchange.number,
        request=SentLine(
            label=request.label,
            method=request.method,
            path=request.path,
            headers=request.headers,
            role=request.role,
            credentials=request.credentials,
            body=None if request.body is None else Body.of(request.body),
            shrinks=request.shrinks,
            server=request.server,
        ),
        answer=None
        if answer is None
        else AnswerLine(answer.status, answer.headers, Body.of(answer.body), round(answer.seconds, 6), answer.cut),
        failure=exchange.failure,
        leaks=exchange.leaks,
        started=round(exchange.started, 6),
        ended=round(exchange.ended, 6),
        left_out=exchange.left_out,
    )


def exchange_of(line: ExchangeLine) -> Exchange:
    """The exchange that ``line`` records. Raises ValueError for a body that is no base64."""
    request, answer = line.request, line.answer
    return Exchange(
        number=line.number,
        request=Request(
            label=request.label,
            method=request.method,
            path=request.path,
            headers=request.headers,
            body=None if request.body is None else request.body.data,
            credentials=request.credentials,
            shrinks=request.shrinks,
            role=request.role,
            server=request.server,
        ),
        answer=None
        if answer is None
        else Answer(answer.status, answer.headers, answer.body.data, answer.seconds, answer.cut),
        failure=line.failure,
        leaks=line.leaks,
        started=line.started,
        ended=line.ended,
        left_out=line.left_out,
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of a line."""
    made = msgspec.json.schema(AnyLine)
    for one in made["$defs"].values():  # Python 3.13 takes the indentation off a docstring, older ones do not
        if "description" in one:
            one["description"] = cleandoc(one["description"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A line of run.ndjson", **made}
