"""TLS is verified; a private CA can be given, and only then is it trusted."""

import threading
from contextlib import contextmanager

import pytest
import trustme
import uvicorn

from contracts.mock.app import as_asgi
from contracts.mock.auth import Keys
from contracts.mock.server import create_api
from tests.conftest import credentials
from tests.network.test_network_faults import ROWS

CA = trustme.CA()


@contextmanager
def served_with_tls(folder, *names):
    """The embedded server behind a certificate for ``names``, of a CA that no machine knows."""
    pem, keys = folder / "server.pem", Keys()
    CA.issue_cert(*names).private_key_and_cert_chain_pem.write_to_path(pem)
    config = uvicorn.Config(as_asgi(create_api((), keys=keys)), port=0, ssl_certfile=str(pem), log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield f"https://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", keys
    finally:
        server.should_exit = True
        thread.join(5)


@pytest.fixture
def ca(tmp_path):
    CA.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


def test_an_unknown_certificate_ends_as_the_table_says(contracts, tmp_path):
    with served_with_tls(tmp_path, "127.0.0.1") as (url, keys):
        done = contracts("gate", "--target", url, **credentials(keys))
    assert done.returncode == ROWS["an unknown certificate"][1], done.stdout
    assert "TLS" in done.stdout
    assert "--ca-bundle" in done.stdout


@pytest.mark.parametrize("elsewhere", [{}, {"REQUESTS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt"}])
def test_a_private_ca_is_trusted_where_it_is_given(contracts, tmp_path, ca, elsewhere):
    with served_with_tls(tmp_path, "127.0.0.1") as (url, keys):
        done = contracts("gate", "--target", url, "--ca-bundle", ca, **credentials(keys), **elsewhere)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_certificate_for_another_host_is_refused_whoever_signed_it(contracts, tmp_path, ca):
    with served_with_tls(tmp_path, "example.invalid") as (url, keys):
        done = contracts("gate", "--target", url, "--ca-bundle", ca, **credentials(keys))
    assert done.returncode == 3, done.stdout


def test_a_bundle_without_certificates_is_one_line(contracts, tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate")
    done = contracts("gate", "--target", "https://127.0.0.1:9", "--ca-bundle", tmp_path / "ca.pem")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "ca.pem" in done.stderr
