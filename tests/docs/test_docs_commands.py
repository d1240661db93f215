"""Every command in the README and in docs/ is run, and prints what the page says."""

import pytest

from tests.docs.console import ROOT, Shell, commands, masked, missing

PAGES = [page for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if list(commands(page))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_the_page_says(page, tmp_path):
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec" / "openapi.yaml").write_bytes((ROOT / "spec" / "openapi.yaml").read_bytes())
    wrong = []
    shell = Shell(tmp_path)
    try:
        for command in commands(page):
            if command.not_run is not None:
                continue
            actual = shell.run(command.text.rpartition("&& .venv/bin/")[2])  # what installs is tested elsewhere
            if (lost := missing(command.expected, actual)) is not None:
                wrong.append(
                    f"{page.name}:{command.line}: $ {command.text}\nprints no {lost!r}, but\n" + "\n".join(actual)
                )
    finally:
        shell.close()
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_not_run_says_why(page):
    assert all(command.not_run is None or len(command.not_run) > 5 for command in commands(page))


def test_the_comparison_itself_sees_a_difference():
    assert missing(["60 of 60 requests, cust_aB1 …"], ["12 of 60 requests, cust_zY9 and so on"]) is None
    assert missing(["conformant: x"], ["violated: x"]) == "conformant: x"
    assert missing(["b", "a"], ["a", "b"]) == "a"
    assert masked("contracts-0a1b2c3d-Ada 0.25 s") == "contracts-#-Ada # s"
