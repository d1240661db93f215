"""How clients sign in, by what goes over the wire: a scheme that is renamed, with the same header, is the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.drift.report import Severity
from contracts.drift.revisions.change import Change
from contracts.drift.revisions.parts import Operation, Parts, as_dict, as_list
from contracts.drift.revisions.references import step

Meaning = tuple[str, ...]
Way = dict[Meaning, frozenset[str]]
"""What has to be sent together, each with the scopes that it needs; empty for nothing at all."""


class Signing:
    """The security schemes of two documents."""

    def __init__(self, old: Parts, new: Parts) -> None:
        self.old, self.new = old, new
        self.gone = set(_schemes(old)) - set(_schemes(new))

    def schemes(self, used: set[Meaning]) -> Iterator[tuple[str, Change]]:
        """Schemes that went, came or changed, each with its path; ``used`` by some operation of the old one."""
        before, after = _schemes(self.old), _schemes(self.new)
        names = {name: meaning for meaning, name in after.items()}
        changed: set[str] = set()
        for meaning, name in before.items():
            at = f"#/components/securitySchemes/{step(name)}"
            if meaning in after:
                yield from ((f"securitySchemes.{after[meaning]}", one) for one in self._flows(name, after[meaning]))
                continue
            reason = "clients sign in with it" if meaning in used else "no operation used it"
            severity: Severity = "breaking" if meaning in used else "info"
            if name in names and names[name] not in before:
                changed.add(name)
                said = (_told(meaning), _told(names[name]))
                yield f"securitySchemes.{name}", Change((), "security", severity, *said, reason, at, at)
            else:
                said = (_told(meaning), "absent")
                place = "#/components/securitySchemes"
                yield f"securitySchemes.{name}", Change((), "missing", severity, *said, reason, at, place)
        for meaning, name in after.items():
            if meaning not in before and name not in changed:
                at = f"#/components/securitySchemes/{step(name)}"
                change = Change((), "extra", "info", "absent", _told(meaning), "one more way to sign in", "", at)
                yield f"securitySchemes.{name}", change

    def _flows(self, old: str, new: str) -> Iterator[Change]:
        """What a client of OAuth 2.0 calls to get its token, and what it may ask for."""
        at = f"#/components/securitySchemes/{step(new)}"
        before, after = (
            as_dict(_components(parts).get(name, {}).get("flows")) for parts, name in ((self.old, old), (self.new, new))
        )
        for flow, one in before.items():
            place = f"{at}/flows/{step(flow)}"
            if flow not in after:
                yield Change((), "security", "breaking", f"flow {flow}", "absent", "clients get tokens by it", "", at)
                continue
            for url in ("tokenUrl", "authorizationUrl"):
                said = [str(as_dict(each).get(url)) for each in (one, after[flow])]
                if said[0] != said[1]:
                    reason = "clients get tokens there"
                    yield Change((), "security", "breaking", said[0], said[1], reason, "", f"{place}/{url}")
            scopes = [list(as_dict(as_dict(each).get("scopes"))) for each in (one, after[flow])]
            gone = [scope for scope in scopes[0] if scope not in scopes[1]]
            if gone:
                reason = "clients may ask for it"
                scopes_gone = f"scopes {', '.join(gone)}"
                yield Change((), "security", "warning", scopes_gone, "absent", reason, "", f"{place}/scopes")

    def operation(self, old: Operation, new: Operation) -> Iterator[Change]:
        """Ways to sign in that an operation takes no more, or takes as well."""
        before, places = self.ways(self.old, old)
        after, place = self.ways(self.new, new)
        lost = [way for way in before if not any(_is_enough(one, way) for one in after)]
        for way in lost:
            if not set(way) & self.gone:  # else the scheme says so, once
                with_scopes = any(set(one) == set(way) for one in after)  # else they are not what matters
                said = [_told_all(one, with_scopes=with_scopes) for one in ([way], after)]
                reason = "clients sign in that way"
                yield Change((), "security", "breaking", said[0], said[1], reason, places, place)
        if {} in after and {} not in before:
            yield Change(
                (), "security", "warning", _told_all(before), "nothing", "whoever calls it is let in", places, place
            )
            return
        more = [way for way in after if way not in before and not any(_is_enough(way, one) for one in before)]
        if more and not lost:
            yield Change((), "security", "info", "absent", _told_all(more), "one more way to sign in", places, place)

    def ways(self, parts: Parts, operation: Operation) -> tuple[list[Way], str]:
        """Those of which a client chooses one, and where they are declared."""
        own = operation.part.value.get("security")
        declared, at = (
            (own, f"{operation.part.pointer}/security")
            if isinstance(own, list)
            else (parts.document.get("security"), "#/security")
        )
        schemes = {name: meaning for meaning, name in _schemes(parts).items()}
        twins = _meanings(parts)
        found: list[Way] = []
        for needed in as_list(declared):
            way: Way = {}
            for name, scopes in as_dict(needed).items():
                meaning = twins.get(name) or schemes.get(name) or ("unknown", name)
                way[meaning] = frozenset(_flat(scopes))
            if way not in found:
                found.append(way)
        return found or [{}], at


def _flat(scopes: Any) -> Iterator[str]:
    """Some documents put the list of scopes into one more list."""
    for one in as_list(scopes):
        yield from _flat(one) if isinstance(one, list) else [str(one)]


def _components(parts: Parts) -> dict[str, Any]:
    schemes = as_dict(as_dict(parts.document.get("components")).get("securitySchemes"))
    return {name: parts.followed(one, "").value for name, one in schemes.items()}


def _meanings(parts: Parts) -> dict[str, Meaning]:
    return {name: _meaning(scheme) for name, scheme in _components(parts).items()}


def _schemes(parts: Parts) -> dict[Meaning, str]:
    """Each meaning with the first name that it has."""
    found: dict[Meaning, str] = {}
    for name, meaning in _meanings(parts).items():
        found.setdefault(meaning, name)
    return found


def _meaning(scheme: dict[str, Any]) -> Meaning:
    kind = str(scheme.get("type"))
    if kind == "apiKey":
        name, where = str(scheme.get("name")), str(scheme.get("in"))
        return (kind, where, name.lower() if where == "header" else name)
    if kind == "http":
        return (kind, str(scheme.get("scheme")).lower())
    if kind == "openIdConnect":
        return (kind, str(scheme.get("openIdConnectUrl")))
    return (kind,)


def _told(meaning: Meaning) -> str:
    kind, *rest = meaning
    if kind == "apiKey":
        return f"{rest[0]} {rest[1]}"
    return {"oauth2": "OAuth 2.0", "http": "HTTP", "openIdConnect": "OpenID Connect", "mutualTLS": "mutual TLS"}.get(
        kind, kind
    ) + "".join(f" {one}" for one in rest)


def _told_way(way: Way, *, with_scopes: bool) -> str:
    told = [
        _told(meaning) + (f" ({', '.join(sorted(scopes))})" if scopes and with_scopes else "")
        for meaning, scopes in way.items()
    ]
    return " and ".join(sorted(told)) or "nothing"


def _told_all(ways: list[Way], *, with_scopes: bool = True) -> str:
    return "; or ".join(dict.fromkeys(_told_way(one, with_scopes=with_scopes) for one in ways))


def _is_enough(needed: Way, sent: Way) -> bool:
    """Is a client that sends ``sent`` let in where ``needed`` is asked for?"""
    return all(meaning in sent and scopes <= sent[meaning] for meaning, scopes in needed.items())
