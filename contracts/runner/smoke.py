"""One question, asked of the first answer: are we talking to the API, with working credentials?

Where not, the set-up is wrong and forty findings would hide that. Whatever else the API answers is evidence.
"""

from __future__ import annotations

from contracts.client.credentials import Credentials
from contracts.record.exchange import Exchange
from contracts.spec.security import variables


def wrong_set_up(exchange: Exchange, credentials: Credentials) -> str | None:
    """Why nothing can be judged, and what to do; None where the target can be judged."""
    answer = exchange.answer
    if answer is None:
        return f"the set-up is wrong: {exchange.failure}; is the target up, and is its URL right?"
    status = answer.status
    html = (answer.header("Content-Type") or "").lower().startswith("text/html")
    if 300 <= status < 400:
        where = answer.header("Location") or "nowhere"
        return f"the set-up is wrong: the target redirects ({status}) to {where[:200]}; give --target that address"
    if status in (401, 403):
        if not credentials.complete:
            return f"the set-up is wrong: the target asks for credentials ({status}); {_missing(credentials)}"
        return f"the set-up is wrong: the target refuses the run's own credentials ({status}); check their values"
    if status in (404, 405):
        return f"the set-up is wrong: no such operation at the target ({status}); does its URL lack a path prefix?"
    if status in (502, 503, 504):
        return f"the set-up is wrong: a proxy answers that the target is not there ({status}); try again later"
    if html and not 200 <= status < 300:
        return f"the set-up is wrong: an HTML page ({status}) answers, not the API; check the URL"
    return None


def _missing(credentials: Credentials) -> str:
    wanted = variables(credentials.declared)
    return f"set {wanted}" if wanted else "the document declares no way in that takes a secret: add a security scheme"
