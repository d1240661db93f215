"""Doors that are half open: credentials compared badly, not always, or after the deed."""

from __future__ import annotations

from contracts.mock.api import Call
from contracts.mock.auth import bearer, same
from contracts.mock.faults import FAULTS
from contracts.mock.faults.kinds import lets_in
from contracts.mock.faults.tools import page, relabel, write_anyway
from contracts.mock.reading import UnreadableError, read_json
from contracts.mock.registry import Group
from contracts.mock.wire import Answer

auth = Group("auth", FAULTS)


def _known(call: Call) -> bool:
    try:
        payload = read_json(call.request.body)
    except UnreadableError:
        return False
    return isinstance(payload, dict) and bool(call.api.store.find(payload.get("id"), payload.get("source_id")))


def _right_id(call: Call) -> bool:
    return same(call.request.header("x-app-id"), call.api.keys.app_id)


def _token(call: Call) -> str:
    return call.request.header("x-app-token")


def _has_none(call: Call) -> bool:
    return not {"x-app-id", "x-app-token", "authorization"} & set(call.request.headers)


# Compared badly

# fmt: off
auth.authorised.rows("auth.no-credentials",
    ("nothing-is-checked", "Everybody may call.", lambda allowed, call: True),
    ("no-credentials-are-a-guest", "Who sends no credentials at all is let in, who sends wrong ones is not.",
     lets_in(_has_none)),
)
auth.authorised.rows("auth.wrong-token",
    ("token-is-not-checked", "The right id is enough, whatever the token.",
     lets_in(lambda call: _right_id(call) and _token(call) != "")),
    ("any-part-of-the-token-will-do", "The beginning of the token is enough.",
     lets_in(lambda call: _right_id(call) and _token(call) != "" and call.api.keys.app_token.startswith(_token(call)))),
    ("token-compared-by-its-beginning", "Only the first eight characters of a token count.",
     lets_in(lambda call: _right_id(call) and _token(call)[:8] == call.api.keys.app_token[:8])),
    ("any-app-credentials-are-accepted", "Both headers have to be there, and nothing is asked about what they say.",
     lets_in(lambda call: {"x-app-id", "x-app-token"} <= set(call.request.headers))),
)
auth.authorised.rows("auth.wrong-id",
    ("id-is-not-checked", "The right token is enough, whatever the id.",
     lets_in(lambda call: same(_token(call), call.api.keys.app_token) and "x-app-id" in call.request.headers)),
)
auth.authorised.rows("auth.half-credentials",
    ("id-alone-is-enough", "A token that is not sent is not asked for.",
     lets_in(lambda call: _right_id(call) and "x-app-token" not in call.request.headers)),
    ("token-alone-is-enough", "An id that is not sent is not asked for.",
     lets_in(lambda call: same(_token(call), call.api.keys.app_token) and "x-app-id" not in call.request.headers)),
    ("empty-token-is-accepted", "An empty token is a right one.",
     lets_in(lambda call: _right_id(call) and call.request.headers.get("x-app-token") == "")),
)
auth.authorised.rows("auth.token-case",
    ("token-in-any-case", "Letter case makes no difference in a token.",
     lets_in(lambda call: _right_id(call) and _token(call).lower() == call.api.keys.app_token.lower())),
    ("bearer-in-any-case", "Letter case makes no difference in a bearer token.",
     lets_in(lambda call: bearer(call.request).lower() == call.api.keys.oauth_token.lower())),
)
auth.authorised.rows("auth.wrong-bearer",
    ("any-bearer-is-accepted", "A bearer token has to be there, and nobody asks whose.",
     lets_in(lambda call: bearer(call.request) != "")),
    ("unsigned-bearer-is-accepted",
     "A bearer token that looks like a JWT is decoded and believed, its signature never checked.",
     lets_in(lambda call: bearer(call.request).count(".") == 2)),
    ("any-bearer-lets-wrong-keys-in", "Where a bearer token is sent, too, nothing is asked about it or the keys.",
     lets_in(lambda call: bool(bearer(call.request)) and "x-app-id" in call.request.headers)),
    ("app-token-is-accepted-as-bearer", "The application's token opens as a bearer token, too.",
     lets_in(lambda call: same(bearer(call.request), call.api.keys.app_token))),
)
# fmt: on


# Not always compared

# fmt: off
auth.authorised.rows("auth.wrong-token",
    ("upserts-are-not-checked", "Credentials are asked for to create a customer, and not to change one.",
     lets_in(_known)),
)
auth.authorised.rows("auth.no-credentials",
    ("new-customers-are-not-checked", "Credentials are asked for to change a customer, and not to create one.",
     lets_in(lambda call: not _known(call))),
)
# fmt: on


@auth.authorised(caught_by="auth.half-credentials")
def token_is_not_checked_once_the_id_was_seen(allowed: bool, call: Call) -> bool:
    """Who was let in once is remembered by the id alone."""
    if allowed:
        call.api.memory.setdefault("seen", set()).add(call.request.header("x-app-id"))
    return allowed or call.request.header("x-app-id") in call.api.memory.get("seen", ())


@auth.authorised(caught_by="auth.wrong-id")
def what_was_sent_before_is_answered_unchecked(allowed: bool, call: Call) -> bool:
    """A cache in front of the check knows answers by their request's body."""
    seen = call.api.memory.setdefault("bodies", set())
    if allowed:
        seen.add(call.request.body)
    return allowed or call.request.body in seen


# Compared after the deed


@auth.authorised(caught_by="auth.writes-nothing")
def unauthorised_and_written(allowed: bool, call: Call) -> bool:
    """The customer is written first, and the caller refused afterwards."""
    if not allowed:
        write_anyway(call)
    return allowed


@auth.authorised(caught_by="auth.writes-nothing")
def unauthorised_change_is_written(allowed: bool, call: Call) -> bool:
    """A known customer is changed before the caller is refused."""
    if not allowed and _known(call):
        write_anyway(call)
    return allowed


@auth.authorised(caught_by="auth.writes-nothing")
def wrong_token_is_refused_and_written(allowed: bool, call: Call) -> bool:
    """With the right id and a wrong token the customer is written before the caller is refused."""
    if not allowed and _right_id(call):
        write_anyway(call)
    return allowed


# Told wrongly

# fmt: off
auth.answer.rows("auth.wrong-token",
    ("unauthorised-is-403", "Wrong credentials are answered with 403.",
     lambda answer, call: relabel(answer, 403) if answer.status == 401 and not _has_none(call) else answer),
)
auth.answer.rows("auth.no-credentials",
    ("no-credentials-is-400", "Missing credentials are a missing parameter: 400.",
     lambda answer, call: relabel(answer, 400) if answer.status == 401 and _has_none(call) else answer),
    ("unauthorised-is-404", "Who has no right is told that there is nothing: 404.",
     lambda answer, call: relabel(answer, 404) if answer.status == 401 else answer),
    ("unauthorised-is-200", "Wrong credentials get their error under the status 200.",
     lambda answer, call: relabel(answer, 200) if answer.status == 401 else answer),
)
# fmt: on


@auth.answer(caught_by="auth.no-credentials")
def unauthorised_is_a_redirect(answer: Answer, call: Call) -> Answer:
    """Who has no right is sent to a page to log in."""
    if answer.status == 401:
        answer.status = 302
        answer.set_header("Location", "/login")
    return answer


@auth.answer(caught_by="accepts.no-5xx")
def foreign_bearer_crashes(answer: Answer, call: Call) -> Answer:
    """A bearer token that is no JWT cannot be decoded: 500."""
    return page(answer, 500, "Internal Server Error") if answer.status == 401 and bearer(call.request) else answer
