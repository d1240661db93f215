"""Queries of a list: page sizes, pages, orders and filters, by what the overlay says of each parameter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from contracts.plan.kinds.words import word
from contracts.plan.scene import Scene
from contracts.spec.operation import Parameter

PAST, FUTURE = "2001-02-03T04:05:06Z", "2095-02-03T04:05:06Z"
_SMALL = 2
"""Items of a page, so that a few instances fill several."""


def query(scene: Scene, held: dict[str, Any]) -> str:
    """A right query by chance, filters by what somebody of this run holds; empty where the list takes none."""
    filtered = list(_equals(scene, held))
    filtered = [scene.chance.choice(filtered)] if filtered else []
    made = [pairs for pairs in (_paged(scene), _ordered(scene), filtered, _moments(scene)) if pairs]
    if not made or scene.chance.random() < 0.15:
        return ""
    chosen = scene.chance.sample(made, scene.chance.randint(1, min(2, len(made))))
    return text([pair for pairs in chosen for pair in pairs])


def whole(scene: Scene, *pairs: tuple[str, str]) -> str:
    """The largest page there is, with ``pairs`` as filters."""
    limit = _parameter(scene, "limit")
    size = [(limit.name, str(limit.schema.get("maximum", 100)))] if limit is not None else []
    return text([*size, *pairs])


def pages(scene: Scene, count: int, *, order: bool = False, size: int = _SMALL) -> Iterator[str]:
    """The same small page size, page after page, in one order by chance where ``order`` is wanted."""
    ordered = _ordered(scene) if order else []
    limit, number = _parameter(scene, "limit"), _parameter(scene, "number")
    if limit is None:
        return
    least, most = int(limit.schema.get("minimum", 1)), int(limit.schema.get("maximum", 100))
    items = str(min(max(size, least), most))
    for page in range(1, count + 1 if number is not None else 2):
        yield text([(limit.name, items), *([(number.name, str(page))] if number is not None else []), *ordered])


def orders(scene: Scene) -> Iterator[str]:
    """One query an order that the document lists."""
    order = _parameter(scene, "order")
    for value in order.schema.get("enum", ()) if order is not None else ():
        yield text([(order.name, str(value))] if order is not None else [])


def filters(scene: Scene, held: dict[str, Any]) -> Iterator[str]:
    """One query a filter, by what an instance holds."""
    yield from (text([pair]) for pair in _equals(scene, held))


def _equals(scene: Scene, held: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for parameter in _parameters(scene):
        value = _held(held, parameter.meaning.filters) if parameter.meaning.filters else None
        if isinstance(value, str | int) and value != "" and not isinstance(value, bool):
            yield parameter.name, str(value)


def wrong(scene: Scene) -> Iterator[str]:
    """Queries that the parameters' schemas forbid, one wrong value each."""
    for parameter in _parameters(scene):
        for value in _wrong_values(scene, parameter):
            yield text([(parameter.name, value)])


def _wrong_values(scene: Scene, parameter: Parameter) -> Iterator[str]:
    schema = parameter.schema
    if schema.get("type") in ("integer", "number"):
        yield word(scene.chance)
        if "minimum" in schema:
            yield str(schema["minimum"] - 1)
        if "maximum" in schema:
            yield str(schema["maximum"] + 1)
    elif "enum" in schema:
        yield word(scene.chance, 3)
    elif schema.get("format") in ("date", "date-time"):
        yield word(scene.chance)


def _paged(scene: Scene) -> list[tuple[str, str]]:
    limit, number = _parameter(scene, "limit"), _parameter(scene, "number")
    made = []
    if limit is not None:
        low, high = int(limit.schema.get("minimum", 1)), int(limit.schema.get("maximum", 100))
        made.append((limit.name, str(scene.chance.choice((low, min(high, max(low, 2)), min(high, max(low, 3)), high)))))
    if number is not None and scene.chance.random() < 0.5:
        low = int(number.schema.get("minimum", 1))
        made.append((number.name, str(scene.chance.choice((low, low + 1)))))
    return made


def _ordered(scene: Scene) -> list[tuple[str, str]]:
    order = _parameter(scene, "order")
    values = order.schema.get("enum", ()) if order is not None else ()
    return [(order.name, str(scene.chance.choice(values)))] if order is not None and values else []


def beyond(scene: Scene) -> str:
    """The last page that may be asked for, which is empty where there are few; nothing where lists have no pages."""
    number = _parameter(scene, "number")
    return text([(number.name, str(number.schema.get("maximum", 99)))]) if number is not None else ""


def equal(scene: Scene) -> list[tuple[str, str]]:
    """``(parameter, member)`` of each filter that lets through what is equal to its value."""
    return [(one.name, one.meaning.filters) for one in _parameters(scene) if one.meaning.filters]


def timed(scene: Scene) -> list[str]:
    """The parameters that filter by a moment."""
    return [p.name for p in _parameters(scene) if p.schema.get("format") == "date-time" and not p.meaning.page]


def far(scene: Scene) -> Iterator[str]:
    """One query for each filter by a moment that lets nobody through: before long ago, or after what is far away."""
    yield from (by_moment(name, PAST if "before" in name else FUTURE) for name in timed(scene) if "[" in name)


def by_moment(name: str, moment: str) -> str:
    """A query by one moment, or by the name of one (``{made}``) that is put in when it is sent."""
    return f"?{quote(name)}={moment if moment.startswith('{') else quote(moment)}"


def _moments(scene: Scene) -> list[tuple[str, str]]:
    """A moment to filter by, for one parameter that takes a date or a date-time and is no filter by equality."""
    kinds = ("date", "date-time")
    found = [one for one in _parameters(scene) if one.schema.get("format") in kinds and not one.meaning.page]
    if not found:
        return []
    parameter = scene.chance.choice(found)
    moment = datetime.now(UTC) + timedelta(seconds=scene.chance.choice((-86400, -3600, -1, 60, 86400)))
    form = "%Y-%m-%d" if parameter.schema.get("format") == "date" else "%Y-%m-%dT%H:%M:%SZ"
    return [(parameter.name, moment.strftime(form))]


def text(pairs: list[tuple[str, str]]) -> str:
    """The query that asks for ``pairs``."""
    return "?" + urlencode(pairs, quote_via=quote, errors="replace") if pairs else ""


def _parameter(scene: Scene, part: str) -> Parameter | None:
    return next((one for one in _parameters(scene) if one.meaning.page == part), None)


def _parameters(scene: Scene) -> list[Parameter]:
    operation = scene.resource.operation("list")
    return [one for one in operation.parameters if one.place == "query"] if operation is not None else []


def _held(held: dict[str, Any], path: str) -> Any:
    value: Any = held
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value
