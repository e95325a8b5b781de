"""What the factory's people do to a document, and what reading it back tells the portal."""

import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from connectors.erp.simulator.ledger import Ledger
from tests.connectors.erp.messages import a_claim, a_decision
from tests.connectors.erp.running import RunningSimulator, running


def do(
    simulator: RunningSimulator, ref: str, act: str, *, language: str = "en"
) -> requests.Response:
    return requests.post(
        f"{simulator.page}documents/{ref}/{act}",
        headers={"Origin": simulator.page.rstrip("/"), "Accept-Language": language},
        timeout=5,
    )


def test_posting_and_unposting_show_when_a_document_is_read_back(
    simulator: RunningSimulator,
) -> None:
    erp, claim = simulator.erp(), a_claim()
    erp.put_claim(claim)
    decision = a_decision(claim)
    receipt = erp.put_decision(decision)
    assert not receipt.posted

    do(simulator, receipt.ref, "post")
    (posted,) = erp.states([decision.external_id])
    do(simulator, receipt.ref, "unpost")
    (unposted,) = erp.states([decision.external_id])

    assert posted.posted
    assert unposted == receipt


def test_a_deletion_mark_unposts_a_document_and_speaks_in_its_status(
    simulator: RunningSimulator,
) -> None:
    erp, claim = simulator.erp(), a_claim()
    receipt = erp.put_claim(claim)
    do(simulator, receipt.ref, "post")

    page = do(simulator, receipt.ref, "mark", language="ru").text
    (marked,) = erp.states([claim.external_id])
    do(simulator, receipt.ref, "unmark")

    assert (marked.status, marked.posted) == ("Помечен на удаление", False)
    assert "Помечен на удаление" in page
    assert erp.states([claim.external_id]) == [receipt]


def test_a_claim_told_again_gets_the_receipt_of_what_became_of_it(
    simulator: RunningSimulator,
) -> None:
    erp, claim = simulator.erp(), a_claim()
    do(simulator, erp.put_claim(claim).ref, "mark")

    assert erp.put_claim(claim).status == "Помечен на удаление"


def test_a_renumbered_document_keeps_its_key_and_is_found_by_its_new_number(
    simulator: RunningSimulator,
) -> None:
    erp, claim = simulator.erp(), a_claim()
    receipt = erp.put_claim(claim)

    do(simulator, receipt.ref, "renumber")

    (renumbered,) = erp.states([claim.external_id])
    assert renumbered.ref == receipt.ref
    assert renumbered.number != receipt.number
    search = requests.get(simulator.page, {"q": renumbered.number}, timeout=5).text
    assert f"documents/{receipt.ref}" in search
    assert erp.put_claim(a_claim()).number not in {receipt.number, renumbered.number}


def test_a_document_deleted_for_good_is_missing_and_may_be_told_again(
    simulator: RunningSimulator,
) -> None:
    erp, claim = simulator.erp(), a_claim()
    receipt = erp.put_claim(claim)

    assert do(simulator, receipt.ref, "delete").ok

    assert erp.states([claim.external_id]) == []
    assert erp.put_claim(claim).ref != receipt.ref


@pytest.mark.parametrize("act", ["post", "unpost", "mark", "unmark", "renumber", "delete"])
def test_each_act_is_journalled_and_is_no_effect_of_the_portals(
    simulator: RunningSimulator, act: str
) -> None:
    receipt = simulator.erp().put_claim(a_claim())
    effects = len(simulator.entries("effect"))

    do(simulator, receipt.ref, act)

    last = simulator.entries("desk")[-1]
    assert (last["act"], last["ref"]) == (act, receipt.ref)
    assert len(simulator.entries("effect")) == effects


def test_an_unknown_document_or_act_is_not_found(simulator: RunningSimulator) -> None:
    receipt = simulator.erp().put_claim(a_claim())

    assert do(simulator, "none", "post").status_code == 404
    assert do(simulator, receipt.ref, "burn").status_code == 404


def test_a_mark_outlives_a_restart(tmp_path: Path) -> None:
    claim = a_claim()
    with running(tmp_path) as simulator:
        do(simulator, simulator.erp().put_claim(claim).ref, "mark")

    with running(tmp_path) as simulator:
        assert simulator.erp().states([claim.external_id])[0].status == "Помечен на удаление"


def test_a_store_from_before_the_mark_is_brought_up_to_date(tmp_path: Path) -> None:
    Ledger(tmp_path)
    with sqlite3.connect(tmp_path / "erp.sqlite") as old:
        old.execute("ALTER TABLE document DROP COLUMN marked")
    old.close()

    Ledger(tmp_path)

    with Ledger(tmp_path).snapshot() as connection:
        assert connection.execute("SELECT marked FROM document").fetchall() == []


def test_halving_a_decision_shows_in_its_receipt_and_a_claim_has_nothing_to_halve(
    simulator: RunningSimulator,
) -> None:
    erp, claim = simulator.erp(), a_claim()
    claimed = erp.put_claim(claim)
    decision = a_decision(claim)
    receipt = erp.put_decision(decision)

    page = do(simulator, receipt.ref, "halve").text
    refused = do(simulator, claimed.ref, "halve")
    (halved,) = erp.states([decision.external_id])

    assert (receipt.amount, receipt.currency) == (Decimal("62900.00"), "RUB")
    assert (halved.amount, halved.revision) == (Decimal("31450.00"), receipt.revision)
    assert "Halve the amount" in page
    assert refused.status_code == requests.codes.not_found
    assert (claimed.amount, claimed.currency) == (None, "")
