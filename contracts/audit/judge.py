"""All that the audit knows of contracts and clauses: what they say of one answer, and what their words depend on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contracts.audit.example import path_of
from contracts.clauses import ALL
from contracts.clauses.clause import Clause, Finding, Observed, judge
from contracts.clauses.history import history
from contracts.clauses.schema import undeclared
from contracts.record.exchange import Answer, Exchange, Request
from contracts.spec.members import Pattern, found
from contracts.spec.resource import Resource
from contracts.wire import JSONPath, Reading

OF_A_BODY = tuple(clause for clause in ALL if clause.least == "body" and clause.id != "schema.unknown-members")
OF_AN_EXCHANGE = (*OF_A_BODY, *(clause for clause in ALL if clause.least == "exchange"))
BY_SHAPE = frozenset(
    [
        "answer.one-json-object",
        "answer.unique-names",
        "schema.required-members",
        "schema.types",
        "schema.nulls",
        "schema.enums",
        "schema.formats",
        "schema.limits",
        "money.integer-minor-units",
        "dates.date-time",
        "dates.date",
    ]
)
"""Clauses whose judgement depends on the shape of a body: which members, of which types, which of them the schema
refuses. Whatever is not named here is asked about every body, unless ``facts`` finds what it depends on."""
FEW = 2
"""Members of a body that may be nothing but a reference."""
JSON = (("Content-Type", "application/json"),)


@dataclass(frozen=True)
class Found:
    """A finding, with the place that it is a case of (``$.referrals.campaigns[].date``)."""

    clause: str
    path: str
    where: str
    observed: str
    required: str


@dataclass(frozen=True)
class Verdict:
    """All that clauses say of one answer. ``errors`` are of our own, by clause: never a pass."""

    findings: tuple[Found, ...]
    observed: tuple[tuple[str, str], ...]
    errors: tuple[tuple[str, Exception], ...]
    undeclared: frozenset[Pattern]
    seen: frozenset[Pattern]
    broke_the_request_schema: bool
    """Did the request break its schema, and was carried out?"""


class ClauseJudge:
    """For one resource: what its clauses say of the answer to a write."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.path = resource.write.path
        answer = resource.write_answer
        self.members = answer.members
        self.steps = answer.steps
        self.schema: dict[str, Any] = answer.judge.schema
        self.is_draft4 = str(resource.document.get("openapi", "")).startswith("3.0")
        self.patterns = tuple(member.path for member in answer.members)
        lenient = answer.ambiguous_nulls if resource.nulls == "lenient" else frozenset()
        self.observed_nulls: tuple[Pattern, ...] = tuple(sorted(lenient))
        """Members whose null is allowed, and told."""
        self.prefixes = {path: said.prefix for path, said in resource.meanings.items() if said.prefix}
        """How texts usually begin."""
        self.declared = frozenset(answer.names)
        self.required = answer.required
        self.telling = self.required if len(self.required) > 1 else self.declared
        """Names of members, two of which tell an answer of the operation from anything else."""
        self.lists_are_declared = _lists_the_same(resource)

    def looks_like_one(self, value: Any) -> bool:
        """Is ``value`` an answer of the operation, be it a wrong one?"""
        return type(value) is dict and len(self.telling & value.keys()) > 1

    def may_be_wrapped(self, value: dict[str, Any]) -> bool:
        """May ``value``, found in a member, be the answer itself?"""
        return self.looks_like_one(value) or bool(self.required and self.required <= value.keys())

    def is_a_reference(self, value: dict[str, Any]) -> bool:
        """Does ``value`` name one, and say no more of it?"""
        is_short = 0 < len(value) <= FEW and all(name in self.declared for name in value)
        return is_short and len(self.telling - value.keys()) > 1 and all(isinstance(v, str) for v in value.values())

    def listed(self, value: dict[str, Any]) -> str | None:
        """The member of ``value`` that lists answers of the operation; None where there is none."""
        if self.looks_like_one(value):
            return None
        lists = (name for name, inner in value.items() if isinstance(inner, list))
        return next((name for name in lists if any(map(self.looks_like_one, value[name]))), None)

    def success(self, body: bytes, number: int) -> Exchange:
        """A body of which nothing else is known: that of a success. Without a request nothing is held against it."""
        request = Request("recorded", "POST", self.path, JSON, None)
        return Exchange(number, request, Answer(200, JSON, body, 0.0))

    def verdict(self, exchange: Exchange, clauses: Iterable[Clause], earlier: Sequence[Exchange] = ()) -> Verdict:
        """What ``clauses`` say of ``exchange``, which came after ``earlier``."""
        told = history([*earlier, exchange], self.resource)
        findings: list[Found] = []
        observed: list[tuple[str, str]] = []
        errors: list[tuple[str, Exception]] = []
        for clause in clauses:
            try:
                judgements = list(judge(clause, told))
            except Exception as error:  # noqa: BLE001 - as in a gate's outcome
                errors.append((clause.id, error))
                continue
            for one in judgements:
                if isinstance(one, Finding) and one.exchange == exchange.number:
                    path = self._general_text(one.where)
                    findings.append(Found(clause.id, path, one.where, one.observed, one.required))
                elif isinstance(one, Observed):
                    observed.append((clause.id, one.text))
        evidence = told.evidence[-1]
        returned = evidence.returned
        return Verdict(
            tuple(findings),
            tuple(observed),
            tuple(errors),
            frozenset(map(self.general, undeclared(self.resource.write_answer, returned)))
            if returned is not None
            else frozenset(),
            frozenset(self._seen(returned)) if returned is not None else frozenset(),
            evidence.request_kind == "invalid" and returned is not None,
        )

    def _seen(self, returned: dict[str, Any]) -> Iterable[Pattern]:
        return (pattern for pattern in self.patterns if next(found(returned, pattern), None) is not None)

    @lru_cache(maxsize=4096)  # noqa: B019 - one judge a process
    def _general_text(self, where: str) -> str:
        """``$.referrals.campaigns[3].date`` as ``$.referrals.campaigns[].date``: the place, whichever item it was."""
        path = path_of(where)
        return where if path is None else ".".join(("$", *self.general(path))).replace(".[]", "[]")

    @lru_cache(maxsize=4096)  # noqa: B019 - one judge a process
    def general(self, path: JSONPath) -> Pattern:
        """The pattern that ``path`` is a case of."""
        general: list[str] = []
        for length, step in enumerate(path, 1):
            here = tuple(general)
            is_map = any(p[: length - 1] == here and len(p) >= length and p[length - 1] == "*" for p in self.patterns)
            general.append("[]" if isinstance(step, int) else "*" if is_map else step)
        return tuple(general)

    def says(self, clause: Clause, body: Any) -> frozenset[tuple[str, str]]:
        """What ``clause`` finds and observes in a success with ``body``, without the values it shows."""
        told = history([_Parsed.exchange(self, body)], self.resource)
        said = (one for one in judge(clause, told) if isinstance(one, Finding | Observed))
        return frozenset((one.where, "") if isinstance(one, Finding) else (clause.id, one.text) for one in said)

    def reads(self, clause: Clause, body: dict[str, Any]) -> frozenset[Pattern] | None:
        """The places of ``body`` that ``clause`` looks at; None where it looks at more than members by name."""
        seen: set[Pattern] = set()
        told = history([_Parsed.exchange(self, _Watched(body, (), seen))], self.resource)
        seen.clear()
        for _ in judge(clause, told):
            pass
        if any("*" in path for path in seen):
            return None
        return frozenset(
            path for path in seen if not any(other != path and other[: len(path)] == path for other in seen)
        )


def _lists_the_same(resource: Resource) -> bool:
    """Does the document declare a list whose items are what the write answers?"""
    listing, where = resource.operation("list"), resource.items_path
    if listing is None or listing.answer is None or where is None or listing.path != resource.write.path:
        return False
    above = (*where, "[]")
    items = {(m.path[len(above) :], m.pointer) for m in listing.answer.members if m.path[: len(above)] == above}
    return items - {((), "")} >= {(m.path, m.pointer) for m in resource.write_answer.members}


class _Parsed(Answer):
    """An answer with a body that was parsed already."""

    @classmethod
    def exchange(cls, of: ClauseJudge, body: Any) -> Exchange:
        made = cls(200, JSON, b"", 0.0)
        made.__dict__["reading"] = Reading(body)
        return Exchange(1, of.success(b"", 1).request, made)


class _Watched(dict[str, Any]):
    """An object that notes which of its members are asked for, and ``*`` where all of them are."""

    def __init__(self, value: dict[str, Any], path: Pattern, seen: set[Pattern]) -> None:
        super().__init__({k: _Watched(v, (*path, k), seen) if isinstance(v, dict) else v for k, v in value.items()})
        self._path, self._noted = path, seen

    def _note(self, name: Any) -> None:
        self._noted.add((*self._path, str(name)))

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._note(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self._note(name)
        return super().__contains__(name)

    def __iter__(self) -> Any:
        self._note("*")
        return super().__iter__()

    def keys(self) -> Any:
        self._note("*")
        return super().keys()

    def values(self) -> Any:
        self._note("*")
        return super().values()

    def items(self) -> Any:
        self._note("*")
        return super().items()

    def __len__(self) -> int:
        self._note("*")
        return super().__len__()

    def __bool__(self) -> bool:
        return super().__len__() > 0
