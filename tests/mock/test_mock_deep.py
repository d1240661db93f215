"""Each deep fault breaks the clause it is made for in a conversation over real HTTP, which every variant passes."""

import contextlib
import re
from dataclasses import replace

import deep_company  # noqa: F401 - its scenes join the others
import pytest
from deep_scenes import SCENES
from deep_witness import FoundError, LacksError, Witness
from mock_script import KEYS, play

from contracts.mock.registry import all_faults, all_variants, deep_faults, deep_variants
from contracts.mock.server import running

FAULTS, VARIANTS = deep_faults(), deep_variants()
SHOULD = {fault.caught_by for fault in FAULTS.values() if fault.should}
PATIENCE = {"lists-come-from-an-index": 5.0, "each-third-list-is-fresh": 5.0, "reads-come-from-a-replica": 5.0}


def broken(*, fault=None, variant=None, about=None):
    """The clauses that a server breaks in the scenes about some groups of faults, in all of them by default."""
    found = set()
    for group, scene in SCENES.values():
        if about is None or group in about:
            with running([fault.name] if fault else [], variant=variant, keys=KEYS) as server:
                wanted = fault.caught_by if fault else None
                witness = Witness(server.url, wanted=wanted, patience=PATIENCE.get(variant, 0.0))
                with contextlib.suppress(FoundError, LacksError):
                    scene(witness)
            found |= witness.broken
            if wanted in found:
                break
    return found


@pytest.fixture(scope="module")
def honest():
    with pytest.MonkeyPatch.context() as patch:
        return play(patch)


@pytest.mark.parametrize("record", [*FAULTS.values(), *VARIANTS.values()], ids=[*FAULTS, *VARIANTS])
def test_deep_record_says_what_it_is_in_one_sentence(record):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", record.name)
    assert re.fullmatch(r"[A-Z][^\n]*[^.]\.", record.doc), record.doc
    assert ". " not in record.doc


def test_the_deep_ones_are_told_from_the_others():
    plain = {**all_faults(), **all_variants()}
    deep = {**FAULTS, **VARIANTS}
    assert not any(record.deep for record in plain.values())
    assert all(record.deep and record.group.startswith("deep-") for record in deep.values())
    assert len({**plain, **deep}) == len(all_faults()) + len(all_variants()) + len(FAULTS) + len(VARIANTS)
    docs = [fault.doc for fault in (*all_faults().values(), *FAULTS.values())]
    assert len(docs) == len(set(docs))


def test_there_are_enough_of_them():
    assert len(FAULTS) >= 80
    assert len({fault.group for fault in FAULTS.values()}) == 6
    assert len(VARIANTS) >= 12
    assert all(fault.caught_by for fault in FAULTS.values())


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.group == "deep-races"])
def test_a_race_does_not_show_without_company(name, honest, monkeypatch):
    assert [replace(answer, delay=0.0) for answer in play(monkeypatch, [name])] == honest


def test_the_honest_server_keeps_the_contract():
    assert broken() == set()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_deep_fault_breaks_its_clause(fault):
    # A sequence may need what another scene says, since it shows where customers are read or deleted.
    about = {fault.group, "deep-customers"} if fault.group == "deep-sequences" else {fault.group}
    assert fault.caught_by in broken(fault=fault, about=about)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_deep_variant_keeps_the_contract(variant):
    about = {"deep-sequences", "deep-customers", "deep-lists", "deep-races"}
    assert broken(variant=variant.name, about=about) <= (SHOULD if variant.should else set())
