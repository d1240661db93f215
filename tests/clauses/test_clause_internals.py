"""A stack trace or file path is recognised in an error; what merely looks a little like one is not."""

import pytest

from contracts.clauses.errors import internals

SHOWN = [
    'Traceback (most recent call last):\n  File "main.py", line 3',
    'File "/srv/app/customers.py", line 12, in create',
    "TypeError: x\n    at Customers.create (/app/src/customers.js:10:15)",
    "at com.example.Customers.create(Customers.java:42)",
    "at Object.<anonymous> (/home/node/app/index.js:1:1)",
    "in /var/www/html/index.php:33",
    "#0 /var/www/html/index.php(12): create()",
    "goroutine 1 [running]:\nmain.main()",
    "thread 'main' panicked at src/main.rs:4:5",
    "C:\\inetpub\\wwwroot\\Customers.cs",
    "ENOENT: no such file, open '/etc/customers/config.json'",
    "   at Customers.Api.Create(String id) in /src/Api.cs:line 20",
    "node_modules/express/lib/router.js",
    "./customers.rb:17:in `create'",
]
NOT_SHOWN = [
    "POST /v1/customers is not allowed",
    "/birthdate must match format date",
    "instancePath: /address/city",
    "see https://docs.example.com/api/errors/index.html",
    "the birthdate 2022/02/30 does not exist",
    "expected application/json, got text/plain",
    "key: invalid_payload, details: metadata/a.b/c",
    "look at the docs at https://example.com/app/errors.py",
    "customers.create: name must be a string",
    "unexpected end at line 1 column 12 (char 11)",
    "contact support (24/7) at +1 202 555 0143",
]


@pytest.mark.parametrize("text", SHOWN)
def test_the_inside_of_a_server_is_recognised(text):
    assert internals(text)


@pytest.mark.parametrize("text", NOT_SHOWN)
def test_an_ordinary_message_is_none(text):
    assert internals(text) is None
