"""The verbs of a claim: what each asks, changes and promises."""

import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import Dealer
from app.accounts.policy import SYSTEM, User
from app.claims import attachments, drafts, judging, service
from app.claims.circumstances import Note, note_circumstance
from app.claims.demands import change_demand
from app.claims.goods_back import note_goods
from app.claims.holding import SerialAlreadyClaimed, SerialConsumed
from app.claims.models import Claim, ClaimEvent, ClaimLine
from app.claims.promise_rules import PromiseTooEarly, Wish
from app.claims.promising import revise_promise
from app.claims.revising import revise
from app.claims.rules import CONSUMES, Action, ClaimState, CustomerKind, find_step
from app.claims.service import LineDecision
from app.core.db import db
from app.core.errors import NotAllowed, Refusal, SomebodyWasFaster
from app.deadlines.circumstances import Circumstance
from app.deadlines.ways import USUAL
from app.outbox.models import OutboxMessage
from app.shipments.models import Shipment, ShipmentLine
from app.shipments.queries import FoundLine
from app.shipments.service import NotEnoughLeft, ShipmentWithdrawn
from app.vocabulary import Remedy, Role
from tests.app.world import MONDAY, World, fill

TUESDAY = MONDAY + timedelta(days=1)
NOTHING = Decimal(0)
LATE = date(2027, 2, 1)
# What only silence or the ERP's news brings is tried where there is such a law, or such news.
BY_THEMSELVES = (Action.DEEM_ACCEPTED, Action.CONTEST, Action.CHECK_SHIPMENT)
# Where the table leaves the state open: back to where the question was asked, or as is revised.
LEFT_OPEN = {
    Action.SUPPLY_INFO: ClaimState.SUBMITTED,
    Action.REVISE: ClaimState.PARTIALLY_ACCEPTED,
}
TABLED = tuple(action for action in Action if action not in BY_THEMSELVES)


def held(found: FoundLine) -> Decimal:
    """Return how much of a shipment line is in claims."""
    query = select(ShipmentLine.claimed_quantity).where(ShipmentLine.id == found.line_id)
    return db.execute(query).scalar_one()


def promised(claim: Claim) -> Counter[str]:
    """Return what is owed because of a claim."""
    query = select(OutboxMessage.kind).where(OutboxMessage.claim_id == claim.id)
    return Counter(db.scalars(query))


def events(claim: Claim) -> list[ClaimEvent]:
    query = select(ClaimEvent).where(ClaimEvent.claim_id == claim.id)
    return list(db.scalars(query.order_by(ClaimEvent.version)))


def filed(world: World, *quantities: int, found: FoundLine | None = None) -> Claim:
    """File a claim with one line a quantity."""
    lines = [found or world.shipped() for _ in quantities]
    claim = world.draft(*lines)
    for line, quantity in zip(claim.lines, quantities, strict=True):
        fill(line, quantity=Decimal(quantity))
    service.file_claim(claim, by=world.ann, at=MONDAY)
    return claim


def decision(line: ClaimLine, accepted: int | str, **changes: Any) -> LineDecision:
    """Decide a line with all that it needs."""
    facts: dict[str, Any] = {
        "remedy": Remedy.REPAIR if Decimal(accepted) else None,
        "reason_code": "R03" if Decimal(accepted) < line.quantity else None,
        "reason_text": "Fell off the lorry" if Decimal(accepted) < line.quantity else "",
    }
    return LineDecision(line.id, Decimal(accepted), **(facts | changes))


def decided(
    world: World,
    claim: Claim,
    *accepted: int,
    promise_on: date | None = None,
    promise_reason: str = "",
) -> None:
    decisions = [decision(line, count) for line, count in zip(claim.lines, accepted, strict=True)]
    service.decide(
        claim,
        decisions,
        promise_on=promise_on,
        promise_reason=promise_reason,
        version=claim.version,
        by=world.cleo,
        at=TUESDAY,
    )


def brought_to(world: World, state: ClaimState) -> Claim:
    """Bring a claim into a state by the verbs of its life."""
    if state is ClaimState.DRAFT:
        return world.draft()
    claim = filed(world, 2)
    by: dict[str, Any] = {"by": world.cleo, "at": TUESDAY}
    dealers: dict[str, Any] = {"by": world.ann, "at": TUESDAY}
    if state is ClaimState.VERIFICATION:
        service.take(claim, version=claim.version, **by)
    elif state is ClaimState.NEEDS_INFO:
        service.ask(claim, ["Where is the photo?"], version=claim.version, **by)
    elif state is ClaimState.REJECTED:
        decided(world, claim, 0)
    elif state is ClaimState.PARTIALLY_ACCEPTED:
        decided(world, claim, 1)
    elif state is ClaimState.CANCELLED:
        service.cancel(claim, version=claim.version, **dealers)
    elif state is not ClaimState.SUBMITTED:
        decided(world, claim, 2)
        if state is not ClaimState.ACCEPTED:
            service.start_execution(claim, at=TUESDAY)
        if state in (ClaimState.RESOLVED, ClaimState.CLOSED):
            service.resolve(claim, at=TUESDAY)
        if state is ClaimState.CLOSED:
            service.confirm(claim, version=claim.version, **dealers)
    assert claim.state is state
    return claim


def a_consumers(claim: Claim) -> Claim:
    """Let a consumer stand behind a claim for repair: circumstances change the law for them."""
    claim.customer_kind = CustomerKind.CONSUMER
    claim.lines[0].demand = Remedy.REPAIR
    db.flush()
    return claim


def attempt(claim: Claim, action: Action, by: User) -> None:
    """Try a verb as somebody, with everything that it needs to be there."""
    step: dict[str, Any] = {"version": claim.version, "by": by, "at": TUESDAY}
    answers = {question.id: "Here" for question in claim.questions}
    accepted = {Action.ACCEPT: 2, Action.ACCEPT_PARTLY: 1, Action.REJECT: 0}
    for line in claim.lines:
        line.quantity = line.quantity if claim.state is not ClaimState.DRAFT else Decimal(2)
    db.flush()
    verbs: dict[Action, Any] = {
        Action.SUBMIT: lambda: service.file_claim(claim, by=by, at=TUESDAY),
        Action.TAKE: lambda: service.take(claim, **step),
        Action.REQUEST_INFO: lambda: service.ask(claim, ["Why?"], **step),
        Action.SUPPLY_INFO: lambda: service.answer(claim, answers, **step),
        Action.CONFIRM: lambda: service.confirm(claim, **step),
        Action.DISPUTE: lambda: service.dispute(claim, "Still broken", **step),
        Action.CLOSE_REJECTED: lambda: service.close_rejected(claim, **step),
        Action.CANCEL: lambda: service.cancel(claim, **step),
        Action.ROUTE: lambda: service.start_execution(claim, at=TUESDAY),
        Action.RESOLVE: lambda: service.resolve(claim, at=TUESDAY),
        Action.REVISE_PROMISE: lambda: revise_promise(claim, Wish(LATE, "Late"), **step),
        Action.GOODS_BACK: lambda: note_goods(claim, TUESDAY.date(), **step),
        Action.NOTE_CIRCUMSTANCE: lambda: note_circumstance(
            a_consumers(claim), Note(claim.lines[0].id, Circumstance.ESSENTIAL_DEFECT), **step
        ),
        Action.CHANGE_DEMAND: lambda: change_demand(
            claim, claim.lines[0].id, Remedy.REFUND, presented_on=MONDAY.date(), **step
        ),
    }
    if action is Action.REVISE:
        decisions = [decision(line, 1, reason_text="Seen anew") for line in claim.lines]
        revise(claim, decisions, "Seen anew", wish=Wish(), choice=USUAL, **step)
    elif action in accepted:
        decisions = [decision(line, accepted[action]) for line in claim.lines]
        service.decide(claim, decisions, promise_on=None, **step)
    else:
        verbs[action]()


@pytest.mark.parametrize(("state", "action"), list(product(ClaimState, TABLED)))
def test_a_verb_works_where_the_table_has_its_row_and_nowhere_else(
    world: World, state: ClaimState, action: Action
) -> None:
    """Each cell of the table is tried by a dealer, a manager, a worker and the portal itself."""
    claim = brought_to(world, state)
    people = (world.ann, world.cleo, world.dora, world.admin)
    by_portal = action in (Action.ROUTE, Action.RESOLVE)

    for by in (SYSTEM,) if by_portal else people:
        row = find_step(state, action, by.role)
        before, version = promised(claim), claim.version
        trial = db.begin_nested()
        if row is None:
            with pytest.raises(Refusal):
                attempt(claim, action, by)
        else:
            attempt(claim, action, by)
            last = events(claim)[-1]
            assert (last.action, last.from_state) == (action, state)
            assert claim.state is (row.to or LEFT_OPEN[action])
            assert claim.version == version + 1
        trial.rollback()
        db.expire_all()
        assert claim.state is state
        assert promised(claim) == before


def test_a_filed_claim_has_its_number_its_answer_day_and_its_consequences(world: World) -> None:
    claim = filed(world, 2)

    assert claim.number == "D01-2026-000001"
    assert claim.filed_at == MONDAY
    assert claim.answer_on is not None
    assert claim.answer_on > date(2026, 11, 16)
    assert claim.demand_presented_on == date(2026, 11, 16)
    assert promised(claim) == {
        "erp.push_claim": 1, "act.issue_filed": 1, "mail.claim_filed": 1,
        "mail.claim_to_decide": 1, "forecast.renew": 1
    }  # fmt: skip


def test_the_number_has_the_year_of_the_day_on_which_the_dealer_files(world: World) -> None:
    """One o'clock on 1 January in Vladivostok: still 2026 at the plant in the Urals."""
    db.execute(
        update(Dealer).where(Dealer.id == world.dealer.id).values(time_zone="Asia/Vladivostok")
    )
    db.expire_all()
    new_year = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)

    claim = world.draft()
    service.file_claim(claim, by=world.ann, at=new_year)

    assert claim.number == "D01-2027-000001"
    assert claim.demand_presented_on == date(2027, 1, 1)


def test_numbers_have_no_gaps_when_filing_fails(world: World) -> None:
    first = filed(world, 1)
    db.commit()
    scarce = world.shipped(quantity=1)
    refused = world.draft(scarce)
    fill(refused.lines[0], quantity=Decimal(2))
    db.commit()

    with pytest.raises(NotEnoughLeft):
        service.file_claim(refused, by=world.ann, at=MONDAY)
    db.rollback()
    undone = world.draft()
    db.commit()
    service.file_claim(undone, by=world.ann, at=MONDAY)
    db.rollback()

    numbers = (first.number, filed(world, 1).number)
    assert numbers == ("D01-2026-000001", "D01-2026-000002")


def test_each_dealer_has_a_series_of_its_own(world: World) -> None:
    anns = filed(world, 1)
    bens = world.filed(world.shipped(to=world.other_dealer), by=world.ben)

    assert (anns.number, bens.number) == ("D01-2026-000001", "D02-2026-000001")


def test_every_file_of_the_claim_is_owed_to_the_erp(world: World) -> None:
    claim = world.draft()
    for name in ("a.txt", "b.txt"):
        attachments.attach(claim, None, name, io.BytesIO(b"words"), by=world.ann, at=MONDAY)

    service.file_claim(claim, by=world.ann, at=MONDAY)

    owed = select(OutboxMessage).where(OutboxMessage.kind == "erp.push_evidence")
    messages = list(db.scalars(owed))
    assert {message.subject_id for message in messages} == {kept.file_id for kept in claim.files}
    assert {message.queue for message in messages} == {f"erp/{claim.id}"}


def test_an_incomplete_claim_is_not_filed(world: World) -> None:
    claim = world.draft()
    claim.lines[0].description = ""

    with pytest.raises(service.NotReady) as refused:
        service.file_claim(claim, by=world.ann, at=MONDAY)

    assert [problem.field for problem in refused.value.problems] == ["description"]
    assert claim.number is None


def test_a_claim_holds_what_it_claims(world: World) -> None:
    found = world.shipped(quantity=10)

    filed(world, 4, found=found)

    assert held(found) == 4
    with pytest.raises(NotEnoughLeft, match="only 6 H87 of 10 H87"):
        filed(world, 7, found=found)


def test_two_lines_of_one_claim_hold_together(world: World) -> None:
    found = world.shipped(quantity=3)
    claim = world.draft(found)
    other = drafts.add_unlisted_line(claim, "Stove", by=world.ann, at=MONDAY)
    fill(claim.lines[0], quantity=Decimal(2))
    price = {"price": found.price, "vat_rate": found.vat_rate}
    fill(other, quantity=Decimal(2), shipment_line_id=found.line_id, **price)

    with pytest.raises(NotEnoughLeft):
        service.file_claim(claim, by=world.ann, at=MONDAY)


def test_a_withdrawn_claim_gives_everything_back(world: World) -> None:
    found = world.shipped()
    claim = filed(world, 4, found=found)

    service.cancel(claim, version=claim.version, by=world.ann, at=TUESDAY)
    db.flush()

    assert held(found) == NOTHING
    assert claim.number is not None
    assert claim.closed_at == TUESDAY


def test_what_is_rejected_is_given_back_and_what_is_accepted_stays_held(world: World) -> None:
    found = world.shipped()
    claim = filed(world, 4, found=found)

    decided(world, claim, 1)
    db.flush()

    assert held(found) == 1
    assert claim.lines[0].reserved_quantity == 1
    filed(world, 9, found=found)


@pytest.mark.parametrize("accepted", [0, 1, 4])
def test_held_is_always_the_sum_of_what_the_lines_hold(world: World, accepted: int) -> None:
    found = world.shipped()
    claims = [filed(world, 4, found=found), filed(world, 5, found=found)]

    decided(world, claims[0], accepted)
    service.cancel(claims[1], version=claims[1].version, by=world.ann, at=TUESDAY)
    db.flush()

    assert held(found) == sum(line.reserved_quantity for claim in claims for line in claim.lines)


def test_a_piece_is_in_one_open_claim_only(world: World) -> None:
    found = world.shipped(serial="S-1")
    first = world.filed(found)

    with pytest.raises(SerialAlreadyClaimed, match=str(first.number)):
        world.filed(found)


@pytest.mark.parametrize("end", ["cancel", "reject"])
def test_a_piece_can_be_claimed_again_once_its_claim_is_over(world: World, end: str) -> None:
    found = world.shipped(serial="S-1")
    first = world.filed(found)
    if end == "cancel":
        service.cancel(first, version=first.version, by=world.ann, at=TUESDAY)
    else:
        decided(world, first, 0)
    db.commit()

    assert world.filed(found).number


def over(world: World, claim: Claim, remedy: Remedy) -> Claim:
    """Carry a remedy out for a filed claim and close it."""
    world.accepted(claim, remedy, at=TUESDAY)
    service.start_execution(claim, at=TUESDAY)
    service.resolve(claim, at=TUESDAY)
    service.confirm(claim, version=claim.version, by=world.ann, at=TUESDAY)
    db.commit()
    return claim


def test_every_remedy_says_whether_it_consumes_what_was_claimed() -> None:
    assert set(CONSUMES) == set(Remedy)


@pytest.mark.parametrize("remedy", [one for one, consumes in CONSUMES.items() if not consumes])
def test_a_repaired_piece_can_be_claimed_again_once_its_claim_is_closed(
    world: World, remedy: Remedy
) -> None:
    found = world.shipped(quantity=1, serial="S-1")

    over(world, world.filed(found), remedy)

    assert held(found) == NOTHING
    assert world.filed(found).number


@pytest.mark.parametrize("remedy", [one for one, consumes in CONSUMES.items() if consumes])
def test_a_piece_that_was_paid_back_or_exchanged_is_never_claimed_again(
    world: World, remedy: Remedy
) -> None:
    found = world.shipped(quantity=12, serial="S-1")
    first = over(world, world.filed(found), remedy)

    assert held(found) == 1
    with pytest.raises(SerialConsumed, match=str(first.number)):
        world.filed(found)


def test_a_line_of_twelve_is_not_eaten_by_repairs(world: World) -> None:
    found = world.shipped(quantity=12)

    for _ in range(3):
        over(world, filed(world, 12, found=found), Remedy.REPAIR)
    over(world, filed(world, 5, found=found), Remedy.REFUND)

    assert held(found) == 5
    with pytest.raises(NotEnoughLeft, match="only 7 H87 of 12 H87"):
        filed(world, 8, found=found)


def test_a_repair_holds_its_piece_until_the_dealer_has_confirmed_it(world: World) -> None:
    found = world.shipped(quantity=1)
    claim = filed(world, 1, found=found)
    world.accepted(claim, at=TUESDAY)
    service.start_execution(claim, at=TUESDAY)
    service.resolve(claim, at=TUESDAY)

    with pytest.raises(NotEnoughLeft):
        filed(world, 1, found=found)


def test_nothing_of_a_withdrawn_shipment_can_be_claimed(world: World) -> None:
    found = world.shipped()
    line = db.get_one(ShipmentLine, found.line_id)
    db.get_one(Shipment, line.shipment_id).withdrawn_at = MONDAY
    db.flush()

    with pytest.raises(ShipmentWithdrawn):
        filed(world, 1, found=found)


def test_an_accepted_claim_is_promised_by_a_day_and_owes_its_consequences(world: World) -> None:
    claim = filed(world, 2)
    before = promised(claim)

    decided(world, claim, 2)

    assert claim.state is ClaimState.ACCEPTED
    assert claim.earliest_on is not None
    assert claim.promise_on is not None
    assert claim.promise_on >= claim.earliest_on
    assert claim.logistics
    assert (claim.decided_by, claim.manager_id) == (world.cleo.id, world.cleo.id)
    assert promised(claim) - before == {
        "erp.push_claim": 1, "erp.push_decision": 1, "act.issue_decided": 1,
        "mail.claim_decided": 1, "work.open": 1, "forecast.renew": 1,
    }  # fmt: skip


def test_a_rejected_claim_is_promised_nothing_and_opens_no_work(world: World) -> None:
    claim = filed(world, 2)

    decided(world, claim, 0)

    assert claim.state is ClaimState.REJECTED
    assert claim.promise_on is None
    assert "work.open" not in promised(claim)


def test_the_managers_own_day_is_kept_unless_the_goods_cannot_keep_it(world: World) -> None:
    claim = filed(world, 2)
    with pytest.raises(PromiseTooEarly):
        decided(world, claim, 2, promise_on=date(2026, 11, 18))
    assert claim.state is ClaimState.SUBMITTED

    decided(world, claim, 2, promise_on=date(2027, 3, 1), promise_reason="The part is late")

    assert claim.promise_on == date(2027, 3, 1)


def test_the_decision_is_written_line_by_line(world: World) -> None:
    claim = filed(world, 2, 3)

    decided(world, claim, 2, 1)

    whole, part = claim.lines
    assert whole.accepted_quantity == 2
    assert whole.rejected_quantity == 0
    assert whole.remedy is Remedy.REPAIR
    assert whole.reason_code is None
    assert part.accepted_quantity == 1
    assert part.rejected_quantity == 2
    assert part.reason_code == "R03"
    assert claim.state is ClaimState.PARTIALLY_ACCEPTED


@pytest.mark.parametrize(
    ("accepted", "changes", "refusal"),
    [
        ("3", {}, judging.QuantitiesDoNotAddUp),
        ("-1", {}, judging.QuantitiesDoNotAddUp),
        ("1", {"remedy": None}, judging.RemedyMissing),
        ("1", {"reason_code": None}, judging.ReasonMissing),
        ("1", {"reason_text": ""}, judging.ReasonMissing),
        ("0", {"reason_text": ""}, judging.ReasonMissing),
        ("1", {"line_id": None}, judging.QuantitiesDoNotAddUp),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    world: World, accepted: str, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    claim = filed(world, 2)
    facts = vars(decision(claim.lines[0], accepted)) | changes
    facts["line_id"] = facts["line_id"] or uuid4()

    with pytest.raises(refusal):
        service.decide(
            claim, [LineDecision(**facts)], promise_on=None, version=claim.version,
            by=world.cleo, at=TUESDAY,
        )  # fmt: skip

    assert claim.state is ClaimState.SUBMITTED


@pytest.mark.parametrize("odd", ["NaN", "Infinity", "0.0001", "1.23456"])
def test_a_quantity_that_the_table_cannot_hold_is_refused_in_words(world: World, odd: str) -> None:
    claim = filed(world, 2)
    one = LineDecision(claim.lines[0].id, Decimal(odd), Remedy.REPAIR, "R03", "Because")

    with pytest.raises(Refusal):
        service.decide(
            claim, [one], promise_on=None, version=claim.version, by=world.cleo, at=TUESDAY
        )


def test_every_line_is_decided_or_none(world: World) -> None:
    claim = filed(world, 2, 3)

    with pytest.raises(judging.QuantitiesDoNotAddUp):
        service.decide(
            claim, [decision(claim.lines[0], 2)], promise_on=None, version=claim.version,
            by=world.cleo, at=TUESDAY,
        )  # fmt: skip


@given(st.decimals(0, 5, places=3), st.decimals(0, 5, places=3))
def test_what_was_claimed_is_what_was_accepted_and_rejected(
    quantity: Decimal, accepted: Decimal
) -> None:
    line = ClaimLine(id=uuid4(), item_name="Stove", quantity=quantity)
    one = LineDecision(line.id, accepted, Remedy.REPAIR, "R03", "Because")

    try:
        verdict = judging.verdict_of(line, one)
    except judging.QuantitiesDoNotAddUp:
        assert accepted > quantity
    else:
        assert verdict.accepted + verdict.rejected == quantity


def test_a_question_goes_to_the_dealer_and_comes_back_to_where_it_was_asked(world: World) -> None:
    claim = filed(world, 2)
    service.take(claim, version=claim.version, by=world.cleo, at=TUESDAY)
    service.ask(claim, ["Which lot?", ""], version=claim.version, by=world.cleo, at=TUESDAY)
    (question,) = claim.questions
    assert question.answer_by > date(2026, 11, 17)

    db.flush()
    answers = {question.id: "Lot 7"}
    service.answer(claim, answers, version=claim.version, by=world.ann, at=TUESDAY)

    assert claim.state is ClaimState.VERIFICATION
    assert claim.return_state is None
    assert (question.answer, question.answered_by) == ("Lot 7", world.ann.id)
    assert promised(claim)["mail.info_requested"] == promised(claim)["mail.info_supplied"] == 1


def test_every_question_needs_an_answer(world: World) -> None:
    claim = filed(world, 2)
    service.ask(claim, ["Which lot?", "When?"], version=claim.version, by=world.cleo, at=TUESDAY)
    db.flush()

    with pytest.raises(service.AnswerMissing):
        service.answer(
            claim, {claim.questions[0].id: "Lot 7"}, version=claim.version, by=world.ann, at=TUESDAY
        )


def test_only_new_files_are_owed_with_an_answer(world: World) -> None:
    claim = world.draft()
    attachments.attach(claim, None, "old.txt", io.BytesIO(b"old"), by=world.ann, at=MONDAY)
    service.file_claim(claim, by=world.ann, at=MONDAY)
    service.ask(claim, ["A photo?"], version=claim.version, by=world.cleo, at=TUESDAY)
    later = TUESDAY + timedelta(hours=1)
    new = attachments.attach(claim, None, "new.txt", io.BytesIO(b"new"), by=world.ann, at=later)

    answers = {claim.questions[0].id: "Here it is"}
    service.answer(claim, answers, version=claim.version, by=world.ann, at=later)

    owed = select(OutboxMessage.subject_id).where(OutboxMessage.kind == "erp.push_evidence")
    assert Counter(db.scalars(owed))[new.file_id] == 1
    assert promised(claim)["erp.push_evidence"] == 2


@pytest.mark.parametrize(
    ("verb", "refusal"),
    [
        (lambda claim, step: service.ask(claim, ["", ""], **step), service.NothingAsked),
        (lambda claim, step: service.dispute(claim, "", **step), service.WordsMissing),
    ],
)
def test_words_are_needed_where_somebody_must_understand(
    world: World, verb: Any, refusal: type[Refusal]
) -> None:
    claim = filed(world, 1)

    with pytest.raises(refusal):
        verb(claim, {"version": claim.version, "by": world.cleo, "at": TUESDAY})


def test_an_old_page_is_told_who_was_faster(world: World) -> None:
    claim = filed(world, 1)
    seen = claim.version
    service.take(claim, version=seen, by=world.cleo, at=TUESDAY)

    with pytest.raises(SomebodyWasFaster, match="Cleo") as refused:
        service.cancel(claim, version=seen, by=world.ann, at=TUESDAY)

    assert refused.value.values["when"] == TUESDAY
    assert claim.state is ClaimState.VERIFICATION


def test_a_claim_is_disputed_and_carried_out_once_more(world: World) -> None:
    claim = brought_to(world, ClaimState.RESOLVED)

    service.dispute(claim, "Still broken", version=claim.version, by=world.ann, at=TUESDAY)

    assert claim.state is ClaimState.EXECUTION
    assert claim.resolved_at is None
    assert promised(claim)["work.open"] == 2
    assert events(claim)[-1].facts == {"reason": "Still broken"}


def test_the_erp_hears_of_every_change_that_concerns_it_in_order(world: World) -> None:
    claim = brought_to(world, ClaimState.CLOSED)

    queue = select(OutboxMessage).where(OutboxMessage.kind.startswith("erp."))
    messages = list(db.scalars(queue.order_by(OutboxMessage.id)))
    assert {message.queue for message in messages} == {f"erp/{claim.id}"}
    assert claim.revision == promised(claim)["erp.push_claim"] == 4


def test_history_tells_everything_and_cannot_be_rewritten(world: World) -> None:
    claim = brought_to(world, ClaimState.CLOSED)
    db.commit()
    story = [(event.action, event.actor_name, event.version) for event in events(claim)]

    assert story == [
        (Action.SUBMIT, "Ann", 2),
        (Action.ACCEPT, "Cleo", 3),
        (Action.ROUTE, "", 4),
        (Action.RESOLVE, "", 5),
        (Action.CONFIRM, "Ann", 6),
    ]
    for query in (update(ClaimEvent).values(actor_name="Somebody else"), delete(ClaimEvent)):
        with pytest.raises(DBAPIError), db.begin_nested():
            db.execute(query)


def test_a_worker_does_not_file_claims(world: World) -> None:
    claim = world.draft()

    with pytest.raises(NotAllowed):
        service.file_claim(claim, by=world.dora, at=MONDAY)

    assert world.dora.role is Role.DEPARTMENT_WORKER
