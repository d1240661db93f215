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


# fmt: off
leakage.customer.rows("secrets.not-in-answers",
    ("token-in-the-customer", "The system metadata of a customer tells the token that created it.",
     lambda body, call: put(body, "system_metadata", {"created_by": _credential(call)})),
    ("app-id-in-the-customer", "A customer tells the application it belongs to.",
     lambda body, call: put(body, "app_id", call.request.header("x-app-id") or call.api.keys.app_id)),
    ("token-in-the-cockpit-url", "The address of the cockpit has the token in its query.",
     lambda body, call: put(body, "assets.cockpit_url", f"{body['assets']['cockpit_url']}?token={_credential(call)}")),
)
# fmt: on


@leakage.error(caught_by="secrets.not-in-answers")
def wrong_token_in_the_error(body: Body, call: Call) -> Body:
    """An error for wrong credentials repeats what was sent."""
    if body["code"] == 401:
        body["details"] = f"{call.request.header('x-app-id')}:{_credential(call)} is not authorised"
    return body


# fmt: off
leakage.error.rows("secrets.not-in-answers",
    ("headers-in-the-error", "An error for a refused body repeats the headers of the request.",
     lambda body, call: put(body, "request", {"headers": dict(call.request.headers)}) if body["code"] == 400 else body),
)
# fmt: on


@leakage.answer(caught_by="secrets.not-in-answers")
def token_in_an_error_header(answer: Answer, call: Call) -> Answer:
    """The header of a refused request repeats the token."""
    if answer.status >= 400:
        answer.set_header("X-Request-Auth", _credential(call))
    return answer


# The inside of the server

# fmt: off
leakage.error.rows("errors.no-internals",
    ("python-traceback-on-malformed-json", "Malformed JSON is answered with a traceback.",
     lambda body, call: put(body, "details", PYTHON) if body["key"] == "malformed_payload" else body),
    ("node-stack-on-malformed-json", "Malformed JSON is answered with the stack of the parser.",
     lambda body, call: put(body, "stack", NODE) if body["key"] == "malformed_payload" else body),
    ("java-stack-on-wrong-fields", "A field of the wrong type is answered with a stack trace.",
     lambda body, call: put(body, "trace", JAVA) if body["key"] == "invalid_payload" else body),
    ("file-path-on-a-wrong-content-type", "A wrong Content-Type is answered with the path of the file that refuses it.",
     lambda body, call: put(body, "details", "/var/www/html/api/customers.php:112") if body["code"] == 415 else body),
)
# fmt: on


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

# fmt: off
leakage.answer.rows("errors.json",
    ("errors-are-html", "Errors are pages of HTML.",
     lambda answer, call: page(answer, answer.status, "Error") if call.refused else answer),
    should=True,
)
# fmt: on


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


# fmt: off
leakage.error.rows("errors.code",
    ("error-code-is-not-the-status", "The code of an error is one of the server's own, not the status.",
     lambda body, call: put(body, "code", body["code"] + 1000)),
    ("error-code-is-a-string", "The code of an error is a word.", lambda body, call: put(body, "code", body["key"])),
    ("error-has-no-message", "An error has a code, and no message.",
     lambda body, call: {name: value for name, value in body.items() if name != "message"}),
    should=True,
)
# fmt: on
