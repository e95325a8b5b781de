"""The mail of a decision says what was decided of each line, as it was at that moment."""

from decimal import Decimal

from app.claims import service
from app.claims.service import LineDecision
from app.core.clock import now
from app.core.db import db
from app.core.outside import Outside
from app.notifications.service import keepers
from app.outbox.delivery import drain
from app.vocabulary import Language, Remedy
from app.work.service import open_orders
from connectors.mail.memory import RememberingMail
from tests.app.claims.revisions import WHY, accepting, decided, refusing, revised
from tests.app.world import MONDAY, World, fill


def test_the_mail_of_a_decision_tells_each_line_as_it_was_decided(
    world: World, neighbours: Outside
) -> None:
    assert isinstance(neighbours.mail, RememberingMail)
    claim = world.draft(world.shipped(), world.shipped())
    first, second = claim.lines
    fill(first, quantity=Decimal(2), demand=Remedy.REFUND)
    fill(second, quantity=Decimal(3), demand=Remedy.REPAIR)
    service.file_claim(claim, by=world.ann, at=MONDAY)
    decisions = [
        LineDecision(first.id, Decimal(1), Remedy.REFUND, "R03", "Dropped in the yard"),
        LineDecision(second.id, Decimal(3), Remedy.REPAIR, None, ""),
    ]
    service.decide(
        claim, decisions, promise_on=None, version=claim.version, by=world.cleo, at=MONDAY
    )
    open_orders(claim.id, at=MONDAY)
    first.reason_text, first.granted_amount = "Another reason", Decimal(1)
    db.commit()

    drain(keepers("https://claims.example"), at=now())

    [letter] = [one for one in neighbours.mail.letters if one.key.startswith("decided-")]
    text = letter.text.replace("\xa0", " ")
    assert world.ann.language is Language.EN
    assert "Decision: Partly accepted" in text
    assert "Being carried out" not in text
    assert f"1. {first.item_name}" in text
    assert "Accepted: 1 pcs, Refund" in text
    assert "62,900.00" in text
    assert "Rejected: 1 pcs" in text
    assert "Reason: Physical damage. Dropped in the yard" in text
    assert "Accepted: 3 pcs, Repair" in text
    assert "Another reason" not in text
    assert f"/claims/{claim.id}#acts" in text


def test_the_mail_of_a_revised_decision_tells_each_change_and_why(
    world: World, neighbours: Outside
) -> None:
    assert isinstance(neighbours.mail, RememberingMail)
    claim = decided(world, Remedy.REFUND, Remedy.REPAIR)
    first, second = claim.lines
    revised(claim, {1: accepting(first, Remedy.REFUND, 1)}, by=world.cleo)
    db.commit()

    drain(keepers("https://claims.example"), at=now())

    [letter] = [one for one in neighbours.mail.letters if one.key.startswith("revised-")]
    text = letter.text.replace("\xa0", " ")
    assert letter.subject == f"Claim {claim.number}: the decision was revised"
    assert f"Reason: {WHY}" in text
    assert "version 2 replaces the previous one" in text
    assert "Before: Accepted: 2 pcs, Refund, 125,800.00 RUB" in text
    assert "Now: Accepted: 1 pcs, Refund, 62,900.00 RUB. Rejected: 1 pcs" in text
    assert f"Unchanged: 2. {second.item_name}" in text
    assert f"/claims/{claim.id}#acts" in text


def test_the_mail_of_the_first_decision_says_what_was_decided_first(
    world: World, neighbours: Outside
) -> None:
    """The worker may come to it when the decision is revised already."""
    assert isinstance(neighbours.mail, RememberingMail)
    claim = decided(world, Remedy.REFUND)
    revised(claim, {1: refusing(claim.lines[0])}, by=world.cleo)
    db.commit()

    drain(keepers("https://claims.example"), at=now())

    first, second = [
        next(one for one in neighbours.mail.letters if one.key.startswith(kind)).text
        for kind in ("decided-", "revised-")
    ]
    assert "Decision: Accepted" in first
    assert "Decision: Rejected" in second
    assert "The previous promise no longer applies." in second
