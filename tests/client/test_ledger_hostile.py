"""A ledger that somebody else wrote, or that was spoilt: one clear line, nothing deleted, and no block for the next."""

import json
import os

import pytest

from contracts.client.identity import identity_of
from contracts.client.ledger import Ledger, about_line, reopened, set_aside
from contracts.errors import DocumentError
from contracts.record.exchange import Answer, Exchange, Request
from contracts.spec.loading import load_resource
from tests.conftest import credentials

ABOUT = about_line("http://127.0.0.1:9", identity_of(load_resource()), load_resource().security, ())
IDENTITY = ABOUT["identity"]
HEAD = {"ledger": 2, "prefix": "contracts-0a1b2c3d-", **ABOUT}
DEEP = "[" * 100_000
LINES = {
    "a list as what is intended": '{"intends":[1]}',
    "an empty object": "{}",
    "a number for an id": '{"created":5,"name":null}',
    "a list for an id": '{"deleted":["a"]}',
    "a list for a name": '{"created":"cust_1","name":[]}',
    "an empty id": '{"created":"","name":null}',
    "the folder itself": '{"created":".","name":null}',
    "the folder above": '{"created":"..","name":null}',
    "a lone surrogate": '{"created":"\\ud800","name":null}',
    "too long an id": json.dumps({"created": "x" * 301}),
    "100,000 deep": '{"intends":' + DEEP,
    "a list": "[]",
    "two things at once": '{"gone":"a","deleted":"b"}',
    "another member": '{"gone":"a","shoe":1}',
    "no JSON": "nothing",
}
HEADS = {
    "a foreign prefix": {"prefix": "c"},
    "an empty prefix": {"prefix": ""},
    "the beginning of every prefix": {"prefix": "contracts-"},
    "a number for a prefix": {"prefix": 5},
    "a target that is none": {"target": "file:///etc/passwd"},
    "a target with credentials": {"target": "http://user:word@host"},
    "a path to another server": {"identity": IDENTITY | {"deletes": "@127.0.0.1:8/v1/customers/{key}"}},
    "a path upwards": {"identity": IDENTITY | {"deletes": "/v1/../customers/{key}"}},
    "an identity that is none": {"identity": 7},
    "another version": {"ledger": 1},
}


def ledger(folder, *lines, **head):
    path = folder / "ledger.ndjson"
    path.write_text("\n".join([json.dumps(HEAD | head), *lines, '{"gone": "contracts-0a1b2c3d-z"}', ""]))
    return path


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_line_that_is_none_is_one_clear_error(line, tmp_path):
    with pytest.raises(DocumentError, match="line 2 is no line of a ledger") as caught:
        reopened(ledger(tmp_path, line))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_beginning_that_is_none_is_one_clear_error(head, tmp_path):
    with pytest.raises(DocumentError, match=r"prefix is none|target is no|path is none|does not begin"):
        reopened(ledger(tmp_path, **head))


@pytest.mark.parametrize("kind", ["pipe", "link", "dangling link", "folder", "binary", "empty"])
def test_what_is_no_plain_text_is_neither_read_nor_written(kind, tmp_path):
    path, elsewhere = tmp_path / "ledger.ndjson", tmp_path / "elsewhere"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind in ("binary", "empty"):
        path.write_bytes(b"\xff" if kind == "binary" else b"")
    else:
        path.symlink_to(elsewhere)
        if kind == "link":
            elsewhere.write_text(json.dumps(HEAD) + "\n")
    with pytest.raises(DocumentError):
        reopened(path)
    if kind not in ("binary", "empty"):
        with pytest.raises(OSError, match=r".*"):
            Ledger("contracts-0a1b2c3d-", path)
    before = elsewhere.read_text() if elsewhere.exists() else None
    set_aside(path)
    Ledger("contracts-0a1b2c3d-", path).close()
    assert (elsewhere.read_text() if elsewhere.exists() else None) == before
    assert path.is_file()
    assert (tmp_path / "ledger.ndjson.unreadable").is_symlink() or (tmp_path / "ledger.ndjson.unreadable").exists()


def test_an_unreadable_ledger_is_kept_and_blocks_no_later_run(contracts, mock, tmp_path):
    for number in range(2):
        (tmp_path / "ledger.ndjson").write_text(f"spoilt {number}")
        done = contracts("gate", "--target", mock.url, "--budget", 8, "--report", tmp_path, **credentials(mock))
        assert "Traceback" not in done.stderr
        assert done.returncode in (0, 3)
    assert (tmp_path / "ledger.ndjson.unreadable").read_text() == "spoilt 0"
    assert (tmp_path / "ledger.ndjson-2.unreadable").read_text() == "spoilt 1"


def test_one_that_is_spoilt_is_no_reason_to_leave_the_customers_of_the_others(contracts, mock, tmp_path):
    own = HEAD | {"target": mock.url}
    (tmp_path / "ledger-a.ndjson").write_text('{"ledger": 1}\n')
    (tmp_path / "ledger.ndjson").write_text(json.dumps(own) + '\n{"intends": "contracts-0a1b2c3d-a"}\n')
    done = contracts("cleanup", tmp_path, "--target", mock.url, **credentials(mock))
    assert "1 deleted or gone, 0 left" in done.stdout
    assert done.returncode == 2
    assert done.stderr.startswith("contracts: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_line_that_was_cut_is_taken_off_before_the_next_is_written(tmp_path):
    path = ledger(tmp_path)
    path.write_text(path.read_text() + '{"created": "cust_1", "sour')
    opened, _ = reopened(path)
    opened.gone("contracts-0a1b2c3d-y")
    opened.close()
    assert reopened(path)[0].left == ()
    assert [json.loads(line) for line in path.read_text().splitlines()][-1] == {"gone": "contracts-0a1b2c3d-y"}


@pytest.mark.parametrize("name", ["\ud800", "", ".", "..", "x" * 301, 5, None, ["a"]])
def test_an_id_that_no_path_can_name_is_never_entered(name):
    made = Ledger("run-")
    body = json.dumps({"id": name, "name": "run-a"}).encode()
    made.observe(Exchange(1, Request("a", "POST", "/", (), b'{"name":"run-a"}'), Answer(200, (), body, 0.1)))
    assert made.left == ()


def test_what_a_ledger_names_cannot_speak_to_the_runner_or_the_terminal(contracts, tmp_path):
    name = "cust\n::error::forged\u202egnp\u001b[31m"
    path = ledger(tmp_path, json.dumps({"created": name, "name": None}))
    done = contracts("cleanup", path, "--target", "http://127.0.0.1:9", VOUCHERIFY_APP_ID="a", VOUCHERIFY_APP_TOKEN="b")
    assert done.returncode == 3
    assert "cust\\u000a::error::forged\\u202egnp\\u001b[31m" in done.stderr
    assert not any(line.startswith("::") for line in (done.stdout + done.stderr).splitlines())
    assert not {"\u202e", "\x1b"} & set(done.stdout + done.stderr)


@pytest.mark.parametrize("path", ["/things/", "/größen/Ωmega", "/日本/"])
def test_paths_of_any_document_are_read_again(path, tmp_path):
    one = f"{path.removesuffix('/')}/{{key}}{'/' if path.endswith('/') else ''}"
    identity = IDENTITY | {"path": path, "deletes": one, "reads": one}
    opened, _ = reopened(ledger(tmp_path, identity=identity))
    assert opened.identity.delete_path("a b") == one.replace("{key}", "a%20b")


@pytest.mark.parametrize(
    "path",
    ["/a b", "/a\x00b", "/a\x85b", "/a\u2028b", "/a?b", "/a#b", "//host/a", "/a/", "/..", "/.", "/a\\b", "/\ud800"],
)
def test_paths_that_lead_elsewhere_are_not(path, tmp_path):
    with pytest.raises(DocumentError, match="path is none"):
        reopened(ledger(tmp_path, identity=IDENTITY | {"deletes": f"{path}/{{key}}"}))
