"""Error answers: JSON with a code that equals the status, and nothing of the server's inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.clauses.clause import SEEN, Citation, Clause, Judgement, Level, Vacuous, about, at
from contracts.clauses.evidence import Evidence

REQUESTS = Citation("docs", "Requests")

_INTERNALS = re.compile(
    r"Traceback \(most recent call last\)"
    r'|File \\?"[^"\n]{1,300}", line \d+'
    r"|\bat [\w$.<>\[\] ]{1,120}\([^()\s]*[./\\][^()\s]*:\d+(?::\d+)?\)"
    r"|\bat (?:file://)?/[^\s\"']{1,200}:\d+:\d+"
    r"|\bin /[^\s\"']{1,200}:(?:line )?\d+"
    r"|goroutine \d+ \[|panicked at |#\d+ /[^\s\"']+\(\d+\)|Caused by: [\w.]+Exception"
    r"|(?<![\w/:.])/(?:home|usr|var|opt|srv|app|etc|root|tmp|workspace|build|mnt|Users|www)/[\w.@-]+(?:/[\w.@-]+)*"
    r"|(?<![\w/:.])(?:/[\w.@-]+)+/[\w.@-]+\.(?:py|js|mjs|cjs|ts|rb|php|java|kt|scala|go|cs|rs|ex|erl|pl|lua)\b"
    r"|\b[A-Za-z]:\\\\?[\w.@ -]+\\"
    r"|node_modules/|site-packages/"
    r"|\.(?:py|js|ts|rb|php|java|kt|go|cs|rs):\d+\b"
)


def internals(text: str, path: str = "") -> str | None:
    """A stack trace or file path of a server in ``text``, as it stands there; None where there is none.

    An error may well tell the ``path`` of its request, behind whatever prefix the server knows it by.
    """
    if path:
        text = re.sub(rf"(?:[\w.:-]*/)*{re.escape(path.lstrip('/'))}(?!\.\w|[\w/-])", "", text)
    match = _INTERNALS.search(text)
    return match[0] if match else None


def _is_error(evidence: Evidence) -> bool:
    return evidence.is_judged and evidence.status >= 400


def _json(evidence: Evidence) -> Iterator[Judgement]:
    if not _is_error(evidence):
        return
    if isinstance(evidence.value, dict):
        yield SEEN
    else:
        body = evidence.exchange.answer.body[:80] if evidence.exchange.answer else b""
        yield about(evidence, "body", body.decode(errors="replace") or "empty", "an error answer is a JSON object")


def _code(evidence: Evidence) -> Iterator[Judgement]:
    if not _is_error(evidence) or not isinstance(evidence.value, dict):
        return
    name = next((name for name in ("code", "statusCode") if name in evidence.value), None)
    if name is None:
        yield about(evidence, "body", f"members {sorted(evidence.value)}"[:120], "code or statusCode, and a message")
    elif evidence.value[name] != evidence.status or isinstance(evidence.value[name], bool):
        yield at(evidence, (name,), evidence.value[name], f"{evidence.status}, the status of the answer")
    elif not evidence.value.get("message"):
        yield about(evidence, "body", f"members {sorted(evidence.value)}"[:120], f"a message beside {name}")
    else:
        yield SEEN


def _no_internals(evidence: Evidence) -> Iterator[Judgement]:
    answer = evidence.exchange.answer
    if answer is None:
        return
    if answer.status < 400:
        yield Vacuous("no answer was an error")
        return
    text = answer.body.decode(errors="replace")
    texts = [("body", text), *((f"header {name}", value) for name, value in answer.headers)]
    sent = (evidence.exchange.request.body or b"").decode(errors="replace")
    clean = True
    for where, part in texts:
        plain = part.replace("\\/", "/").replace("\\n", "\n").replace('\\"', '"')
        shown = internals(plain, evidence.exchange.request.path)
        if shown and shown not in sent:
            clean = False
            yield about(evidence, where, shown[:120], "no stack trace or file path of the server")
    if clean:
        yield SEEN


CLAUSES = (
    Clause("errors.json", "An error answer is JSON", Level.SHOULD, REQUESTS, _json, least="exchange"),
    Clause(
        "errors.code", "The code of an error answer equals its status", Level.SHOULD, REQUESTS, _code, least="exchange"
    ),
    Clause(
        "errors.no-internals",
        "An error answer shows no stack trace or file path",
        Level.MUST,
        REQUESTS,
        _no_internals,
        least="exchange",
    ),
)
