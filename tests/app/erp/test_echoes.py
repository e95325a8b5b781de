"""Our own documents come back in the feed: no news, but their state over there is refreshed."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.claims.models import Claim
from app.core.outside import ONLY_ERP, KnownErp, Outside, connect_outside, outside
from app.erp.intake import pull_now
from app.erp.models import DocumentKind, ErpDocument, RejectedRow
from connectors.erp.memory import RememberingErp
from connectors.erp.port import RowKind
from tests.app.conftest import SignIn
from tests.app.erp.rows import Change, deleted, document, told
from tests.app.world import MONDAY, World

Db = scoped_session[Session]


@pytest.fixture
def claim(session: Db, world: World) -> Claim:
    """A claim of which the ERP has given us a receipt."""
    filed = world.filed()
    session.add(
        ErpDocument(
            id=filed.id,
            connection=ONLY_ERP,
            kind=DocumentKind.CLAIM,
            claim_id=filed.id,
            revision=1,
            ref="b0000000",
            number="ОГДМ-000001",
            dated_on=MONDAY.date(),
            posted=False,
            status="Зарегистрирована",
            confirmed_at=MONDAY,
        )
    )
    session.commit()
    return filed


def pulled(neighbours: Outside, *rows: Change) -> int:
    erp = neighbours.erp(ONLY_ERP)
    assert isinstance(erp, RememberingErp)
    erp.serve(rows)
    return sum(report.published for report in pull_now(ONLY_ERP))


def receipt(session: Db) -> ErpDocument:
    session.expire_all()
    return session.scalars(select(ErpDocument)).one()


def same(claim: Claim, **values: str) -> Change:
    return document(claim.id, **{"Date": "2026-11-16T10:00:00"} | values)


def test_our_own_push_coming_back_is_no_news(
    session: Db, neighbours: Outside, claim: Claim
) -> None:
    assert pulled(neighbours, same(claim)) == 0

    assert receipt(session).confirmed_at == MONDAY
    assert session.scalars(select(RejectedRow)).all() == []


def test_what_has_become_of_our_document_is_taken_over(
    session: Db, neighbours: Outside, claim: Claim
) -> None:
    assert pulled(neighbours, same(claim, Posted="true", Status="Удовлетворена")) == 1

    kept = receipt(session)
    assert (kept.posted, kept.status, kept.number) == (True, "Удовлетворена", "ОГДМ-000001")
    assert kept.confirmed_at > MONDAY


def test_the_last_state_in_a_message_counts(session: Db, neighbours: Outside, claim: Claim) -> None:
    pulled(neighbours, same(claim, Status="Обрабатывается"), same(claim, Status="Отклонена"))

    assert receipt(session).status == "Отклонена"


@pytest.mark.parametrize("strange", [document(uuid4()), document("no key"), document("")])
def test_documents_that_are_not_ours_are_passed_over(
    session: Db, neighbours: Outside, claim: Claim, strange: Change
) -> None:
    assert pulled(neighbours, strange) == 0

    assert receipt(session).status == "Зарегистрирована"
    assert session.scalars(select(RejectedRow)).all() == []


def test_another_revision_waits_for_its_own_receipt(
    session: Db, neighbours: Outside, claim: Claim
) -> None:
    assert pulled(neighbours, same(claim, Revision="2", Status="Отклонена")) == 0

    assert receipt(session).status == "Зарегистрирована"


def test_a_state_that_cannot_be_read_is_put_aside_and_what_is_not_told_stays(
    session: Db, neighbours: Outside, claim: Claim
) -> None:
    pulled(neighbours, same(claim, Posted="true"))

    pulled(neighbours, same(claim, Posted="perhaps", Status=""))

    kept = receipt(session)
    assert (kept.posted, kept.status) == (True, "Зарегистрирована")
    (aside,) = session.scalars(select(RejectedRow))
    assert (aside.kind, told(aside.reasons)) == ("Document", "Posted row_not_flag")


def test_a_document_deleted_over_there_keeps_its_receipt_for_the_reconciliation(
    session: Db, neighbours: Outside, claim: Claim
) -> None:
    pulled(neighbours, deleted(RowKind.DOCUMENT, str(claim.id)))

    assert receipt(session).id == claim.id
    assert session.scalars(select(RejectedRow)).all() == []


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        (None, "State in the ERP: “На складе”"),
        (frozenset({"На складе"}), "State in the ERP: “На складе”"),
        (frozenset({"Зарегистрирована"}), "unknown state На складе"),
    ],
)
def test_a_state_that_the_mapping_does_not_know_is_said_to_be_unknown(
    session: Db, world: World, sign_in: SignIn, known: frozenset[str] | None, shown: str
) -> None:
    there = replace(outside(), erps={ONLY_ERP: KnownErp(RememberingErp(), states=known)})
    filed = world.filed()
    session.add(
        ErpDocument(
            id=filed.id, connection=ONLY_ERP, kind=DocumentKind.CLAIM, claim_id=filed.id,
            revision=1, ref="b0", number="ERP-1", dated_on=None, posted=None,
            status="На складе", object="", confirmed_at=MONDAY,
        )
    )  # fmt: skip
    session.commit()
    cleo = sign_in(world.cleo)
    connect_outside(there)

    page = cleo.get(f"/claims/{filed.id}").text

    assert shown in page
    assert "not posted" not in page, "the ERP does not tell that"
