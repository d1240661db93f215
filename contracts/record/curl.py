"""A request as a ``curl`` line that repeats it, with secrets as variables of the environment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from urllib.parse import quote

from contracts.record.exchange import FOREIGN, UNSIGNED, Request
from contracts.record.ways import Part, Way
from contracts.spec.security import Scheme

_ENCODED = """$(python3 -c 'import sys, urllib.parse as u; print(u.quote(sys.argv[1], safe=""))' "{}")"""
"""A secret in a query, which may hold what has a meaning there."""


def curl(
    request: Request,
    target: str,
    ways: Mapping[str, Way] | None = None,
    variables: Mapping[bytes, str] = MappingProxyType({}),
) -> str:
    """One line for a shell (bash). Bytes that are no text are written as ``$'…'`` escapes.

    ``ways`` says what the request's credentials are made of (``Run.ways``), ``variables`` what of its path and body the
    shell puts in: bytes by the name of the variable that holds others now.
    """
    way = (ways or {}).get(request.credentials, ())
    schemes = tuple(dict.fromkeys(part.scheme for one in (ways or {}).values() for part in one))
    values = [(part.scheme, _value(part, schemes, [one.scheme for one in way])) for part in way]
    query = "&".join(
        f"{quote(scheme.parameter, safe='')}={_ENCODED.format(value) if value else ''}"
        for scheme, value in values
        if scheme.place == "query"
    )
    url = _with(variables, ((request.server or target) + request.path).encode())
    if query:
        url += f'"{"&" if "?" in request.path else "?"}{query}"'
    parts = ["curl", "-sS", *(["-g"] if set(request.path) & set("[]{}") else []), "-X", request.method, url]
    for name, value in request.headers:
        parts += ["-H", shlex.quote(f"{name}: {value}")]
    for line in _headers(values):
        parts += ["-H", f'"{line}"']
    if request.body is not None:
        parts += ["--data-binary", _with(variables, request.body)]
    return " ".join(parts)


def _with(variables: Mapping[bytes, str], data: bytes) -> str:
    """``data`` for a shell, with the value of a variable in each place where its old one stands."""
    if not variables:
        return _quoted(data)
    names = b"|".join(map(re.escape, sorted(variables, key=len, reverse=True)))
    pattern = re.compile(rb"(?<![\w.-])(" + names + rb")(?![\w.-])")
    parts = pattern.split(data)
    texts = (f'"${variables[p]}"' if number % 2 else _quoted(p) for number, p in enumerate(parts) if p)
    return "".join(texts) or "''"


def _headers(values: Iterable[tuple[Scheme, str]]) -> Iterator[str]:
    cookies = []
    for scheme, value in values:
        if scheme.place == "header":
            yield f"{scheme.parameter}: {value}" if value else f"{scheme.parameter};"
        elif scheme.place == "cookie":
            cookies.append(f"{scheme.parameter}={value}")
    if cookies:
        yield f"Cookie: {'; '.join(cookies)}"


def _value(part: Part, schemes: Iterable[Scheme], together: list[Scheme]) -> str:
    """What is sent, within double quotes of a shell. ``schemes`` are all that the run may have secrets for, and
    ``together`` those that go with it."""
    scheme, form, variable = part.scheme, part.form, part.scheme.variable
    others = [one.variable for one in schemes if one != scheme]
    formed = {
        "case": f"${{{variable}~~}}",
        "cut": f"${{{variable}%?}}",
        "longer": f"${{{variable}}}a",
        "swapped": f"${together[-1 - together.index(scheme)].variable}" if len(together) == 2 else "",
        "empty": "",
        "wrong": f"${{{variable}%?}}$([[ ${variable} == *[aA] ]] && echo b || echo a)",
        "foreign": f"${{{others[-1]}:-{FOREIGN}}}" if others else FOREIGN,
        "unsigned": UNSIGNED,
    }
    if scheme.kind != "basic":
        made = formed.get(form, f"${variable}")
        return f"Bearer {made}" if scheme.kind == "bearer" else made
    user, password = f"${{{variable}%%:*}}", f"${{{variable}#*:}}"
    swapped = f'$(word={password}; printf %s "${{word~~}}")'
    changed = {"empty": "", "wrong-user": password, "case": swapped}
    if form == "right":
        plain = f"${variable}"
    elif form in changed:
        plain = f"{'a-wrong-user' if form == 'wrong-user' else user}:{changed[form]}"
    else:
        plain = formed[form]
    return f'Basic $(printf %s "{plain}" | base64 -w0)'


def _quoted(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = None
    if text is not None and text.isprintable():
        return shlex.quote(text)
    escaped = "".join(chr(b) if 32 <= b < 127 and b not in b"'\\" else f"\\x{b:02x}" for b in body)
    return f"$'{escaped}'"
