"""``contracts audit`` on files as people have them: compressed, tables, folders, globs, UTF-16, lists, SDKs' prints."""

import bz2
import gzip
import json
import lzma
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.audit.audit import audit
from contracts.audit.sources import Options, Span, tasks
from contracts.audit.storage import Source
from contracts.errors import DocumentError
from contracts.spec.document import pinned
from tests.audit.bodies import BODIES

GOOD = BODIES[1]
BAD = {**GOOD, "object": "client"}
LINES = [json.dumps(body).encode() for body in (GOOD, GOOD, BAD)]
NDJSON = b"\n".join(LINES) + b"\n"
FINDING = {("schema.enums", "$.object"): 1}


def audited(*paths, **options):
    return audit([Source(str(path)) for path in paths], pinned(), "lenient", workers=1, **options)


def shown(contracts, *arguments):
    done = contracts("audit", *arguments, "--json")
    return done, json.loads(done.stdout) if done.stdout else None


ZSTD = zstandard.ZstdCompressor(write_checksum=True).compress
PACKED = {
    "gzip": gzip.compress(NDJSON),
    "bz2": bz2.compress(NDJSON),
    "xz": lzma.compress(NDJSON),
    "zstd": ZSTD(NDJSON),
    "two frames of zstd": ZSTD(NDJSON[:700]) + ZSTD(NDJSON[700:]),
}


@pytest.mark.parametrize("kind", PACKED)
def test_compressed_lines_are_judged_and_a_cut_file_is_told(kind, tmp_path):
    path = tmp_path / "traffic"
    path.write_bytes(PACKED[kind])
    tally = audited(path)
    assert (tally.judged, tally.findings) == (3, FINDING)
    assert next(iter(tally.first.values())).line == 3
    path.write_bytes(PACKED[kind][:-9])
    with pytest.raises(DocumentError, match="cannot be read"):
        audited(path)
    damaged = bytearray(PACKED[kind])
    damaged[len(damaged) // 2] ^= 0xFF
    path.write_bytes(damaged)
    with pytest.raises(DocumentError, match="cannot be read"):
        audited(path)


TEXTS = [line.decode() for line in LINES]
NULLS = [TEXTS[0], None, TEXTS[1].replace(", ", ",\n "), TEXTS[2]]
COLUMNS = {
    "text": pa.array(NULLS),
    "large text": pa.array(NULLS, pa.large_string()),
    "text view": pa.array(NULLS, pa.string_view()),
    "bytes": pa.array([text and text.encode() for text in NULLS], pa.binary()),
    "dictionary": pa.array(NULLS).dictionary_encode(),
}


def parquet(table, path):
    pq.write_table(table, path, row_group_size=3)


def arrow(table, path):
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=3)


def stream(table, path):
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=3)


@pytest.mark.parametrize("write", [parquet, arrow, stream])
@pytest.mark.parametrize("kind", COLUMNS)
def test_a_row_of_a_table_is_a_line(kind, write, tmp_path):
    number = pa.array(range(4))
    table = pa.table({"n": number, "who": pa.array(["x"] * 4), "body": COLUMNS[kind]})
    write(table, tmp_path / "t")
    tally = audited(tmp_path / "t")
    assert (tally.lines, tally.judged, tally.findings) == (4, 3, FINDING)
    assert next(iter(tally.first.values())).line == 4


def test_a_table_without_one_column_of_bodies_is_told(contracts, tmp_path):
    pq.write_table(pa.table({"n": [1], "who": ["x"]}), tmp_path / "none")
    pq.write_table(pa.table({"sent": ['{"a": 1}'], "answer": [TEXTS[2]]}), tmp_path / "two")
    done = contracts("audit", "none")
    assert (done.returncode, "no column holds JSON" in done.stderr) == (2, True)
    done = contracts("audit", "two")
    assert (done.returncode, "several columns hold JSON: sent, answer" in done.stderr) == (2, True)
    assert contracts("audit", "two", "--column", "answer").returncode == 1
    done = contracts("audit", "two", "--column", "reply")
    assert (done.returncode, "its columns: sent, answer" in done.stderr) == (2, True)
    (tmp_path / "cut").write_bytes((tmp_path / "two").read_bytes()[:-30])
    done = contracts("audit", "cut")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_folders_and_globs_are_written_out(contracts, tmp_path):
    (tmp_path / "logs" / "day").mkdir(parents=True)
    (tmp_path / "logs" / "a.ndjson").write_bytes(NDJSON)
    (tmp_path / "logs" / "day" / "b.gz").write_bytes(gzip.compress(NDJSON))
    (tmp_path / "logs" / "page.html").write_text("<html>")
    (tmp_path / "logs" / "_SUCCESS").write_text("")
    (tmp_path / "logs" / ".hidden").write_text("x")
    done, told = shown(contracts, "logs")
    assert (done.returncode, told["answers"]) == (1, 6)
    assert told["not_judged"] == {"files of a folder that hold no recorded traffic": 1}
    assert told["findings"][0]["first"]["source"] == "logs/a.ndjson"
    assert shown(contracts, "logs/*.ndjson")[1]["answers"] == 3
    assert shown(contracts, "logs/**/*.gz")[1]["answers"] == 3
    for nothing in ("logs/*.xz", "logs/*.html"):
        assert contracts("audit", nothing).returncode in (2, 3)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_told_in_one_line(encoding, contracts, tmp_path):
    (tmp_path / "t").write_bytes(NDJSON.decode().encode(encoding))
    done = contracts("audit", "t")
    assert done.returncode == 2
    assert "is in UTF-16" in done.stderr
    assert "iconv" in done.stderr
    assert len(done.stderr.splitlines()) == 1


LIST = {"object": "list", "data_ref": "customers", "total": 3, "customers": [GOOD, GOOD, BAD]}


def test_a_list_is_not_judged_where_no_list_is_declared(contracts, tmp_path):
    (tmp_path / "t").write_text(json.dumps(LIST) + "\n" + json.dumps(GOOD) + "\n")
    done, told = shown(contracts, "t")
    assert (done.returncode, told["answers"]) == (0, 1)
    assert told["not_judged"] == {"lists, whose items the document does not declare": 1}


def test_a_list_is_judged_item_by_item_where_it_is_declared(tmp_path):
    document = json.loads(json.dumps(pinned()))
    operation = document["paths"]["/v1/customers"]["post"]["responses"]["200"]
    items = operation["content"]["application/json"]["schema"]
    schema = {"type": "object", "properties": {"customers": {"type": "array", "items": items}}}
    listed = {"200": {"description": "x", "content": {"application/json": {"schema": schema}}}}
    document["paths"]["/v1/customers"]["get"] = {"operationId": "list-customers", "responses": listed}
    entry = {"method": "GET", "url": "https://x/v1/customers?limit=3"}
    exchange = {"request": entry, "response": {"status": 200, "body": json.dumps(LIST)}}
    (tmp_path / "t").write_text(json.dumps(LIST) + "\n" + json.dumps(exchange) + "\n")
    tally = audit([Source(str(tmp_path / "t"))], document, "lenient", workers=1)
    assert (tally.judged, tally.findings) == (6, {("schema.enums", "$.object"): 2})
    assert next(iter(tally.first.values())).where == "$.customers[2].object"


WHOLE = {**GOOD, "birthday": None, "source_id": None, "phone": None, "assets": None, "system_metadata": None}
WHOLE |= dict.fromkeys(["name", "birthdate", "description", "email", "address"])
PRINTED = {
    "an enum in capitals": {**GOOD, "object": "CUSTOMER"},
    "an empty object printed as []": {**GOOD, "metadata": []},
    "dates as epochs": {**GOOD, "created_at": 1673769909042},
    "absent members printed as null": WHOLE,
}


@pytest.mark.parametrize("mark", PRINTED)
def test_a_body_that_an_sdk_printed_is_told_and_judged_for_the_rest(mark, tmp_path):
    path = tmp_path / "t"
    path.write_text(json.dumps(PRINTED[mark]) + "\n" + json.dumps({**PRINTED[mark], "id": 5}) + "\n")
    tally = audited(path)
    assert (tally.reprinted, dict(tally.marks)) == (2, {mark: 2})
    assert dict(tally.findings) == {("schema.types", "$.id"): 1}


def test_nulls_beside_another_mark_are_the_sdks_and_alone_the_servers(tmp_path):
    path = tmp_path / "t"
    path.write_text(json.dumps({**GOOD, "object": "CUSTOMER", "email": None}) + "\n")
    assert not audited(path).findings
    path.write_text(json.dumps({**GOOD, "email": None}) + "\n")
    assert dict(audited(path).findings) == {("schema.nulls", "$.email"): 1}


@pytest.mark.parametrize("line", ['{"id": "cust_1"}', '{"id": "cust_1", "object": "customer"}', '"cust_1"'])
def test_an_identifier_alone_is_not_judged(line, tmp_path):
    path = tmp_path / "t"
    path.write_text(f"{line}\n" * 3 + json.dumps(GOOD) + "\n")
    tally = audited(path)
    assert (tally.judged, dict(tally.findings)) == (1, {})
    assert tally.skipped == {"identifiers alone, without what they name": 3}


def test_a_body_without_most_members_is_no_identifier(tmp_path):
    path = tmp_path / "t"
    path.write_text('{"id": "cust_1", "name": "x", "email": "y"}\n{"id": 5}\n{}\n')
    tally = audited(path)
    assert tally.judged == 3
    assert tally.findings["schema.required-members", "$.summary"] == 3


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\n", b"")), max_size=30), st.integers(1, 40))
def test_spans_cut_any_lines_without_loss_or_doubling(tmp_path_factory, lines, block):
    path = tmp_path_factory.mktemp("spans") / "t"
    path.write_bytes(b"\n".join(lines))
    size = path.stat().st_size
    whole = b"".join(
        b"".join(Span(str(path), start, min(start + block, size)).blocks()) for start in range(0, size, block)
    )
    assert whole == b"\n".join(lines)


def test_blocks_are_the_same_however_they_are_grouped(tmp_path, monkeypatch):
    monkeypatch.setattr("contracts.audit.sources.BLOCK", 1000)
    path = tmp_path / "t"
    path.write_bytes(NDJSON * 5)
    small = [block for task in tasks(str(path), Options(span=1000)) for block in task.blocks()]
    large = [block for task in tasks(str(path), Options(span=4000)) for block in task.blocks()]
    assert small == large
    assert b"".join(small) == NDJSON * 5


@pytest.mark.parametrize(
    ("module", "data", "says"),
    [
        ("backports.zstd", PACKED["zstd"], "voucherify-contracts[audit-files]"),
        ("pyarrow", b"PAR1", "voucherify-contracts[audit-files]"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(module, data, says, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, f"{module}.ipc", None)
    (tmp_path / "t").write_bytes(data)
    with pytest.raises(DocumentError) as told:
        audited(tmp_path / "t")
    assert says in str(told.value)
