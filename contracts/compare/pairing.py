"""The same request in two runs: by the name of its probe, and which time it was sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.compare.facts import Facts, Side
from contracts.compare.values import without_prefix


@dataclass(frozen=True)
class Pair:
    """``name`` is the probe's, with its occurrence where it was sent more than once."""

    name: str
    old: Facts
    new: Facts


def pairs(old: Side, new: Side) -> Iterator[Pair]:
    """Requests that both runs sent, in the order of ``old``.

    A request that was made up as the run went (a generated case, a smaller version of one that failed) is the same
    only as long as all of its kind before it were: what follows the first that differs met another state.
    """
    theirs = _by_probe(new)
    for probe, group in _by_probe(old).items():
        for number, (one, other) in enumerate(zip(group, theirs.get(probe, []), strict=False), 1):
            if _is_made_up(one) and _sent(one, old) != _sent(other, new):
                break
            yield Pair(probe if len(group) == 1 else f"{probe} ({number})", one, other)


def unpaired(old: Side, new: Side) -> tuple[int, int]:
    """How many requests only ``old``, and only ``new``, sent."""
    both = sum(1 for _ in pairs(old, new))
    return len(old.facts) - both, len(new.facts) - both


def repeated(side: Side) -> Iterator[Pair]:
    """The same request sent twice in one run: what differs between its answers differs by itself.

    A POST is left out: sent again it is an upsert, whose answer may rightly differ from the first.
    """
    seen: dict[tuple[str, str, str, bytes | None], Facts] = {}
    for facts in side.facts:
        request = facts.exchange.request
        key = (request.method, request.path, request.credentials, request.body)
        if request.method == "POST" and facts.status is not None and facts.status < 300:
            continue
        if key in seen and seen[key].status == facts.status:
            yield Pair(request.label, seen[key], facts)
        seen[key] = facts


def _by_probe(side: Side) -> dict[str, list[Facts]]:
    grouped: dict[str, list[Facts]] = defaultdict(list)
    for facts in side.facts:
        grouped[facts.exchange.request.label].append(facts)
    return grouped


def _is_made_up(facts: Facts) -> bool:
    request = facts.exchange.request
    return request.shrinks is not None or request.label == "case"


def _sent(facts: Facts, side: Side) -> str:
    return without_prefix(
        (facts.exchange.request.body or b"").decode("utf-8", "backslashreplace"), side.run.header.prefix
    )
