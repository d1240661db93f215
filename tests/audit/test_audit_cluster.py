"""``contracts audit --engine dask://…`` with real processes: the same answer as local ones, whoever is lost."""

import gzip
import json
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from contracts.audit import cluster as clusters
from contracts.errors import DocumentError, UsageError
from tests.audit.bodies import BODIES
from tests.audit.clusters import Cluster, s3
from tests.conftest import ROOT

CAMEL = {name.replace("_a", "A"): value for name, value in BODIES[1].items()}
KINDS = [BODIES[1], BODIES[1], {**BODIES[1], "email": None}, {**BODIES[1], "object": "client"}, {**BODIES[1], "n": 1}]


def lines(number, *more):
    return b"".join(json.dumps({**KINDS[i % len(KINDS)], "id": f"cust_{i}"}).encode() + b"\n" for i in range(number))


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path)
    yield made
    made.close()


def started(*arguments):
    command = [sys.executable, "-m", "contracts", "audit", "--json", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def done(process):
    out, told = process.communicate(timeout=300)
    return process.returncode, out, told


def test_a_worker_killed_in_the_middle_changes_nothing(cluster, monkeypatch, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    slow = json.dumps(CAMEL).encode() + b"\n"  # an SDK printed it: for the clauses
    for number in range(6):
        (folder / f"{number}.ndjson").write_bytes(lines(300) + slow * 100)
    (folder / "6.ndjson.gz").write_bytes(gzip.compress(lines(300)))
    with s3(monkeypatch) as bucket:
        for file in sorted(folder.iterdir()):
            bucket.upload_file(str(file), "logs", file.name)
        local = done(started("s3://logs"))
        first, second = cluster.worker(), cluster.worker()
        os.kill(first.pid, signal.SIGSTOP)  # what it is given stays with it, however fast the rest is done
        audit = started("s3://logs", "--engine", cluster.address)
        while not cluster.tasks_of(first):
            assert audit.poll() is None
        first.kill()
        assert done(audit)[:2] == local[:2]
        assert second.poll() is None
    assert local[0] == 1
    assert json.loads(local[1])["answers"] == 6 * 400 + 300


def test_local_paths_are_the_same_for_workers_that_see_them(cluster, tmp_path):
    (tmp_path / "a.ndjson").write_bytes(lines(50))
    cluster.worker()
    path = str(tmp_path / "a.ndjson")
    there, here = done(started(path, "--engine", cluster.address)), done(started(path))
    assert there[:2] == here[:2]  # a slow machine is told on stderr how far the work is
    missing = done(started(str(tmp_path / "none"), "--engine", cluster.address))
    assert (missing[0], missing[1], len(missing[2].splitlines())) == (2, "", 1)


def test_no_scheduler_and_wrong_engines_are_one_line(contracts, tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(lines(1))
    for engine in ("dask://nowhere", "spark://x:1", "tcp://x:1", "dask://"):
        said = contracts("audit", "a", "--engine", engine)
        assert (said.returncode, len(said.stderr.splitlines())) == (2, 1)
    said = contracts("audit", "a", "--engine", "dask://127.0.0.1:1", "--workers", "2")
    assert (said.returncode, len(said.stderr.splitlines())) == (2, 1)
    monkeypatch.setattr(clusters, "CONNECT", 0.3)
    with pytest.raises(DocumentError, match="no scheduler answers"), clusters.cluster("dask://127.0.0.1:1"):
        pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"voucherify-contracts\[audit-dask\]"), clusters.cluster("dask://x:1"):
        pass


def test_nobody_is_waited_for_without_end():
    now = [0.0]
    info = {"workers": {"tcp://x": {}}}
    client = SimpleNamespace(status="running", scheduler_info=lambda n_workers: info)
    watch = clusters._Watch(client, "dask://x:1", clock=lambda: now[0])
    watch.look()
    info["workers"] = {}
    now[0] = clusters.LOST
    watch.look()
    now[0] += 1
    with pytest.raises(DocumentError, match="no worker is there"):
        watch.look()
    client.status = "connecting"
    with pytest.raises(DocumentError, match="the scheduler does not answer"):
        watch.look()


def test_a_worker_of_another_version_is_told(monkeypatch):
    from contracts.audit import engine

    monkeypatch.setattr(engine, "__version__", "0.0.0")
    with pytest.raises(DocumentError, match=r"a worker has voucherify-contracts 0\.0\.0"):
        engine.judge_of(engine.SetUp("k", {}, "lenient"))
