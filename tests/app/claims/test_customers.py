"""Who the end customer is: typed by the dealer, seen by whom it concerns, found by search."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from app.accounts.models import Department
from app.claims.customers import DataBasis
from app.claims.history import entries_of
from app.claims.models import Claim
from app.claims.queries import list_claims
from app.claims.rules import CustomerKind
from app.claims.triage import Filter, list_worklist
from app.core.db import db
from app.erp.push import known_of
from app.erp.translate import claim_message
from app.work.models import WorkOrder
from app.work.service import open_orders
from tests.app.claims.drafting import again, saved_draft, submit, typed
from tests.app.conftest import SignIn
from tests.app.plans import plans, scanned
from tests.app.world import MONDAY, World

CUSTOMER = {
    "end_customer": "Anna Falkner",
    "customer_kind": "consumer",
    "customer_phone": "+7 000 123-45-67",
    "customer_email": "anna@customer.test",
    "customer_address": "5 Hidden Lane, Omsk",
    "customer_basis": "legal_duty",
    "sold_on": "2026-10-01",
    "sale_document": "Receipt 77-4",
}
CONTACT = ("+7 000 123-45-67", "anna@customer.test", "5 Hidden Lane")


def with_customer(claim: Claim) -> Claim:
    for name, value in CUSTOMER.items():
        setattr(claim, name, value)
    claim.customer_kind, claim.customer_basis = CustomerKind.CONSUMER, DataBasis.LEGAL_DUTY
    claim.sold_on = date(2026, 10, 1)
    db.commit()
    return claim


def test_the_customers_data_are_fields_of_the_draft_and_of_its_history(
    world: World, sign_in: SignIn
) -> None:
    claim = saved_draft(world)
    ann = sign_in(world.ann)

    ann.post(f"/claims/{claim.id}/autosave", data=typed(claim, **CUSTOMER))

    saved = again(claim)
    assert {name: str(getattr(saved, name)) for name in CUSTOMER} == CUSTOMER
    changed = entries_of(world.ann, saved)[0].facts["changed"]
    assert changed["customer_phone"] == ["", "+7 000 123-45-67"]
    assert set(CUSTOMER) <= set(changed)
    assert "5 Hidden Lane, Omsk" in ann.get(f"/claims/{claim.id}/edit").text


def test_contact_data_without_a_basis_in_law_keep_a_claim_from_being_filed(
    world: World, sign_in: SignIn
) -> None:
    claim = saved_draft(world)
    ann = sign_in(world.ann)

    refused = submit(ann, claim, **(CUSTOMER | {"customer_basis": ""}))
    filed = submit(ann, claim, key="k2", **CUSTOMER)

    assert refused.status_code == 422
    assert "Say on what legal basis" in refused.text
    assert filed.status_code == 303
    assert again(claim).number


def test_an_address_that_no_mail_can_have_is_refused(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/edit", data=typed(claim, customer_email="anna at home")
    )

    assert answer.status_code == 422
    assert "This is not an e-mail address." in answer.text


@pytest.mark.parametrize("text", ["falkner", "123-45", "ANNA@", "hidden lane", "77-4"])
def test_claims_are_found_by_their_customer_within_ones_own(
    world: World, engine: Engine, text: str
) -> None:
    claim = with_customer(world.filed())

    with plans(engine) as seen:
        assert [row.id for row in list_claims(world.ann, search=text).rows] == [claim.id]
    page = list_worklist(world.cleo, chosen=Filter.ALL, search=text, today=MONDAY.date())

    assert [row.id for row in page.rows] == [claim.id]
    assert not list_claims(world.ben, search=text).rows
    assert "ix_claim_search" in seen[0]
    assert not any(scanned(plan) & {"claim", "claim_line"} for plan in seen)


def test_dealer_and_manager_see_the_contact_on_the_claim_and_in_no_list(
    world: World, sign_in: SignIn
) -> None:
    claim = with_customer(world.filed())
    page = f"/claims/{claim.id}"

    for person, lists in ((world.ann, ("/claims", "/home")), (world.cleo, ("/worklist",))):
        browser = sign_in(person)
        assert all(part in browser.get(page).text for part in CONTACT)
        for url in lists:
            answer = browser.get(url)
            assert answer.status_code == 200
            assert not any(part in answer.text for part in CONTACT)
    assert sign_in(world.ben).get(page).status_code == 404


@pytest.mark.parametrize(
    ("code", "sees"), [("service", True), ("logistics", True), ("production", False)]
)
def test_only_departments_that_come_to_the_customer_see_them(
    world: World, sign_in: SignIn, code: str, sees: bool
) -> None:
    claim = with_customer(world.filed())
    item_name = claim.lines[0].item_name
    world.accepted(claim)
    open_orders(claim.id, at=MONDAY)
    order = db.scalars(select(WorkOrder).filter_by(claim_id=claim.id)).one()
    db.scalars(select(Department).filter_by(id=world.dora.department_id)).one().code = code
    db.commit()
    dora = sign_in(world.dora)

    text = dora.get(f"/work/{order.id}").text

    assert item_name in text
    assert [part in text for part in (*CONTACT, "Anna Falkner")] == [sees] * 4
    assert not any(part in dora.get("/work").text for part in CONTACT)


def test_what_is_told_the_erp_of_the_contact_needs_a_basis_in_law(world: World) -> None:
    claim = with_customer(world.filed())

    message = claim_message(claim, known_of(claim))
    claim.customer_basis = None
    without_basis = claim_message(claim, known_of(claim))

    assert message.customer_phone == "+7 000 123-45-67"
    assert message.customer_kind == "CONSUMER"
    assert (without_basis.customer_phone, without_basis.customer_address) == ("", "")
