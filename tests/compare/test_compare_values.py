"""Values that differ only in when and for whom."""

import pytest

from contracts.compare.values import Clock, form_of, renamed, tokens, without_prefix

NOW = Clock.of("2026-01-02T03:04:05.006+00:00")


@pytest.mark.parametrize(
    ("value", "is_moment"),
    [
        ("2026-01-02T03:04:06Z", True),
        ("2026-01-02 03:04:06Z", True),
        ("2026-01-02T03:04:06.123456+02:00", True),
        ("Fri, 02 Jan 2026 03:04:06 GMT", True),
        (1767323046, True),
        (1767323046123, True),
        ("1767323046", True),
        ("2024-03-31T23:30:15Z", False),
        ("2026-02-30T03:04:06Z", False),
        (42, False),
        (True, False),
        (None, False),
        ("1e999", False),
    ],
)
def test_a_moment_is_near_the_run(value, is_moment):
    assert NOW.is_moment(value) is is_moment


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("cust_aB3dE5gH7", "cust_zY9xW7vU5", [("cust_aB3dE5gH7", "cust_zY9xW7vU5")]),
        ("see /v1/cust_aB3dE5gH7 now", "see /v1/cust_zY9xW7vU5 now", [("cust_aB3dE5gH7", "cust_zY9xW7vU5")]),
        ("cust_aB3dE5gH7", "c_zY9xW7vU5", None),
        ("cust_aB3dE5gH7", "cust_zY9xW7vU55", None),
        ("customer", "consumer", None),
        ("2024-03-31T23:30", "2024-02-30T23:30", None),
        ("same", "same", []),
    ],
)
def test_made_up_names_are_alike_in_form(old, new, names):
    assert renamed(old, new) == names


def test_the_prefix_goes_in_any_letter_case():
    assert without_prefix("contracts-ab-Ada CONTRACTS-AB-ADA", "contracts-ab-") == "{prefix}Ada {PREFIX}ADA"
    assert tokens("id cust_aB3dE5gH7.") == ["cust_aB3dE5gH7"]
    assert form_of("2024-01-01") == "date"
