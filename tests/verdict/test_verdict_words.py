"""One word for a run, from what its clauses came to."""

import pytest

from contracts.record.run import ClauseOutcome
from contracts.verdict.verdict import verdict


def came_to(outcome, level="MUST"):
    return ClauseOutcome("echo.strings", "Texts come back", level, "spec", outcome, why="", advice="")


@pytest.mark.parametrize(
    ("outcomes", "declared", "word"),
    [
        ([came_to("pass")], (), "conformant"),
        ([came_to("fail")], (), "violated"),
        ([came_to("blocked")], (), "inconclusive"),
        ([came_to("observed", "OBSERVE")], (), "inconclusive"),
        ([came_to("observed")], (), "conformant"),  # each finding is waived
        ([came_to("observed")], ("echo.strings",), "partial"),
        ([], (), "inconclusive"),
    ],
)
def test_the_word(outcomes, declared, word):
    assert verdict(outcomes, strict=False, declared=declared).word == word
