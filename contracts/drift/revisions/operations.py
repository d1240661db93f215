"""One operation in both revisions: parameters, bodies, answers, by what a client sends and reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.drift.report import Kind, Severity, as_json
from contracts.drift.revisions.change import Change, Direction
from contracts.drift.revisions.node import Node
from contracts.drift.revisions.pairs import Pair, Pairs
from contracts.drift.revisions.parts import Operation, Part, Parts, covering

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


@dataclass(frozen=True)
class Body:
    """A pair of schemas at a place of the operation; ``is_json`` tells JSON from other media types."""

    pair: Pair
    place: str
    is_json: bool = False
    status: str = ""


@dataclass(frozen=True)
class Told:
    """A change at a place of the operation."""

    place: str
    change: Change


class Operations:
    """Compares operations of two documents."""

    def __init__(self, old: Parts, new: Parts) -> None:
        self.old, self.new, self.pairs = old, new, Pairs(old.schemas, new.schemas)

    def compare(self, old: Operation, new: Operation) -> Iterator[Told | Body]:
        """Every change of the operation, and every pair of schemas in it."""
        yield from self._parameters(old, new)
        yield from self._request(old, new)
        yield from self._answers(old, new)
        was, now = (one.part.value.get("deprecated") is True for one in (old, new))
        if was != now:
            reason = "clients are to move away" if now else "no longer deprecated"
            words = ("in use", "deprecated") if now else ("deprecated", "in use")
            yield _told("", "deprecation", "warning" if now else "info", words, reason, old.part, new.part)
        names = [as_json(one.part.value.get("operationId")) for one in (old, new)]
        if names[0] != names[1]:
            reason = "generated clients name it otherwise"
            yield _told("operationId", "type", "warning", (names[0], names[1]), reason, old.part, new.part)

    def _parameters(self, old: Operation, new: Operation) -> Iterator[Told | Body]:
        before, after = self.old.parameters(old), self.new.parameters(new)
        for key in [*before, *(key for key in after if key not in before)]:
            named = before.get(key) or after[key]
            where, _, _ = key.partition(".")
            place = f"parameters.{where}.{named.value.get('name')}"
            if key not in after:
                reason = "what clients send is ignored or refused"
                yield _told(place, "missing", "warning", ("declared", "absent"), reason, before[key], new.part)
            elif key not in before:
                must = after[key].value.get("required") is True
                words = ("absent", "required" if must else "optional")
                reason = "who does not send it is refused" if must else "a new parameter"
                yield _told(place, "extra", "breaking" if must else "info", words, reason, old.part, after[key])
            else:
                yield from self._parameter(place, before[key], after[key])

    def _parameter(self, place: str, old: Part, new: Part) -> Iterator[Told | Body]:
        was, now = (one.value.get("required") is True for one in (old, new))
        if was != now:
            words = ("optional", "required") if now else ("required", "optional")
            reason = "who does not send it is refused" if now else "it need not be sent"
            yield _told(place, "required", "breaking" if now else "info", words, reason, old, new)
        if new.value.get("deprecated") is True and old.value.get("deprecated") is not True:
            words = ("in use", "deprecated")
            yield _told(place, "deprecation", "warning", words, "clients are to move away", old, new)
        nodes = [_value(parts, part) for parts, part in ((self.old, old), (self.new, new))]
        if nodes[0] is None or nodes[1] is None:
            return
        yield Body(self.pairs.pair(nodes[0], nodes[1], "request"), place)
        ways = [_style(old, nodes[0]), _style(new, nodes[1])]
        if ways[0] != ways[1] and "" not in ways:
            reason = "clients write several values the other way"
            yield _told(place, "format", "breaking", (ways[0], ways[1]), reason, old, new)

    def _request(self, old: Operation, new: Operation) -> Iterator[Told | Body]:
        holders = [(parts, one, one.part.value.get("requestBody")) for parts, one in ((self.old, old), (self.new, new))]
        before, after = (parts.followed(value, f"{one.part.pointer}/requestBody") for parts, one, value in holders)
        was, now = (one.value.get("required") is True for one in (before, after))
        direction: Direction = "answer" if new.is_webhook else "request"
        if before.value and not after.value:
            reason = "what clients send is ignored or refused"
            yield _told("requestBody", "missing", "breaking", ("declared", "absent"), reason, before, new.part)
            return
        if was != now:
            words = ("optional", "required") if now else ("required", "optional")
            reason = "a body is demanded now" if now else "a body is demanded no more"
            severity: Severity = "breaking" if now == (direction == "request") else "info"
            yield _told("requestBody", "required", severity, words, reason, before, after)
        yield from self._content("requestBody", before, after, direction)

    def _answers(self, old: Operation, new: Operation) -> Iterator[Told | Body]:
        before, after = self.old.answers(old), self.new.answers(new)
        direction: Direction = "request" if new.is_webhook else "answer"
        met: set[str] = set()
        for status, answer in before.items():
            place = f"responses.{status}"
            twins = list(covering(status, after))
            met.update(twins)
            if not twins:
                hurts = status[:1] == "2"
                severity: Severity = "breaking" if hurts else "info"
                reason = "clients expect it" if hurts else "it comes no more"
                yield _told(
                    place, "missing", severity, ("declared", "absent"), reason, answer, new.part.below("responses")
                )
            for twin in twins:
                if twin != status:
                    reason = "the same answer, of a range of statuses"
                    yield _told(place, "type", "info", (status, twin), reason, answer, after[twin])
                yield from self._headers(place, answer, after[twin])
                yield from self._content(place, answer, after[twin], direction, status)
        for status, answer in after.items():
            if status not in met and not any(True for _ in covering(status, before)):
                severity = "warning" if status[:1] in "23" else "info"
                words = ("absent", "declared")
                yield _told(
                    f"responses.{status}", "extra", severity, words, "clients do not know it yet", old.part, answer
                )

    def _headers(self, place: str, old: Part, new: Part) -> Iterator[Told | Body]:
        before, after = self.old.headers(old), self.new.headers(new)
        for name in [*before, *(name for name in after if name not in before)]:
            where = f"{place} headers.{name}"
            if name not in after:
                must = before[name].value.get("required") is True
                severity: Severity = "breaking" if must else "warning"
                yield _told(
                    where, "missing", severity, ("declared", "absent"), "clients may read it", before[name], new
                )
            elif name not in before:
                yield _told(where, "extra", "info", ("absent", "declared"), "a new header", old, after[name])
            else:
                must, still = (one[name].value.get("required") is True for one in (before, after))
                if must != still:
                    words = ("optional", "required") if still else ("required", "optional")
                    reason = "it always comes now" if still else "it may be missing now"
                    yield _told(
                        where, "required", "info" if still else "breaking", words, reason, before[name], after[name]
                    )
                nodes = [_value(parts, one[name]) for parts, one in ((self.old, before), (self.new, after))]
                if nodes[0] is not None and nodes[1] is not None:
                    yield Body(self.pairs.pair(nodes[0], nodes[1], "answer"), where)

    def _content(
        self, place: str, old: Part, new: Part, direction: Direction, status: str = ""
    ) -> Iterator[Told | Body]:
        before, after = self.old.content(old), self.new.content(new)
        met: set[str] = set()
        for media_type, one in before.items():
            where = f"{place} {media_type}"
            wider = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
            twin = next((name for name in wider if name in after), None)
            if twin is None:
                reason = "clients read it" if direction == "answer" else "clients send it"
                yield _told(where, "missing", "breaking", ("declared", "absent"), reason, one, new)
                continue
            met.add(twin)
            yield from self._schema(where, media_type, one, after[twin], direction, status)
        for media_type, one in after.items():
            if media_type not in met and media_type not in before:
                reason = "one more media type"
                yield _told(f"{place} {media_type}", "extra", "info", ("absent", "declared"), reason, old, one)

    def _schema(
        self, where: str, media_type: str, old: Part, new: Part, direction: Direction, status: str
    ) -> Iterator[Told | Body]:
        has = ["schema" in one.value for one in (old, new)]
        if all(has):
            nodes = [
                parts.schemas.node((f"{part.pointer}/schema", part.value["schema"]))
                for parts, part in ((self.old, old), (self.new, new))
            ]
            yield Body(self.pairs.pair(nodes[0], nodes[1], direction), where, media_type == "application/json", status)
        elif has[0]:
            words, reason = ("a schema", "none"), "what it holds is described no more"
            yield _told(where, "missing", "warning", words, reason, old, new)
        elif has[1]:
            yield _told(where, "extra", "info", ("no schema", "one"), "what it holds is described now", old, new)


def _told(
    place: str, kind: Kind, severity: Severity, words: tuple[str, str], reason: str, old: Part, new: Part
) -> Told:
    return Told(place, Change((), kind, severity, *words, reason, old.pointer, new.pointer))


def _value(parts: Parts, part: Part) -> Node | None:
    """The schema of a parameter or header; it may stand below a media type."""
    if "schema" in part.value:
        return parts.schemas.node((f"{part.pointer}/schema", part.value["schema"]))
    for content in parts.content(part).values():
        if "schema" in content.value:
            return parts.schemas.node((f"{content.pointer}/schema", content.value["schema"]))
    return None


def _style(part: Part, node: Node) -> str:
    """How a list or an object is written into a parameter; empty where it is neither."""
    if node.types is None or not node.types & {"array", "object"} or "content" in part.value:
        return ""
    style = str(part.value.get("style") or _STYLES.get(str(part.value.get("in")), "form"))
    explode = part.value.get("explode")
    return f"style {style}, explode {json.dumps(explode if isinstance(explode, bool) else style == 'form')}"
