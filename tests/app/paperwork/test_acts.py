"""Acts: which of them a claim gets, what they say, and that they are issued once."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select, update

from acts.facts import ActKind, NamedDocument
from app.accounts.models import Dealer
from app.claims import attachments
from app.claims import service as claims
from app.claims.customers import DataBasis
from app.claims.demands import change_demand
from app.claims.models import Claim
from app.claims.promise_rules import Wish
from app.claims.promising import revise_promise
from app.claims.rules import CustomerKind
from app.core.db import db
from app.files.service import read
from app.outbox.models import OutboxMessage
from app.paperwork import queries, service
from app.paperwork.facts import gather, lines_of
from app.paperwork.models import Act
from app.paperwork.wording import (
    BASE_DOCUMENTS,
    CODES,
    REMEDIES,
    TAX_LABELS,
    UNKNOWN_DOCUMENTS,
    UNKNOWN_UNITS,
    UNTOLD_DOCUMENT,
    tax_ids,
    unit_words,
)
from app.shipments.base_documents import BaseKind
from app.vocabulary import Language, Remedy, Role
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World, fill

TUESDAY = MONDAY + timedelta(days=1)
RECLAMATION, REFUND, REFUSAL = ActKind.RECLAMATION, ActKind.REFUND, ActKind.REFUSAL


def claim_of(world: World, *demands: Remedy, **changes: Any) -> Claim:
    """File a claim with one line of two pieces a demand."""
    claim = world.draft(*(world.shipped() for _ in demands))
    for line, demand in zip(claim.lines, demands, strict=True):
        is_reduction = demand is Remedy.PRICE_REDUCTION
        per_cent = Decimal(30) if is_reduction else None
        fill(line, quantity=Decimal(2), demand=demand, demand_per_cent=per_cent)
    for name, value in changes.items():
        setattr(claim, name, value)
    claims.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    return claim


def decide(world: World, claim: Claim, *verdicts: tuple[int, Remedy | None]) -> None:
    """Decide each line: how many are accepted, and with which remedy."""
    decisions = [
        claims.LineDecision(
            line.id, Decimal(accepted), remedy, "R03" if accepted < 2 else None, "Dropped"
        )
        for line, (accepted, remedy) in zip(claim.lines, verdicts, strict=True)
    ]
    claims.decide(
        claim, decisions, promise_on=None, version=claim.version, by=world.cleo, at=TUESDAY
    )
    db.commit()


def acts_of(claim: Claim) -> list[Act]:
    query = select(Act).where(Act.claim_id == claim.id)
    return list(db.scalars(query.order_by(Act.revision, Act.kind)))


def text_of(act: Act) -> str:
    """Return all words of an act's document."""
    document = Document(io.BytesIO(read(act.file)))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize(
    ("demands", "kinds"),
    [
        ((Remedy.REPAIR, Remedy.SPARE_PART), [RECLAMATION]),
        ((Remedy.REFUND,), [REFUND]),
        ((Remedy.REPAIR, Remedy.PRICE_REDUCTION), [RECLAMATION, REFUND]),
    ],
)
def test_a_filed_claim_gets_an_act_for_goods_and_one_for_money(
    world: World, demands: tuple[Remedy, ...], kinds: list[ActKind]
) -> None:
    claim = claim_of(world, *demands)

    service.issue_filed(claim.id, at=MONDAY)
    db.commit()

    assert [(act.kind, act.revision) for act in acts_of(claim)] == [(kind, 1) for kind in kinds]


def test_every_line_is_in_exactly_one_act(world: World) -> None:
    claim = claim_of(world, Remedy.REPAIR, Remedy.REFUND, Remedy.DOCUMENTS)

    goods = lines_of(claim, RECLAMATION, decided=False)
    money = lines_of(claim, REFUND, decided=False)

    assert [line.position for line in goods] == [1, 3]
    assert [line.position for line in money] == [2]


def test_the_decision_moves_a_line_to_the_act_of_its_remedy(world: World) -> None:
    claim = claim_of(world, Remedy.REPAIR)
    service.issue_filed(claim.id, at=MONDAY)

    decide(world, claim, (2, Remedy.REFUND))
    service.issue_decided(claim.id, at=TUESDAY)
    db.commit()

    assert [(act.kind, act.revision) for act in acts_of(claim)] == [(RECLAMATION, 1), (REFUND, 2)]


def test_what_is_refused_gets_a_notice_that_obliges_to_nothing(world: World) -> None:
    claim = claim_of(world, Remedy.REFUND, Remedy.REPAIR)

    decide(world, claim, (0, None), (2, Remedy.REPAIR))
    service.issue_decided(claim.id, at=TUESDAY)
    db.commit()

    act, notice = acts_of(claim)
    assert [act.kind, notice.kind] == [RECLAMATION, REFUSAL]
    assert notice.number == "RN-D01-2026-000001"
    assert [line.position for line in lines_of(claim, REFUSAL, decided=True)] == [1]
    facts = gather(claim, REFUSAL, number="RN-1", revision=2, decided=True, at=TUESDAY)
    assert (facts.promise_on, facts.logistics, facts.legal_on) == (None, "", None)
    text = text_of(notice)
    assert "NOTICE OF REFUSAL" in text
    assert "Dropped" in text
    for promised in ("no later than", "stages:", "refunded", "appeal"):
        assert promised not in text


def test_an_act_takes_transport_and_annexes_of_its_own_lines(world: World) -> None:
    claim = world.draft(world.shipped(), world.shipped())
    repair, refund = claim.lines
    fill(repair, quantity=Decimal(2), demand=Remedy.REPAIR)
    fill(refund, quantity=Decimal(2), demand=Remedy.REFUND)
    for line, name in ((repair, "repair.txt"), (refund, "refund.txt"), (None, "all.txt")):
        attachments.attach(claim, line, name, io.BytesIO(b"Ten"), by=world.ann, at=MONDAY)
    claims.file_claim(claim, by=world.ann, at=MONDAY)
    decide(world, claim, (2, Remedy.REPAIR), (2, Remedy.REFUND))
    alone = claim_of(world, Remedy.REFUND)
    decide(world, alone, (2, Remedy.REFUND))

    goods = gather(claim, RECLAMATION, number="1", revision=2, decided=True, at=TUESDAY)
    money = gather(claim, REFUND, number="2", revision=2, decided=True, at=TUESDAY)
    only = gather(alone, REFUND, number="3", revision=2, decided=True, at=TUESDAY)

    assert goods.annexes == ("repair.txt", "all.txt")
    assert money.annexes == ("refund.txt", "all.txt")
    assert money.logistics == only.logistics != goods.logistics
    assert money.promise_on == only.promise_on == alone.promise_on
    assert goods.promise_on == claim.promise_on
    assert money.promise_on != goods.promise_on


def test_more_time_promised_for_a_claim_is_more_time_for_the_lines_of_each_act(
    world: World,
) -> None:
    claim = claim_of(world, Remedy.REPAIR, Remedy.REFUND)
    decide(world, claim, (2, Remedy.REPAIR), (2, Remedy.REFUND))
    planned = gather(claim, REFUND, number="1", revision=2, decided=True, at=TUESDAY)
    assert claim.promise_on is not None
    assert planned.promise_on is not None
    wish = Wish(claim.promise_on + timedelta(days=7), "A part is late")
    revise_promise(claim, wish, version=claim.version, by=world.cleo, at=TUESDAY)

    revised = gather(claim, REFUND, number="1", revision=3, decided=True, at=TUESDAY)

    assert revised.promise_on == planned.promise_on + timedelta(days=7)
    wish = Wish(planned.promise_on - timedelta(days=1), "The customer is in a hurry")
    head = replace(world.cleo, role=Role.HEAD_OF_CLAIMS)
    revise_promise(claim, wish, version=claim.version, by=head, at=TUESDAY)
    earlier = gather(claim, REFUND, number="1", revision=4, decided=True, at=TUESDAY)
    assert earlier.promise_on == claim.promise_on, "no act is later than the claim's promise"


def test_an_act_names_who_filed_who_signs_and_the_delivery_documents(world: World) -> None:
    world.plant.signer_position = "Director"
    claim = claim_of(world, Remedy.REPAIR)
    service.issue_filed(claim.id, at=MONDAY)
    db.commit()

    text = text_of(acts_of(claim)[0]).replace("\xa0", " ")

    line = claim.lines[0]
    assert f"Filed for the dealer by {world.ann.name}." in text
    assert f"Director {world.plant.signer}" in text
    assert f"Shipments: No. {line.shipment_number} of 1 September 2026." in text
    assert "Base documents" not in text, "nothing is known of them"


@pytest.mark.parametrize(
    ("language", "kind", "words"),
    [
        (Language.RU, "UPD", "Документы-основания: УПД № 77 от 01.09.2026."),
        (Language.PL, "INVOICE", "Dokumenty źródłowe: faktura nr 77 z dnia 01.09.2026."),
        (Language.CS, "DELIVERY_NOTE", "Původní doklady: dodací list č. 77 ze dne 1. 9. 2026."),
        (Language.EN, "INVOICE", "Base documents: invoice No. 77 of 1 September 2026."),
        (
            Language.EN,
            "Z-4",
            "Base documents: document (unknown kind “Z-4”) No. 77 of 1 September 2026.",
        ),
        (Language.EN, "", "Base documents: document No. 77 of 1 September 2026."),
    ],
)
def test_an_act_names_the_base_documents_of_its_lines_as_the_country_calls_them(
    world: World, language: Language, kind: str, words: str
) -> None:
    world.dealer.language = language
    world.plant.language = language
    known: dict[str, Any] = {"base_kind": kind, "base_on": date(2026, 9, 1)}
    shipped = [world.shipped(base_number=number, **known) for number in ("77", "88-B")]
    claim = world.draft(*shipped)
    claim.lines[1].demand = Remedy.REFUND
    claims.file_claim(claim, by=world.ann, at=MONDAY)
    service.issue_filed(claim.id, at=MONDAY)
    db.commit()

    text = text_of(acts_of(claim)[0]).replace("\xa0", " ")

    assert words in text
    assert "88-B" not in text, "that is the base document of the other act's line"


def test_an_act_names_the_contracts_of_its_own_lines_else_that_of_the_dealer(
    world: World,
) -> None:
    claim = world.draft(world.shipped(contract_number="K-2", contract_date=date(2026, 5, 6)))
    other = world.draft()
    for one in (claim, other):
        claims.file_claim(one, by=world.ann, at=MONDAY)

    own, usual = (
        gather(one, RECLAMATION, number="1", revision=1, decided=False, at=MONDAY).contracts
        for one in (claim, other)
    )

    assert own == (NamedDocument("", "K-2", date(2026, 5, 6)),)
    assert usual == (NamedDocument("", "17/2025", date(2025, 1, 15)),)


def test_an_act_names_the_power_of_attorney_by_number_and_day(world: World) -> None:
    world.dealer.signer_position = "Sales director"
    world.dealer.signer_basis = "power of attorney"
    world.dealer.signer_basis_number = "17"
    world.dealer.signer_basis_on = date(2026, 1, 12)
    claim = claim_of(world, Remedy.REPAIR)
    service.issue_filed(claim.id, at=MONDAY)
    db.commit()

    text = text_of(acts_of(claim)[0]).replace("\xa0", " ")

    assert f"Representative: Sales director {world.dealer.signer}" in text
    assert "Authority: power of attorney No. 17 of 12 January 2026" in text


CONTACT = {
    "customer_phone": "+7 000 123-45-67",
    "customer_address": "Perm, Lenina 1",
    "sale_document": "Receipt 15",
}


@pytest.mark.parametrize(
    ("demand", "basis", "told"),
    [
        (Remedy.REPAIR, DataBasis.CONSENT, True),
        (Remedy.REPAIR, None, False),
        (Remedy.REFUND, DataBasis.CONSENT, False),
    ],
)
def test_only_a_reclamation_act_says_how_a_customer_is_reached_and_on_a_basis_in_law(
    world: World, demand: Remedy, basis: DataBasis | None, told: bool
) -> None:
    known = {**CONTACT, "customer_basis": DataBasis.CONSENT}
    claim = claim_of(world, demand, end_customer="Anna Falkner", **known)
    claim.customer_basis = basis
    service.issue_filed(claim.id, at=MONDAY)
    db.commit()

    text = text_of(acts_of(claim)[0])

    assert [value in text for value in CONTACT.values()] == [told] * 3
    assert ("Anna Falkner" in text) == (demand is Remedy.REPAIR)


def test_a_notice_of_refusal_does_not_say_how_a_customer_is_reached(world: World) -> None:
    claim = claim_of(
        world, Remedy.REPAIR, end_customer="Anna", **CONTACT, customer_basis=DataBasis.CONSENT
    )
    decide(world, claim, (0, None))
    service.issue_decided(claim.id, at=TUESDAY)
    db.commit()

    text = text_of(acts_of(claim)[0])

    assert "Anna" in text
    assert not any(value in text for value in CONTACT.values())


def test_a_changed_demand_is_a_new_revision_and_the_old_one_says_so(
    world: World, sign_in: SignIn
) -> None:
    claim = claim_of(world, Remedy.REPAIR)
    service.issue_filed(claim.id, at=MONDAY)
    change_demand(
        claim, claim.lines[0].id, Remedy.REPLACEMENT, presented_on=TUESDAY.date(),
        version=claim.version, by=world.cleo, at=TUESDAY,
    )  # fmt: skip
    service.issue_filed(claim.id, at=TUESDAY)
    db.commit()

    old, new = acts_of(claim)
    assert [(act.kind, act.revision) for act in (old, new)] == [(RECLAMATION, 1), (RECLAMATION, 2)]
    told, stored = text_of(new).replace("\xa0", " "), text_of(old)
    assert "replacement" in told
    assert f"Revision 2; supersedes No. {old.number} (revision 1)" in told
    old_id, new_id = old.id, new.id
    ann = sign_in(world.ann)
    assert "Superseded by revision 2" in ann.get(f"/claims/{claim.id}").text
    words = f"No longer in force: superseded by No.\xa0{new.number} (revision 2)."
    served = Document(io.BytesIO(ann.get(f"/acts/{old_id}").data))
    assert served.paragraphs[0].text == words
    assert words not in stored, "what is stored and in the ERP stays as it was issued"
    newest = Document(io.BytesIO(ann.get(f"/acts/{new_id}").data))
    assert newest.paragraphs[0].text == "CLAIM REPORT"


def test_issuing_twice_issues_once(world: World) -> None:
    claim = claim_of(world, Remedy.REPAIR)

    for _ in range(2):
        service.issue_filed(claim.id, at=MONDAY)
        db.commit()

    (act,) = acts_of(claim)
    owed = select(OutboxMessage).where(OutboxMessage.kind == "erp.push_act")
    (message,) = db.scalars(owed)
    assert (message.subject_id, message.claim_id) == (act.id, claim.id)
    assert message.queue == f"erp/{claim.id}"


def test_an_act_keeps_its_number_over_its_revisions(world: World) -> None:
    claim = claim_of(world, Remedy.REPAIR)
    service.issue_filed(claim.id, at=MONDAY)
    decide(world, claim, (2, Remedy.REPAIR))

    service.issue_decided(claim.id, at=TUESDAY)
    db.commit()

    first, second = acts_of(claim)
    assert first.number == second.number == "CR-D01-2026-000001"
    assert first.file_id != second.file_id
    assert first.id == service.act_id(claim.id, RECLAMATION, 1)


def test_each_kind_of_act_and_each_dealer_has_a_series_without_gaps(world: World) -> None:
    anns = [claim_of(world, Remedy.REPAIR, Remedy.REFUND) for _ in range(2)]
    bens = world.filed(world.shipped(to=world.other_dealer), by=world.ben)

    for claim in (*anns, bens):
        service.issue_filed(claim.id, at=MONDAY)
    db.commit()

    assert [act.number for claim in (*anns, bens) for act in acts_of(claim)] == [
        "CR-D01-2026-000001",
        "RS-D01-2026-000001",
        "CR-D01-2026-000002",
        "RS-D01-2026-000002",
        "CR-D02-2026-000001",
    ]


def test_a_filed_act_shows_the_demand_and_no_decision(world: World) -> None:
    claim = claim_of(world, Remedy.REPAIR, dealer_reference="OUR-7", text="We demand")

    facts = gather(claim, RECLAMATION, number="CR-1", revision=1, decided=False, at=MONDAY)

    assert (facts.claim_number, facts.dealer_reference) == (claim.number, "OUR-7")
    assert (facts.decided_on, facts.promise_on, facts.logistics) == (None, None, "")
    (line,) = facts.lines
    assert line.decision is None
    assert line.demand == "repair"
    assert line.amount == Decimal("125800.00")
    assert line.vat_amount == Decimal("20966.67")
    assert facts.end_customer is None


def test_a_decided_act_shows_what_was_accepted_promised_and_why_not(world: World) -> None:
    claim = claim_of(world, Remedy.REPAIR)
    decide(world, claim, (1, Remedy.REPLACEMENT))

    facts = gather(claim, RECLAMATION, number="CR-1", revision=2, decided=True, at=TUESDAY)

    (line,) = facts.lines
    assert line.decision is not None
    assert line.decision.accepted_quantity == line.decision.rejected_quantity == 1
    assert (line.decision.remedy, line.decision.reason) == ("replacement", "Physical damage")
    assert line.amount == Decimal("62900.00"), "what was accepted, not what was claimed"
    assert facts.decided_on == date(2026, 11, 17)
    assert facts.promise_on == claim.promise_on
    assert facts.logistics


def test_an_act_for_a_consumer_names_the_last_day_by_law_and_for_a_firm_none(world: World) -> None:
    consumer = world.draft()
    consumer.lines[0].quantity = Decimal(2)
    consumer.customer_kind = CustomerKind.CONSUMER
    world.agree(consumer, MONDAY.date() + timedelta(days=45))
    claims.file_claim(consumer, by=world.ann, at=MONDAY)
    firm = claim_of(world, Remedy.REPAIR)
    for claim in (consumer, firm):
        decide(world, claim, (2, Remedy.REPAIR))
        service.issue_decided(claim.id, at=TUESDAY)

    [act], [other] = acts_of(consumer), acts_of(firm)

    # 45 days from Monday, the last of them a day off.
    assert "Statutory deadline: 11\xa0January 2027." in text_of(act)
    assert "Statutory deadline" not in text_of(other)


def test_each_day_of_an_act_is_that_of_the_place_where_it_happened(world: World) -> None:
    """Two o'clock on 24 October in Vladivostok is the evening of the 23rd in the Urals."""
    in_vladivostok(world)
    night = datetime(2026, 10, 23, 16, 0, tzinfo=UTC)
    claim = world.draft()
    claims.file_claim(claim, by=world.ann, at=night)
    claims.decide(
        claim, [claims.LineDecision(claim.lines[0].id, Decimal(1), Remedy.REPAIR, None, "")],
        promise_on=None, version=claim.version, by=world.cleo, at=night,
    )  # fmt: skip

    filed = gather(claim, RECLAMATION, number="CR-1", revision=1, decided=False, at=night)
    decided = gather(claim, RECLAMATION, number="CR-1", revision=2, decided=True, at=night)

    assert (filed.claimed_on, filed.demand_presented_on, filed.issued_on, filed.place) == (
        date(2026, 10, 24), date(2026, 10, 24), date(2026, 10, 24), "Новосибирск"
    )  # fmt: skip
    assert (decided.claimed_on, decided.decided_on, decided.issued_on, decided.place) == (
        date(2026, 10, 24), date(2026, 10, 23), date(2026, 10, 23), "Челябинск"
    )  # fmt: skip


def test_the_number_of_an_act_has_the_year_of_the_place_where_it_is_made(world: World) -> None:
    in_vladivostok(world)
    new_year = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    claim = world.draft()
    claims.file_claim(claim, by=world.ann, at=new_year)

    service.issue_filed(claim.id, at=new_year)

    assert [act.number for act in acts_of(claim)] == ["CR-D01-2027-000001"]


def in_vladivostok(world: World) -> None:
    """Move the dealer seven hours east of Moscow."""
    changed = update(Dealer).where(Dealer.id == world.dealer.id)
    db.execute(changed.values(time_zone="Asia/Vladivostok"))
    db.expire_all()


def test_the_annexes_are_the_files_of_the_claim(world: World) -> None:
    claim = world.draft()
    attachments.attach(claim, None, "waybill.txt", io.BytesIO(b"Ten"), by=world.ann, at=MONDAY)
    claims.file_claim(claim, by=world.ann, at=MONDAY)

    facts = gather(claim, RECLAMATION, number="CR-1", revision=1, decided=False, at=MONDAY)

    assert facts.annexes == ("waybill.txt",)


@pytest.mark.parametrize("language", list(Language))
def test_an_act_is_a_document_in_the_dealers_language(world: World, language: Language) -> None:
    world.dealer.language = language
    claim = claim_of(world, Remedy.REPAIR, end_customer="Иван", sold_on=date(2026, 10, 1))

    service.issue_filed(claim.id, at=MONDAY)
    db.commit()

    (act,) = acts_of(claim)
    text = text_of(act)
    assert act.language is language
    assert act.number.startswith(CODES[language][RECLAMATION])
    for words in (act.number, str(claim.number), "The glass is cracked", "Иван"):
        assert words in text
    assert REMEDIES[language][Remedy.REPAIR] in text


def test_every_word_of_an_act_exists_in_every_language() -> None:
    for language in Language:
        assert set(REMEDIES[language]) == set(Remedy)
        assert set(CODES[language]) == set(ActKind)
        assert "XYZ" in unit_words("XYZ", language) != "XYZ"
        assert set(BASE_DOCUMENTS[language]) == set(BaseKind)
    for words in (UNKNOWN_UNITS, UNKNOWN_DOCUMENTS, UNTOLD_DOCUMENT):
        assert set(words) == set(Language)


@pytest.mark.parametrize("country", [*TAX_LABELS, "FR"])
def test_tax_numbers_are_called_as_the_country_calls_them(country: str) -> None:
    pairs = tax_ids(country, "1", "", "3")

    assert pairs[0][0]
    assert "" not in [number for _, number in pairs]


def test_acts_are_downloaded_by_whom_the_claim_concerns(sign_in: SignIn, world: World) -> None:
    claim = claim_of(world, Remedy.REPAIR)
    service.issue_filed(claim.id, at=MONDAY)
    db.commit()
    (act,) = acts_of(claim)
    url = f"/acts/{act.id}"

    for user in (world.ann, world.cleo):
        answer = sign_in(user).get(url)
        assert answer.status_code == HTTPStatus.OK
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.data[:2] == b"PK"
    assert sign_in(world.ben).get(url).status_code == HTTPStatus.NOT_FOUND
    assert queries.get_act(world.dora, act.id) is None


def test_a_claims_page_lists_its_acts(sign_in: SignIn, world: World) -> None:
    claim = claim_of(world, Remedy.REPAIR)
    service.issue_filed(claim.id, at=MONDAY)
    db.commit()

    page = sign_in(world.ann).get(f"/claims/{claim.id}").text

    assert "CR-D01-2026-000001" in page
