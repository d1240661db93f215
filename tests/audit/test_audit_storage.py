"""Objects behind URLs: S3 from a real server, and HTTP with and without ranges."""

import functools
import gzip
import http.server
import json
import sys
import threading

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from contracts.audit.audit import audit
from contracts.audit.sources import Span
from contracts.audit.storage import Source, expanded, tag_of
from contracts.errors import DocumentError
from contracts.spec.document import pinned
from tests.audit.bodies import BODIES
from tests.audit.clusters import s3

BAD = {**BODIES[1], "object": "client"}
NDJSON = b"".join(json.dumps(body).encode() + b"\n" for body in (BODIES[1], BODIES[1], BAD))
FINDING = {("schema.enums", "$.object"): 1}


@pytest.fixture
def bucket(monkeypatch):
    with s3(monkeypatch) as client:
        yield client


def audited(*names):
    return audit(expanded(names), pinned(), "lenient", workers=1)


def test_objects_prefixes_and_globs_of_a_bucket(bucket, monkeypatch):
    monkeypatch.setattr("contracts.audit.sources.BLOCK", 1500)  # several ranges of one object
    bucket.put_object(Bucket="logs", Key="day/a.ndjson", Body=NDJSON * 4)
    bucket.put_object(Bucket="logs", Key="day/b.gz", Body=gzip.compress(NDJSON))
    tally = audited("s3://logs/day/a.ndjson")
    assert (tally.judged, tally.findings.total()) == (12, 4)
    assert next(iter(tally.first.values())).source == "s3://logs/day/a.ndjson"
    assert [one.name for one in expanded(["s3://logs/day"])] == ["s3://logs/day/a.ndjson", "s3://logs/day/b.gz"]
    assert audited("s3://logs/day/*.gz").findings == FINDING


def test_an_object_that_changes_is_told(bucket):
    bucket.put_object(Bucket="logs", Key="a", Body=NDJSON)
    tag = tag_of("s3://logs/a")
    assert b"".join(Span("s3://logs/a", 0, len(NDJSON), tag).blocks()) == NDJSON
    bucket.put_object(Bucket="logs", Key="a", Body=NDJSON * 2)
    with pytest.raises(DocumentError, match="was changed while it was read"):
        list(Span("s3://logs/a", 0, len(NDJSON), tag).blocks())


@pytest.mark.usefixtures("bucket")
def test_what_is_not_there_is_one_line(contracts):
    for name in ("s3://logs/none", "s3://nobody/none", "s3://logs/*.gz", "no-such-scheme://x"):
        with pytest.raises(DocumentError) as told:
            audited(name)
        assert str(told.value).startswith(f"{name}: ")
        assert len(str(told.value).splitlines()) == 1
    done = contracts("audit", "s3://logs/none")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr


@pytest.mark.parametrize(
    ("url", "extra", "module"),
    [
        ("s3://b/x", "audit-s3", "s3fs"),
        ("gs://b/x", "audit-gs", "gcsfs"),
        ("abfs://b/x", "audit-azure", "adlfs"),
        ("https://b/x", "audit-https", "fsspec.core"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(url, extra, module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, url.partition("://")[0], raising=False)
    with pytest.raises(DocumentError, match=rf"voucherify-contracts\[{extra}\]"):
        expanded([url])


@pytest.fixture
def without_ranges(tmp_path):
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_http_without_ranges_is_read_from_the_beginning(without_ranges, tmp_path):
    (tmp_path / "a.ndjson").write_bytes(NDJSON)
    (tmp_path / "a.gz").write_bytes(gzip.compress(NDJSON))
    for name in ("a.ndjson", "a.gz"):
        tally = audited(f"{without_ranges}/{name}")
        assert (tally.judged, tally.findings) == (3, FINDING)


def test_http_with_ranges_is_cut_into_spans(tmp_path, monkeypatch):
    import uvicorn

    monkeypatch.setattr("contracts.audit.sources.BLOCK", 1500)
    (tmp_path / "a.ndjson").write_bytes(NDJSON * 4)
    app = Starlette(routes=[Mount("/", StaticFiles(directory=tmp_path))])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        tally = audited(f"http://127.0.0.1:{port}/a.ndjson")
    finally:
        server.should_exit = True
        thread.join()
    assert (tally.judged, tally.findings.total()) == (12, 4)


def test_a_source_of_this_machine_has_no_tag(tmp_path):
    (tmp_path / "a").write_bytes(NDJSON)
    assert tag_of(str(tmp_path / "a")) == ""
    assert audit([Source(str(tmp_path / "a"))], pinned(), "lenient").judged == 3
