"""Credentials by security scheme: a key in the query or a cookie, HTTP basic; from variables and contracts.toml."""

from base64 import b64decode, b64encode
from urllib.parse import quote

import pytest
import yaml

from contracts.record.run import read
from contracts.spec.loading import load_resource
from tests.others import products
from tests.others.gate import gate
from tests.others.products import Products
from tests.others.web import listening
from tests.report.test_report_shell import shell

SECRET = "s3cret with &/=+%-signs"
LOGIN = "shop-user:pa:ss w0rd"


def basic(request):
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    try:
        return b64decode(text, validate=True).decode() if kind.lower() == "basic" else ""
    except ValueError:
        return ""


SCHEMES = {
    "query": ({"type": "apiKey", "in": "query", "name": "api_key"}, lambda r: r.query_params.get("api_key"), SECRET),
    "cookie": (
        {"type": "apiKey", "in": "cookie", "name": "session"},
        lambda r: r.cookies.get("session"),
        "c00kie-value",
    ),
    "header": ({"type": "apiKey", "in": "header", "name": "X-Shop-Key"}, lambda r: r.headers.get("x-shop-key"), SECRET),
    "basic": ({"type": "http", "scheme": "basic"}, basic, LOGIN),
}


class Guarded(Products):
    """The shop behind another way in. ``is_right`` judges what came, and what would be right."""

    def __init__(self, came, right, is_right=lambda came, right: came == right):
        super().__init__()
        self.came, self.right, self.is_right = came, right, is_right

    def is_let_in(self, request):
        return bool(self.is_right(self.came(request) or "", self.right))


@pytest.fixture
def shop(tmp_path):
    """The shop's document, with one security scheme called ``shop-login``."""

    def written(scheme):
        document = yaml.safe_load(products.DOCUMENT.read_text())
        document["components"]["securitySchemes"] = {"shop-login": scheme}
        document["security"] = [{"shop-login": []}]
        (tmp_path / "shop.yaml").write_text(yaml.safe_dump(document))
        return "--spec", "shop.yaml", "--overlay", products.OVERLAY

    return written


@pytest.mark.parametrize("place", SCHEMES)
def test_a_right_server_is_conformant_and_no_secret_shows(contracts, shop, tmp_path, place):
    scheme, came, secret = SCHEMES[place]
    with listening(Guarded(came, secret).asgi()) as url:
        done = contracts(
            "gate", "--target", url, *shop(scheme), "--seed", 1, "--report", "out", CONTRACTS_SHOP_LOGIN=secret
        )
    assert done.returncode == 0, done.stdout + done.stderr
    run = read(tmp_path / "out" / "run.ndjson")
    assert run.header.credentials == "shop-login"
    assert {e.status for e in run.exchanges if not e.request.is_authorised} == {401}
    for path in (tmp_path / "out").iterdir():
        text = path.read_bytes()
        forms = (
            secret,
            secret.partition(":")[2] or secret,
            quote(secret, safe=""),
            b64encode(secret.encode()).decode(),
        )
        for part in forms:
            assert part.encode() not in text, (path.name, part)


CARELESS = [
    ("query", lambda came, right: bool(came)),
    ("query", lambda came, right: came.lower() == right.lower()),
    ("cookie", lambda came, right: bool(came) and right.startswith(came)),
    ("cookie", lambda came, right: True),
    ("basic", lambda came, right: came.partition(":")[0] == right.partition(":")[0]),
    ("basic", lambda came, right: came.partition(":")[2] == right.partition(":")[2]),
]


@pytest.mark.parametrize(("place", "is_right"), CARELESS)
def test_a_careless_server_is_caught_and_the_lines_show_it(shop, tmp_path, place, is_right):
    scheme, came, secret = SCHEMES[place]
    shop(scheme)
    resource = load_resource(str(tmp_path / "shop.yaml"), str(products.OVERLAY))
    app = Guarded(came, secret, is_right).asgi()
    run = gate(app, resource, {"shop-login": secret})
    finding = next(f for f in run.findings if f.clause.startswith("auth.") and f.where == "status")
    with listening(app) as url:
        line = finding.curl.replace("curl -sS", "curl -sS -o /dev/null -w '%{http_code}'")
        line = line.replace(run.header.target, url)
        assert shell(line, CONTRACTS_SHOP_LOGIN=secret).startswith("2"), line


TABLE = """
[targets.shop]
url = "{url}"
spec = "shop.yaml"
overlay = "{overlay}"
budget = 60
[targets.shop.credentials]
{scheme} = "{secret}"
"""


def test_a_table_of_credentials_brings_them_by_scheme(contracts, shop, tmp_path):
    scheme, came, secret = SCHEMES["basic"]
    shop(scheme)
    user, _, password = secret.partition(":")
    with listening(Guarded(came, secret).asgi()) as url:
        text = TABLE.format(url=url, overlay=products.OVERLAY, scheme="shop-login", secret="${SHOP_USER}:${SHOP_PASS}")
        (tmp_path / "contracts.toml").write_text(text)
        done = contracts("gate", "--on", "shop", SHOP_USER=user, SHOP_PASS=password)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("scheme", "says"),
    [("shop-logn", "did you mean shop-login?"), ("bearer", "it declares shop-login")],
)
def test_a_misspelt_scheme_is_one_line(contracts, shop, tmp_path, scheme, says):
    shop(SCHEMES["query"][0])
    text = TABLE.format(url="http://127.0.0.1:1", overlay=products.OVERLAY, scheme=scheme, secret="${SHOP_KEY}")
    (tmp_path / "contracts.toml").write_text(text)
    done = contracts("gate", "--on", "shop", SHOP_KEY=SECRET)
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert f"contracts.toml, line 8: the document has no security scheme '{scheme}'; {says}" in line
    assert SECRET not in done.stderr


def test_no_secret_set_says_which_variable(contracts, shop):
    scheme, came, secret = SCHEMES["cookie"]
    with listening(Guarded(came, secret).asgi()) as url:
        done = contracts("gate", "--target", url, *shop(scheme))
    assert done.returncode == 3
    assert "set CONTRACTS_SHOP_LOGIN" in done.stdout + done.stderr


def test_basic_without_a_colon_is_one_line(contracts, shop):
    done = contracts("gate", "--target", "http://127.0.0.1:1", *shop(SCHEMES["basic"][0]), CONTRACTS_SHOP_LOGIN="x")
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert "CONTRACTS_SHOP_LOGIN has no colon; HTTP basic takes user:password" in line


@pytest.fixture
def demanding(tmp_path):
    """The shop's document, which asks for a key and a bearer token together."""
    document = yaml.safe_load(products.DOCUMENT.read_text())
    document["components"]["securitySchemes"] = {
        "shop-login": SCHEMES["header"][0],
        "shop-token": {"type": "http", "scheme": "bearer"},
    }
    document["security"] = [{"shop-login": [], "shop-token": []}]
    (tmp_path / "shop.yaml").write_text(yaml.safe_dump(document))
    return "--spec", "shop.yaml", "--overlay", products.OVERLAY, "--seed", 1, "--report", "out"


@pytest.mark.parametrize(
    ("without", "verdict", "code"), [((), "inconclusive", 3), (("--without", "auth"), "partial", 0)]
)
def test_what_is_held_of_a_way_in_is_used(contracts, demanding, tmp_path, without, verdict, code):
    with listening(Guarded(SCHEMES["header"][1], SECRET).asgi()) as url:
        done = contracts("gate", "--target", url, *demanding, *without, CONTRACTS_SHOP_LOGIN=SECRET)
    assert done.returncode == code, done.stdout + done.stderr
    assert f"{verdict}: " in done.stdout
    run = read(tmp_path / "out" / "run.ndjson")
    assert run.header.credentials == "shop-login"
    assert {e.status for e in run.exchanges if e.request.is_authorised} >= {200, 201}
    if not without:
        assert "asks for shop-login and shop-token; the run had shop-login only: set the rest, or" in done.stdout
        assert {e.request.credentials for e in run.exchanges} >= {"none", "wrong:shop-login"}


def test_a_wrong_one_that_is_let_in_is_seen_by_what_is_held(contracts, demanding):
    with listening(Guarded(SCHEMES["header"][1], SECRET, lambda came, right: bool(came)).asgi()) as url:
        done = contracts("gate", "--target", url, *demanding, CONTRACTS_SHOP_LOGIN=SECRET)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "auth.wrong-id" in done.stdout


def test_a_target_that_wants_the_rest_too_says_what_to_set(contracts, demanding):
    with listening(Guarded(lambda request: "", SECRET).asgi()) as url:
        done = contracts("gate", "--target", url, *demanding, CONTRACTS_SHOP_LOGIN=SECRET)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "set CONTRACTS_SHOP_LOGIN and CONTRACTS_SHOP_TOKEN" in done.stdout


def test_what_was_not_looked_at_is_not_hidden_by_another_thing_left_out(contracts, demanding):
    with listening(Guarded(SCHEMES["header"][1], SECRET).asgi()) as url:
        done = contracts("gate", "--target", url, *demanding, "--without", "activity", CONTRACTS_SHOP_LOGIN=SECRET)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "the run had shop-login only" in done.stdout
