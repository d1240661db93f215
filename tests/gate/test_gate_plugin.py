"""pytest in a user's own project: nothing happens until a document is named; the installed wheel is all it takes."""

import importlib.util
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from contracts.mock.server import running
from tests.gate.test_gate_door import ROOT, cases, door

PINNED = (ROOT / "spec" / "openapi.yaml").read_bytes()
LIGHT = {"contracts", "contracts.pytest_plugin", "contracts.config", "contracts.config.options"}


@pytest.fixture
def project(tmp_path):
    """With a test of its own, and an OpenAPI document that has nothing to do with us."""
    folder = tmp_path / "project"
    (folder / "tests").mkdir(parents=True)
    (folder / "tests" / "test_own.py").write_text("def test_own():\n    pass\n")
    (folder / "openapi.yaml").write_bytes(PINNED)
    return folder


@pytest.mark.parametrize("arguments", [(), (".",), ("tests",)], ids=["none", "folder", "another folder"])
def test_a_document_that_nobody_names_is_left_alone(project, arguments):
    done = door(*arguments, cwd=project)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert "conformant" not in done.stdout


def test_nothing_large_is_imported_at_start():
    code = "import sys, pytest; old = set(sys.modules); import contracts.pytest_plugin; print(*set(sys.modules) - old)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    new = set(done.stdout.split())
    assert {name for name in new if name.partition(".")[0] not in sys.stdlib_module_names} == LIGHT


def test_a_file_that_is_named_is_judged_whatever_its_name(project):
    (project / "openapi.yaml").rename(project / "shop.yml")
    done = door("shop.yml", "-k", "money", "-v", cwd=project)
    assert "shop.yml::money.integer-minor-units PASSED" in done.stdout, done.stdout
    assert "conformant" in done.stdout


def test_a_clause_can_be_named_behind_the_file(project):
    done = door("openapi.yaml::upsert.id-decides", cwd=project)
    assert "1 passed" in done.stdout, done.stdout


def test_another_yaml_file_is_left_to_others(project):
    (project / "values.yaml").write_text("a: openapi is a word\n")
    done = door("values.yaml", cwd=project)
    assert "no tests ran" in done.stdout


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["one", "xdist"])
def test_a_document_by_option_comes_beside_the_tests(project, workers):
    done = door("tests", "--contracts-spec", "create-customer", "-k", "test_own or id-decides", *workers, cwd=project)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout, done.stdout


def test_a_document_named_twice_is_judged_once(project):
    done = door("openapi.yaml", "--contracts-spec", "openapi.yaml", "-k", "upsert.id-decides", cwd=project)
    assert "1 passed" in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--contracts-target", "http://127.0.0.1:9"), "no document, so that nothing would be judged"),
        (("--contracts-budgte", "9"), "no option --contracts-budgte; did you mean --contracts-budget?"),
        (("--contracts-spec", "create-customer", "--contracts-overlay", "none.yaml"), "none.yaml"),
        (("--contracts-spec", "none.yaml"), "none.yaml: there is no such file"),
        (("openapi.yaml", "--contracts-resource", "order"), "--contracts-resource 'order'"),
    ],
    ids=["no document", "misspelt", "no overlay", "no file", "no resource"],
)
def test_what_is_wrong_is_told_and_never_green(project, arguments, said):
    done = door(*arguments, cwd=project)
    assert done.returncode in (2, 4), done.stdout
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_options_that_stand_in_the_configuration_do_not_disturb_other_tests(project):
    (project / "pytest.ini").write_text("[pytest]\naddopts = --contracts-target=http://127.0.0.1:9\n")
    done = door("tests", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_a_target_of_contracts_toml(project):
    with running(["total-amount-is-a-float"]) as server:
        (project / "contracts.toml").write_text(
            f'[targets.here]\nurl = "{server.url}"\napp_id = "${{MY_ID}}"\napp_token = "${{MY_TOKEN}}"\n'
        )
        secrets = {"MY_ID": server.app_id, "MY_TOKEN": server.app_token}
        done = door("openapi.yaml", "--contracts-on", "here", "-k", "money.integer", cwd=project, **secrets)
    assert done.returncode == 1, done.stdout
    assert f"violated: {server.url}" in done.stdout


@pytest.mark.skipif(
    importlib.util.find_spec("hatchling") is None, reason="hatchling, which builds the wheel, is absent"
)
def test_the_wheel_is_all_that_a_project_needs(project, tmp_path):
    """In a fresh environment, without network: what else is needed is borrowed from this one."""
    wheels, fresh = tmp_path / "wheels", tmp_path / "venv"
    build = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"
    wheels.mkdir()
    subprocess.run([sys.executable, "-c", build, str(wheels)], cwd=ROOT, check=True, timeout=100, capture_output=True)
    venv.create(fresh, symlinks=True)
    python = fresh / "bin" / "python"
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(fresh)}))
    (wheel,) = wheels.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True, timeout=100, capture_output=True)
    (packages / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")

    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PYTHONPATH", "VOUCHERIFY_"))}

    def run(*arguments):
        command = [str(python), "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=200)

    where = [str(python), "-c", "import contracts; print(contracts.__file__)"]
    told = subprocess.run(where, cwd=project, env=environment, capture_output=True, text=True, timeout=60)
    assert str(fresh) in told.stdout
    plain = run()
    assert plain.returncode == 0, plain.stdout + plain.stderr
    assert "1 passed" in plain.stdout
    for workers in ((), ("-n", "2")):
        done = run("openapi.yaml", "-k", "money or upsert", "--junitxml", str(tmp_path / "j.xml"), *workers)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "conformant: " in done.stdout
        assert {name.partition(".")[0] for name in cases(tmp_path / "j.xml")} == {"money", "upsert"}
