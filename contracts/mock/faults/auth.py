"""Doors that are half open: credentials compared badly, not always, or after the deed."""

from __future__ import annotations

from contracts.mock.api import Call
from contracts.mock.auth import bearer, same
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import page, relabel, write_anyway
from contracts.mock.reading import UnreadableError, read_json
from contracts.mock.registry import Group
from contracts.mock.wire import Answer

auth = Group("auth", FAULTS)


def _right_id(call: Call) -> bool:
    return same(call.request.header("x-app-id"), call.api.keys.app_id)


def _token(call: Call) -> str:
    return call.request.header("x-app-token")


def _has_none(call: Call) -> bool:
    return not {"x-app-id", "x-app-token", "authorization"} & set(call.request.headers)


# Compared badly


@auth.authorised(caught_by="auth.no-credentials")
def nothing_is_checked(allowed: bool, call: Call) -> bool:
    """Everybody may call."""
    return True


@auth.authorised(caught_by="auth.wrong-token")
def token_is_not_checked(allowed: bool, call: Call) -> bool:
    """The right id is enough, whatever the token."""
    return allowed or (_right_id(call) and _token(call) != "")


@auth.authorised(caught_by="auth.wrong-id")
def id_is_not_checked(allowed: bool, call: Call) -> bool:
    """The right token is enough, whatever the id."""
    return allowed or (same(_token(call), call.api.keys.app_token) and "x-app-id" in call.request.headers)


@auth.authorised(caught_by="auth.half-credentials")
def id_alone_is_enough(allowed: bool, call: Call) -> bool:
    """A token that is not sent is not asked for."""
    return allowed or (_right_id(call) and "x-app-token" not in call.request.headers)


@auth.authorised(caught_by="auth.half-credentials")
def token_alone_is_enough(allowed: bool, call: Call) -> bool:
    """An id that is not sent is not asked for."""
    return allowed or (same(_token(call), call.api.keys.app_token) and "x-app-id" not in call.request.headers)


@auth.authorised(caught_by="auth.token-case")
def token_in_any_case(allowed: bool, call: Call) -> bool:
    """Letter case makes no difference in a token."""
    return allowed or (_right_id(call) and _token(call).lower() == call.api.keys.app_token.lower())


@auth.authorised(caught_by="auth.token-case")
def bearer_in_any_case(allowed: bool, call: Call) -> bool:
    """Letter case makes no difference in a bearer token."""
    return allowed or bearer(call.request).lower() == call.api.keys.oauth_token.lower()


@auth.authorised(caught_by="auth.wrong-token")
def any_part_of_the_token_will_do(allowed: bool, call: Call) -> bool:
    """The beginning of the token is enough."""
    return allowed or (_right_id(call) and _token(call) != "" and call.api.keys.app_token.startswith(_token(call)))


@auth.authorised(caught_by="auth.wrong-token")
def token_compared_by_its_beginning(allowed: bool, call: Call) -> bool:
    """Only the first eight characters of a token count."""
    return allowed or (_right_id(call) and _token(call)[:8] == call.api.keys.app_token[:8])


@auth.authorised(caught_by="auth.half-credentials")
def empty_token_is_accepted(allowed: bool, call: Call) -> bool:
    """An empty token is a right one."""
    return allowed or (_right_id(call) and call.request.headers.get("x-app-token") == "")


@auth.authorised(caught_by="auth.wrong-token")
def any_app_credentials_are_accepted(allowed: bool, call: Call) -> bool:
    """Both headers have to be there, and nothing is asked about what they say."""
    return allowed or {"x-app-id", "x-app-token"} <= set(call.request.headers)


@auth.authorised(caught_by="auth.wrong-bearer")
def any_bearer_is_accepted(allowed: bool, call: Call) -> bool:
    """A bearer token has to be there, and nobody asks whose."""
    return allowed or bearer(call.request) != ""


@auth.authorised(caught_by="auth.wrong-bearer")
def unsigned_bearer_is_accepted(allowed: bool, call: Call) -> bool:
    """A bearer token that looks like a JWT is decoded and believed, its signature never checked."""
    return allowed or bearer(call.request).count(".") == 2


@auth.authorised(caught_by="auth.wrong-bearer")
def app_token_is_accepted_as_bearer(allowed: bool, call: Call) -> bool:
    """The application's token opens as a bearer token, too."""
    return allowed or same(bearer(call.request), call.api.keys.app_token)


@auth.authorised(caught_by="auth.no-credentials")
def no_credentials_are_a_guest(allowed: bool, call: Call) -> bool:
    """Who sends no credentials at all is let in, who sends wrong ones is not."""
    return allowed or _has_none(call)


# Not always compared


@auth.authorised(caught_by="auth.wrong-token")
def upserts_are_not_checked(allowed: bool, call: Call) -> bool:
    """Credentials are asked for to create a customer, and not to change one."""
    return allowed or _known(call)


@auth.authorised(caught_by="auth.no-credentials")
def new_customers_are_not_checked(allowed: bool, call: Call) -> bool:
    """Credentials are asked for to change a customer, and not to create one."""
    return allowed or not _known(call)


@auth.authorised(caught_by="auth.half-credentials")
def token_is_not_checked_once_the_id_was_seen(allowed: bool, call: Call) -> bool:
    """Who was let in once is remembered by the id alone."""
    if allowed:
        call.api.memory.setdefault("seen", set()).add(call.request.header("x-app-id"))
    return allowed or call.request.header("x-app-id") in call.api.memory.get("seen", ())


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


@auth.answer(caught_by="auth.wrong-token")
def unauthorised_is_403(answer: Answer, call: Call) -> Answer:
    """Wrong credentials are answered with 403."""
    return relabel(answer, 403) if answer.status == 401 and not _has_none(call) else answer


@auth.answer(caught_by="auth.no-credentials")
def no_credentials_is_400(answer: Answer, call: Call) -> Answer:
    """Missing credentials are a missing parameter: 400."""
    return relabel(answer, 400) if answer.status == 401 and _has_none(call) else answer


@auth.answer(caught_by="auth.no-credentials")
def unauthorised_is_404(answer: Answer, call: Call) -> Answer:
    """Who has no right is told that there is nothing: 404."""
    return relabel(answer, 404) if answer.status == 401 else answer


@auth.answer(caught_by="auth.no-credentials")
def unauthorised_is_200(answer: Answer, call: Call) -> Answer:
    """Wrong credentials get their error under the status 200."""
    return relabel(answer, 200) if answer.status == 401 else answer


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


def _known(call: Call) -> bool:
    try:
        payload = read_json(call.request.body)
    except UnreadableError:
        return False
    return isinstance(payload, dict) and bool(call.api.store.find(payload.get("id"), payload.get("source_id")))
