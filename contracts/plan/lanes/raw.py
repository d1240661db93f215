"""Bodies that are no JSON, no object, or called something else than they are. Each says something of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from urllib.parse import urlencode

from contracts.plan.kinds.words import word
from contracts.plan.scene import Draft, Scene
from contracts.plan.writer import JSON_TYPE

Form = Callable[[bytes, Random], bytes]
"""From a right body to one of a wrong form."""

_JSON = JSON_TYPE[1]
_FORMS: tuple[tuple[str, Form, str], ...] = (
    ("cut off", lambda b, c: b[: b.rindex(b",")] if b"," in b else b[:-1], _JSON),
    ("an array", lambda b, c: b"[" + b + b"]", _JSON),
    ("called plain text", lambda b, c: b, "text/plain"),
    ("a comma at the end", lambda b, c: b[:-1] + b",}", _JSON),
    ("a form", lambda b, c: urlencode(_flat(b)).encode(), "application/x-www-form-urlencoded"),
    ("JSON as a string", lambda b, c: json.dumps(b.decode()).encode(), _JSON),
    ("nothing", lambda b, c: b"", _JSON),
    ("null", lambda b, c: b"null", _JSON),
    ("something behind it", lambda b, c: b + f" {word(c)} {word(c)}".encode(), _JSON),
    ("single quotes", lambda b, c: b.replace(b"'", b"").replace(b'"', b"'"), _JSON),
    ("not UTF-8", lambda b, c: b[:-2] + b' \xff\xfe"}' if b.endswith(b'"}') else b + b"\xff", _JSON),
    ("an empty array", lambda b, c: b"[]", _JSON),
    ("zero", lambda b, c: b"0", _JSON),
    ("called XML", lambda b, c: b, "application/xml"),
    ("a comment", lambda b, c: b"{/* " + word(c).encode() + b" */" + b[1:], _JSON),
    ("false", lambda b, c: b"false", _JSON),
    ("NaN", lambda b, c: b[:-1] + f',"{word(c, 3)}":NaN}}'.encode(), _JSON),
    ("a key without quotes", lambda b, c: b.replace(b'"', b"", 2), _JSON),
    ("a number", lambda b, c: str(c.randint(10, 9999)).encode(), _JSON),
    ("a string", lambda b, c: json.dumps(f"{word(c)} {word(c)}").encode(), _JSON),
    ("true", lambda b, c: b"true", _JSON),
    ("two objects", lambda b, c: b + b, _JSON),
    ("a number with a leading zero", lambda b, c: b[:-1] + f',"{word(c, 3)}":0{c.randint(10, 99)}}}'.encode(), _JSON),
    ("only white space", lambda b, c: b" \n", _JSON),
    ("an unclosed array", lambda b, c: b"[" * c.randint(200, 400), _JSON),
)
"""What is wrong, how it is made, and what the body is called, those first that servers differ in most."""


def drafts(scene: Scene) -> Iterator[Draft]:
    """One draft a form, the first about what is not made yet, then all of them again, about something else."""
    if "validation" in scene.without:
        return
    number = 0
    while True:
        for name, make, media_type in _FORMS:
            about = scene.edge if number == 0 else scene.full
            number += 1
            right = scene.writer.write(
                about, scene.writer.keys(about), scene.telling(1), f"a body that is wrong: {name}"
            )
            body = make(right.body or b"", scene.chance)
            yield Draft(replace(right, body=body, headers=(("Content-Type", media_type),)))


def _flat(body: bytes) -> dict[str, str]:
    return {name: str(value) for name, value in json.loads(body).items()}
