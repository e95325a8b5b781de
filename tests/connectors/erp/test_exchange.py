"""What the portal tells the ERP, over real SOAP and HTTP, in both envelopes."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import requests

from connectors.erp.build import at_place, build_erp
from connectors.erp.mapping.model import ObjectRule, Thing
from connectors.erp.port import Erp, Receipt
from connectors.errors import Rejected, Unavailable
from tests.connectors.erp.messages import CONTACT, a_claim, a_decision, an_act, with_contact
from tests.connectors.erp.running import (
    PASSWORD,
    USER,
    RunningSimulator,
    asking_for_contact,
    reference,
    reference_erp,
)


def test_the_erp_says_who_it_is(erp: Erp) -> None:
    info = erp.ping()

    assert info.product == "Огнеград-Демо ERP"
    assert info.version == "1.0"
    assert info.at is not None
    assert info.at.tzinfo is not None


def test_a_claim_becomes_a_document_with_a_number(erp: Erp) -> None:
    claim = a_claim()

    receipt = erp.put_claim(claim)

    assert (receipt.external_id, receipt.revision) == (claim.external_id, 1)
    assert receipt.number.startswith("ОГДМ-")
    assert receipt.date is not None
    assert not receipt.errors


def test_the_contact_of_a_customer_is_sent_by_a_mapping_that_asks_for_it_and_by_no_other(
    simulator: RunningSimulator,
) -> None:
    known: dict[str, Any] = {"url": simulator.url, "user": USER, "password": PASSWORD}
    asking = reference_erp(mapping=asking_for_contact(), **known)

    asked, unasked = (
        requests.get(f"{simulator.page}documents/{erp.put_claim(claim).ref}", timeout=5).text
        for erp in (asking, reference_erp(**known))
        if (claim := with_contact(a_claim()))
    )

    assert all(value in asked for value in CONTACT.values())
    assert not any(value in unasked for value in CONTACT.values())


def test_telling_a_claim_twice_makes_one_document(erp: Erp) -> None:
    claim = a_claim()

    assert erp.put_claim(claim) == erp.put_claim(claim)


def test_a_new_revision_changes_the_same_document(erp: Erp) -> None:
    claim = a_claim()
    first = erp.put_claim(claim)

    second = erp.put_claim(replace(claim, revision=2, status="ACCEPTED"))

    assert (second.ref, second.number) == (first.ref, first.number)
    assert (second.revision, second.status) == (2, "ACCEPTED")


def test_an_older_revision_does_not_overwrite_a_newer_one(erp: Erp) -> None:
    claim = a_claim(revision=3)
    erp.put_claim(claim)

    with pytest.raises(Rejected, match="более новая редакция 3"):
        erp.put_claim(replace(claim, revision=2))


def test_the_same_key_with_other_words_is_refused_and_changes_nothing(erp: Erp) -> None:
    claim = a_claim()
    receipt = erp.put_claim(claim)

    with pytest.raises(Rejected, match="другое содержание") as refusal:
        erp.put_claim(replace(claim, text="Совсем другое"))

    assert "<" in refusal.value.details
    assert erp.states([claim.external_id]) == [receipt]


def test_a_claim_of_an_unknown_dealer_is_refused_by_the_business(erp: Erp) -> None:
    with pytest.raises(Rejected, match=r"Контрагент .* не найден"):
        erp.put_claim(a_claim(dealer=uuid4()))


def test_a_refused_claim_may_come_again_under_its_key(erp: Erp) -> None:
    claim = a_claim(dealer=uuid4())
    with pytest.raises(Rejected):
        erp.put_claim(claim)

    assert erp.put_claim(a_claim(external_id=claim.external_id)).number


@pytest.mark.parametrize(
    ("remedy", "object_", "document"),
    [
        (
            "REFUND",
            "Документ.ЗаявкаНаВозвратТоваровОтКлиента",
            "Заявка на возврат товаров от клиента",
        ),
        ("PRICE_REDUCTION", "Документ.КорректировкаРеализации", "Корректировка реализации"),
        ("REPAIR", "Справочник.Претензии", "Решение по претензии"),
    ],
)
def test_the_mapping_chooses_the_object_that_a_decision_becomes(
    simulator: RunningSimulator, erp: Erp, remedy: str, object_: str, document: str
) -> None:
    claim = a_claim()
    erp.put_claim(claim)

    receipt = erp.put_decision(a_decision(claim, remedy=remedy))

    russian = {"Accept-Language": "ru"}
    address = f"{simulator.page}documents/{receipt.ref}"
    page = requests.get(address, headers=russian, timeout=5).text
    assert receipt.object == object_
    assert document in page
    assert object_ in page


def test_another_object_in_the_mapping_makes_another_document(simulator: RunningSimulator) -> None:
    claim = a_claim()
    erp = becoming(simulator, Thing.DECISION, "Документ.АктОРасхожденияхПослеОтгрузки")
    erp.put_claim(claim)

    receipt = erp.put_decision(a_decision(claim, remedy="REFUND"))

    assert receipt.object == "Документ.АктОРасхожденияхПослеОтгрузки"


def test_an_object_that_the_erp_cannot_make_is_refused_by_its_name(
    simulator: RunningSimulator,
) -> None:
    erp = becoming(simulator, Thing.CLAIM, "Документ.Неведомый")

    with pytest.raises(Rejected, match=r"Документ\.Неведомый для этого не предусмотрен"):
        erp.put_claim(a_claim())


def test_without_an_object_in_the_mapping_the_erp_chooses_and_says_so(
    simulator: RunningSimulator,
) -> None:
    receipt = becoming(simulator, Thing.CLAIM, "").put_claim(a_claim())

    assert receipt.object == "Справочник.Претензии"


def becoming(simulator: RunningSimulator, thing: Thing, object_: str) -> Erp:
    """Return the simulator behind a mapping in which a thing becomes another object."""
    mapping = at_place(reference(), url=simulator.url, user=USER)
    rule = ObjectRule(line=1, otherwise=object_)
    return build_erp(replace(mapping, objects={**mapping.objects, thing: rule}), password=PASSWORD)


def test_a_decision_before_its_claim_is_refused_and_welcome_after_it(erp: Erp) -> None:
    claim = a_claim()
    decision = a_decision(claim)
    with pytest.raises(Rejected, match=r"Претензия .* не найдена"):
        erp.put_decision(decision)

    erp.put_claim(claim)

    assert erp.put_decision(decision).number


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024, 2_500_000])
def test_a_file_arrives_whole_whatever_its_size(
    simulator: RunningSimulator, erp: Erp, size: int
) -> None:
    claim = a_claim()
    erp.put_claim(claim)
    act = an_act(claim, content=bytes(range(256)) * (size // 256) + b"x" * (size % 256))

    receipt = erp.put_file(act)

    assert erp.put_file(act) == receipt
    got = requests.get(f"{simulator.page}files/{act.external_id}", timeout=5)
    assert hashlib.sha256(got.content).hexdigest() == act.sha256
    assert "attachment" in got.headers["Content-Disposition"]


def test_a_file_that_does_not_fit_its_checksum_is_refused(erp: Erp) -> None:
    claim = a_claim()
    erp.put_claim(claim)

    with pytest.raises(Rejected, match="Контрольная сумма"):
        erp.put_file(replace(an_act(claim), sha256="0" * 64))


def test_states_tell_what_is_held_and_leave_out_what_is_not(erp: Erp) -> None:
    claim = a_claim()
    receipt = erp.put_claim(claim)

    assert erp.states([claim.external_id, uuid4()]) == [receipt]
    assert erp.states([]) == []


def test_characters_that_xml_cannot_carry_do_not_stop_a_claim(erp: Erp) -> None:
    assert erp.put_claim(a_claim(text="Из таблицы:\x1f\x0b\x00 <b>&amp;\ud800 ]]>")).number


def test_a_wrong_password_is_a_matter_for_a_person(simulator: RunningSimulator) -> None:
    with pytest.raises(Rejected, match="user name and password"):
        simulator.erp(password="wrong").put_claim(a_claim())


def test_nobody_listening_means_later_and_surely_nothing_done() -> None:
    erp = reference_erp(url="http://127.0.0.1:9/ws", node="portal")

    with pytest.raises(Unavailable) as failure:
        erp.put_claim(a_claim())

    assert not failure.value.outcome_unknown


def test_fifty_equal_claims_at_once_make_one_document(simulator: RunningSimulator) -> None:
    erp = simulator.erp()
    claim = a_claim()

    with ThreadPoolExecutor(10) as threads:
        receipts: set[Receipt] = set(threads.map(lambda _: erp.put_claim(claim), range(50)))

    assert len(receipts) == 1
    created = [
        line
        for line in simulator.journal.read_text().splitlines()
        if str(claim.external_id) in line and '"created"' in line
    ]
    assert len(created) == 1


def test_a_closed_erp_means_later(simulator: RunningSimulator) -> None:
    closed = simulator.page + "weather"
    requests.post(closed, {"kind": "down", "for": 60}, headers=_own(simulator), timeout=5)
    try:
        with pytest.raises(Unavailable, match="closed") as failure:
            simulator.erp().put_claim(a_claim())
        assert not failure.value.outcome_unknown
    finally:
        requests.post(closed, {"kind": "down", "for": 0}, headers=_own(simulator), timeout=5)

    assert simulator.erp().ping()


def _own(simulator: RunningSimulator) -> dict[str, str]:
    return {"Origin": simulator.page.rstrip("/")}
