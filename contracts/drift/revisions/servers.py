"""The hosts of a document: every URL that its servers stand for, with the variables put in."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.drift.revisions.change import Change
from contracts.drift.revisions.parts import as_dict, as_list

_MOST = 2000
_ANY = "{}"
"""A variable that takes any value."""


@dataclass(frozen=True)
class Hosts:
    """URLs without the path that all share; each with the pointer of its server. The first is the default."""

    base: str
    urls: dict[str, str]
    default: str
    pointer: str


def hosts_of(holder: dict[str, Any], pointer: str) -> Hosts:
    """What ``servers`` of a document, a path or an operation stand for."""
    urls: dict[str, str] = {}
    default = ""
    for number, server in enumerate(as_list(holder.get("servers"))):
        one = as_dict(server)
        at = f"{pointer}/servers/{number}"
        for values in _values(str(one.get("url", "/")), as_dict(one.get("variables"))):
            urls.setdefault(_put_in(str(one.get("url", "/")), values), at)
        if number == 0:
            chosen = {name: str(as_dict(v).get("default", _ANY)) for name, v in as_dict(one.get("variables")).items()}
            default = _put_in(str(one.get("url", "/")), chosen)
    if not urls:
        urls = {"": pointer}
    paths = {_path(url) for url in urls}
    base = paths.pop() if len(paths) == 1 else ""
    return Hosts(base, urls, default, f"{pointer}/servers")


def moved(old: Hosts, new: Hosts) -> Iterator[Change]:
    """Hosts that went and came; where both have one path before every path, that is compared with the paths."""
    cut = bool(old.base or new.base)
    before, after = ({_origin(url) if cut else url: at for url, at in one.urls.items()} for one in (old, new))
    gone = [url for url in before if not _is_among(url, after)]
    more = [url for url in after if not _is_among(url, before)]
    if gone:
        said = ", ".join(one or "/" for one in gone)
        yield Change((), "missing", "breaking", said, "absent", "clients call that host", old.pointer, new.pointer)
    if more:
        said = ", ".join(one or "/" for one in more)
        yield Change((), "extra", "info", "absent", said, "one more host", old.pointer, after[more[0]])
    if not gone and old.default != new.default and old.default and new.default:
        reason = "who leaves it out calls another host"
        yield Change((), "default", "warning", old.default, new.default, reason, old.pointer, new.pointer)


def _values(url: str, variables: dict[str, Any]) -> Iterator[dict[str, str]]:
    names = re.findall(r"\{([^}]*)\}", url)
    choices = []
    for name in names:
        values = as_list(as_dict(variables.get(name)).get("enum"))
        choices.append([str(value) for value in values] or [_ANY])
    for chosen in itertools.islice(itertools.product(*choices), _MOST):
        yield dict(zip(names, chosen, strict=True))


def _put_in(url: str, values: dict[str, str]) -> str:
    url = re.sub(r"\{([^}]*)\}", lambda match: values.get(match[1], _ANY), url)
    scheme, found, rest = url.partition("://")
    if not found:
        return url.rstrip("/")
    host, slash, path = rest.partition("/")
    port = {"http": ":80", "https": ":443"}.get(scheme.lower(), ":")
    return f"{scheme.lower()}://{host.lower().removesuffix(port)}{slash}{path}".rstrip("/")


def _origin(url: str) -> str:
    scheme, found, rest = url.partition("//")
    return f"{scheme}//{rest.partition('/')[0]}" if found else ""


def _path(url: str) -> str:
    return url.removeprefix(_origin(url))


def _is_among(url: str, others: dict[str, str]) -> bool:
    if url in others:
        return True
    templates = (re.escape(other).replace(re.escape(_ANY), "[^/]+") for other in others if _ANY in other)
    return _ANY not in url and any(re.fullmatch(template, url) for template in templates)
