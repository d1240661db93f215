"""What no caller should see: secrets of the run, and the inside of the server. And errors that say little."""

from __future__ import annotations

from contracts.mock.api import Call
from contracts.mock.auth import bearer
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import page, put
from contracts.mock.hooks import Body
from contracts.mock.registry import Group
from contracts.mock.wire import Answer

leakage = Group("leakage", FAULTS)

PYTHON = (
    "Traceback (most recent call last):\n"
    '  File "/srv/app/customers/views.py", line 41, in create\n'
    "    payload = json.loads(request.body)\nValueError: bad payload"
)
NODE = "SyntaxError: Unexpected token\n    at JSON.parse (<anonymous>)\n    at parse (/usr/src/app/node_modules/body-parser/lib/types/json.js:92:19)"  # noqa: E501 - as it looks
JAVA = (
    "java.lang.NullPointerException\n\tat com.example.customers.CustomerController.create(CustomerController.java:57)"
)


def _credential(call: Call) -> str:
    """The credential that the caller sent, of either scheme."""
    return call.request.header("x-app-token") or bearer(call.request)


# Secrets of the run


@leakage.answer(caught_by="secrets.not-in-answers")
def token_in_a_header(answer: Answer, call: Call) -> Answer:
    """A debugging header repeats the caller's token."""
    answer.set_header("X-Debug-Token", _credential(call))
    return answer


@leakage.answer(caught_by="secrets.not-in-answers")
def token_in_a_cookie(answer: Answer, call: Call) -> Answer:
    """The token is kept in a cookie."""
    if call.customer:
        answer.set_header("Set-Cookie", f"session={_credential(call)}; Path=/")
    return answer


@leakage.customer(caught_by="secrets.not-in-answers")
def token_in_the_customer(body: Body, call: Call) -> Body:
    """The system metadata of a customer tells the token that created it."""
    return put(body, "system_metadata", {"created_by": _credential(call)})


@leakage.customer(caught_by="secrets.not-in-answers")
def app_id_in_the_customer(body: Body, call: Call) -> Body:
    """A customer tells the application it belongs to."""
    return put(body, "app_id", call.request.header("x-app-id") or call.api.keys.app_id)


@leakage.customer(caught_by="secrets.not-in-answers")
def token_in_the_cockpit_url(body: Body, call: Call) -> Body:
    """The address of the cockpit has the token in its query."""
    return put(body, "assets.cockpit_url", f"{body['assets']['cockpit_url']}?token={_credential(call)}")


@leakage.error(caught_by="secrets.not-in-answers")
def wrong_token_in_the_error(body: Body, call: Call) -> Body:
    """An error for wrong credentials repeats what was sent."""
    if body["code"] == 401:
        body["details"] = f"{call.request.header('x-app-id')}:{_credential(call)} is not authorised"
    return body


@leakage.error(caught_by="secrets.not-in-answers")
def headers_in_the_error(body: Body, call: Call) -> Body:
    """An error for a refused body repeats the headers of the request."""
    return put(body, "request", {"headers": dict(call.request.headers)}) if body["code"] == 400 else body


@leakage.answer(caught_by="secrets.not-in-answers")
def token_in_an_error_header(answer: Answer, call: Call) -> Answer:
    """The header of a refused request repeats the token."""
    if answer.status >= 400:
        answer.set_header("X-Request-Auth", _credential(call))
    return answer


# The inside of the server


@leakage.error(caught_by="errors.no-internals")
def python_traceback_on_malformed_json(body: Body, call: Call) -> Body:
    """Malformed JSON is answered with a traceback."""
    return put(body, "details", PYTHON) if body["key"] == "malformed_payload" else body


@leakage.error(caught_by="errors.no-internals")
def node_stack_on_malformed_json(body: Body, call: Call) -> Body:
    """Malformed JSON is answered with the stack of the parser."""
    return put(body, "stack", NODE) if body["key"] == "malformed_payload" else body


@leakage.error(caught_by="errors.no-internals")
def java_stack_on_wrong_fields(body: Body, call: Call) -> Body:
    """A field of the wrong type is answered with a stack trace."""
    return put(body, "trace", JAVA) if body["key"] == "invalid_payload" else body


@leakage.error(caught_by="errors.no-internals")
def file_path_on_a_wrong_content_type(body: Body, call: Call) -> Body:
    """A wrong Content-Type is answered with the path of the file that refuses it."""
    return put(body, "details", "/var/www/html/api/customers.php:112") if body["code"] == 415 else body


@leakage.error(caught_by="errors.no-internals")
def windows_path_on_wrong_credentials(body: Body, call: Call) -> Body:
    """Wrong credentials are answered with a path of the server."""
    path = "C:\\inetpub\\wwwroot\\api\\Controllers\\AuthFilter.cs:line 30"
    return put(body, "details", path) if body["code"] == 401 else body


@leakage.answer(caught_by="errors.no-internals")
def traceback_page_on_wrong_fields(answer: Answer, call: Call) -> Answer:
    """A debugging page with the traceback answers a field of the wrong type."""
    if call.refused and call.refused.key == "invalid_payload":
        page(answer, answer.status, "Bad Request")
        answer.body = answer.body.replace(b"</body>", f"<pre>{PYTHON}</pre></body>".encode())
    return answer


# Errors that say little


@leakage.answer(should=True, caught_by="errors.json")
def errors_are_html(answer: Answer, call: Call) -> Answer:
    """Errors are pages of HTML."""
    return page(answer, answer.status, "Error") if call.refused else answer


@leakage.answer(should=True, caught_by="errors.json")
def errors_are_plain_text(answer: Answer, call: Call) -> Answer:
    """Errors are a line of plain text."""
    if call.refused:
        answer.body = call.refused.message.encode()
        answer.set_header("Content-Type", "text/plain")
    return answer


@leakage.answer(should=True, caught_by="errors.json")
def errors_are_empty(answer: Answer, call: Call) -> Answer:
    """Errors have no body."""
    if call.refused:
        answer.body = b""
    return answer


@leakage.error(should=True, caught_by="errors.code")
def error_code_is_not_the_status(body: Body, call: Call) -> Body:
    """The code of an error is one of the server's own, not the status."""
    return put(body, "code", body["code"] + 1000)


@leakage.error(should=True, caught_by="errors.code")
def error_code_is_a_string(body: Body, call: Call) -> Body:
    """The code of an error is a word."""
    return put(body, "code", body["key"])


@leakage.error(should=True, caught_by="errors.code")
def error_has_no_message(body: Body, call: Call) -> Body:
    """An error has a code, and no message."""
    return {name: value for name, value in body.items() if name != "message"}
