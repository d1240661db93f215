"""Real servers for the tests of the audit: S3 from moto, a scheduler and workers of Dask from the command line."""

import contextlib
import logging
import os
import re
import subprocess
import sys
import threading

import boto3
import distributed
import requests
import s3fs
from moto.server import ThreadedMotoServer

from tests.conftest import ROOT

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@contextlib.contextmanager
def s3(monkeypatch):
    """A server, and a client for it; the environment says where it is."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    try:
        requests.post(f"http://{host}:{port}/moto-api/reset", timeout=60)
        client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1")
        client.create_bucket(Bucket="logs")
        yield client
    finally:
        server.stop()


class Cluster:
    """A scheduler and workers, each a process of its own. ``address`` is what ``--engine`` takes."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.names = {}
        self.scheduler, text = self._started(
            "dask_scheduler", "--port", "0", "--host", "127.0.0.1", until="Scheduler at"
        )
        self.tcp = re.search(r"tcp://\S+:\d+", text)[0]
        self.address = self.tcp.replace("tcp://", "dask://")

    def worker(self):
        name = f"worker-{len(self.names)}"
        options = ("--no-nanny", "--nthreads", "1", "--name", name)
        process = self._started("dask_worker", self.tcp, *options, until="Registered to")[0]
        self.names[process.pid] = name
        return process

    def tasks_of(self, worker):
        """Keys of the tasks that the scheduler has given to this process and that are not done."""
        with distributed.Client(self.tcp, set_as_default=False) as client:
            workers = client.scheduler_info(n_workers=-1)["workers"]
            [address] = [address for address, told in workers.items() if told["name"] == self.names[worker.pid]]
            return client.processing().get(address, ())

    def _started(self, module, *arguments, until):
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
        process = subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "DASK_TEMPORARY_DIRECTORY": str(self.folder)},
        )
        self.processes.append(process)
        for line in process.stderr:
            if until in line:  # what is logged later is read as well: a full pipe would stop the process
                threading.Thread(target=process.stderr.read, daemon=True).start()
                return process, line
        raise AssertionError(f"{module} did not start")

    def close(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
