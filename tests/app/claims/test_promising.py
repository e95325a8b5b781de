"""A promise in a claim's life: weighed at the decision, made anew with a reason, told to all."""

import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.accounts.models import Dealer
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.claims import service, timing
from app.claims.clock_models import ClaimPromise
from app.claims.demands import DemandDayWrong, DemandUnchanged, change_demand
from app.claims.models import Claim, ClaimEvent, ClaimFile
from app.claims.promise_rules import (
    AgreementMissing,
    NoDayWithinLaw,
    PromiseTooEarly,
    ReasonForLatePromiseMissing,
    ReasonForPromiseMissing,
    ReceiverIsClosed,
    Wish,
)
from app.claims.promising import (
    PromiseInThePast,
    PromiseUnchanged,
    promises_of,
    revise_promise,
    weigh_promise,
)
from app.claims.rules import CustomerKind
from app.claims.service import LineDecision
from app.core.clock import now
from app.core.db import db
from app.core.errors import NotAllowed, Refusal
from app.deadlines.models import Site, SiteOverride
from app.files.service import take_in
from app.notifications.service import keepers
from app.outbox.models import OutboxMessage
from app.paperwork import service as paperwork
from app.paperwork.models import Act
from app.vocabulary import Remedy, Role
from app.work import service as work
from app.work.following import follow_claim
from app.work.models import WorkOrder
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, SOME, World, new_person

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def head(world: World) -> User:
    person = new_person("hanna", Role.HEAD_OF_CLAIMS)
    db.add(person)
    db.commit()
    return as_user(person)


def consumers(world: World, demand: Remedy, presented_on: date, country: str = "RU") -> Claim:
    db.execute(update(Dealer).where(Dealer.id == world.dealer.id).values(country=country))
    db.expire_all()
    claim = world.draft()
    claim.lines[0].demand = demand
    claim.lines[0].demand_per_cent = SOME if demand is Remedy.PRICE_REDUCTION else None
    claim.customer_kind = CustomerKind.CONSUMER
    claim.demand_presented_on = presented_on
    if (country, demand) == ("RU", Remedy.REPAIR):
        world.agree(claim, presented_on + timedelta(days=45))
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    return claim


def decide(claim: Claim, by: User, **wish: Any) -> None:
    decisions = [
        LineDecision(line.id, line.quantity, line.demand, None, "") for line in claim.lines
    ]
    wish = {"promise_on": None} | wish
    service.decide(claim, decisions, version=claim.version, by=by, at=MONDAY, **wish)


def agreement(world: World, claim: Claim) -> int:
    """Attach the customer's signed paper to a claim."""
    paper = io.BytesIO(b"The customer agrees")
    file = take_in("agreed.txt", paper, dealer_id=claim.dealer_id, by=world.ann.id, at=MONDAY)
    kept = ClaimFile(file_id=file.id, added_by=world.ann.id, added_at=MONDAY)
    kept.file = file
    claim.files.append(kept)
    db.flush()
    return kept.id


def close_dealer(world: World, day: date) -> None:
    site_id = db.scalars(select(Site.id).filter_by(dealer_id=world.dealer.id)).one()
    closure = {"starts_on": day, "ends_on": day, "is_open": False, "reason": "closed"}
    db.add(SiteOverride(site_id=site_id, **closure))
    db.flush()


def working_day_of_next_october() -> date:
    """Return a Wednesday of the next year that is no holiday anywhere."""
    twelfth = date(now().year + 1, 10, 12)
    return twelfth + timedelta(days=(2 - twelfth.weekday()) % 7)


def owed(claim: Claim) -> Counter[str]:
    query = select(OutboxMessage.kind).where(OutboxMessage.claim_id == claim.id)
    return Counter(db.scalars(query))


def test_a_decision_keeps_the_first_version_of_its_promise(world: World) -> None:
    claim = consumers(world, Remedy.REPAIR, date(2026, 11, 13))

    decide(claim, world.cleo)

    [first] = promises_of(claim)
    assert (first.number, first.promise_on, first.earliest_on) == (
        1, claim.promise_on, claim.earliest_on
    )  # fmt: skip
    assert (first.safe_on, first.legal_on, first.author_name) == (
        date(2026, 12, 28), date(2026, 12, 28), "Cleo"
    )  # fmt: skip


def test_a_consumers_refund_that_cannot_be_in_time_is_the_heads_to_promise(
    world: World, head: User
) -> None:
    """E11: ten days from 6 November end on the 16th, no payment run is left before that."""
    claim = consumers(world, Remedy.REFUND, date(2026, 11, 6))
    version = claim.version

    with pytest.raises(NoDayWithinLaw):
        decide(claim, world.cleo)
    assert (claim.version, promises_of(claim)) == (version, [])
    decide(claim, head, promise_reason="The next payment run; the dealer pays at once")

    [promise] = promises_of(claim)
    assert promise.legal_on == date(2026, 11, 16)
    assert promise.promise_on > promise.legal_on


def test_a_dealer_needs_a_day_to_hand_over_money_that_is_owed_by_the_dealer(world: World) -> None:
    """The Czech seller is the one who owes; nothing in the way of money reaches the customer."""
    claim = consumers(world, Remedy.REPLACEMENT, date(2026, 11, 16), country="CZ")
    [line] = claim.lines

    goods = weigh_promise(claim, {line.id: Remedy.REPLACEMENT}, at=MONDAY).days
    money = weigh_promise(claim, {line.id: Remedy.REFUND}, at=MONDAY).days

    assert goods.safe == date(2026, 12, 16)
    assert money.safe == date(2026, 12, 15)


def test_the_reserve_is_kept_where_the_dealer_is_closed_on_the_safe_day(world: World) -> None:
    """Poland, 14 days from 4 November 2026 end on the 18th; the dealer is closed on that day."""
    claim = consumers(world, Remedy.PRICE_REDUCTION, date(2026, 11, 4), country="PL")
    [line] = claim.lines
    close_dealer(world, date(2026, 11, 18))

    days = weigh_promise(claim, {line.id: Remedy.PRICE_REDUCTION}, at=MONDAY).days

    assert days.safe == date(2026, 11, 16)


def test_no_promise_falls_on_a_day_on_which_the_dealer_is_closed(world: World, head: User) -> None:
    claim = world.filed()
    [line] = claim.lines
    proposed = weigh_promise(
        claim, {line.id: line.demand or Remedy.REPAIR}, at=MONDAY
    ).days.proposed
    close_dealer(world, proposed)

    with pytest.raises(ReceiverIsClosed):
        decide(claim, head, promise_on=proposed, promise_reason="Because")
    decide(claim, world.cleo)
    assert claim.promise_on is not None
    assert claim.promise_on > proposed
    close_dealer(world, date(2027, 2, 8))
    with pytest.raises(ReceiverIsClosed):
        revise_promise(
            claim,
            Wish(date(2027, 2, 8), "Another part"),
            version=claim.version,
            by=head,
            at=MONDAY,
        )


def test_a_promise_half_a_year_late_needs_a_reason(world: World) -> None:
    claim = world.filed()

    with pytest.raises(ReasonForLatePromiseMissing):
        decide(claim, world.cleo, promise_on=date(2027, 5, 18))
    decide(claim, world.cleo, promise_on=date(2027, 5, 18), promise_reason="The part is made anew")

    assert claim.promise_on == date(2027, 5, 18)


def test_beyond_the_czech_term_a_signed_agreement_and_the_head_are_needed(
    world: World, head: User
) -> None:
    claim = consumers(world, Remedy.REPAIR, date(2026, 11, 16), country="CZ")
    late = date(2027, 1, 20)

    with pytest.raises(AgreementMissing, match="2026-12-16"):
        decide(claim, head, promise_on=late)
    with pytest.raises(Refusal):
        decide(claim, head, promise_on=late, agreement_id=10**6)
    decide(
        claim,
        head,
        promise_on=late,
        promise_reason="The customer agrees",
        agreement_id=agreement(world, claim),
    )

    assert claim.promise_on == late
    assert promises_of(claim)[0].agreement is not None


def test_an_earlier_day_than_possible_is_the_heads_with_a_reason(world: World, head: User) -> None:
    claim = world.filed()

    with pytest.raises(PromiseTooEarly):
        decide(claim, world.cleo, promise_on=date(2026, 11, 17), promise_reason="Hurry")
    decide(claim, head, promise_on=date(2026, 11, 17), promise_reason="It stands in the shop")

    assert claim.promise_reason == "It stands in the shop"


def test_another_day_is_a_version_with_a_reason_that_everybody_is_told(world: World) -> None:
    claim = world.filed()
    decide(claim, world.cleo)
    before, revision = claim.promise_on, claim.decision_revision
    assert before is not None
    paperwork.issue_decided(claim.id, at=MONDAY)
    work.open_orders(claim.id, at=MONDAY)
    later, count = before + timedelta(days=7), owed(claim)

    revise_promise(
        claim, Wish(later, "The part is late"), version=claim.version, by=world.cleo, at=TUESDAY
    )

    assert [one.promise_on for one in promises_of(claim)] == [before, later]
    assert claim.promise_on == later
    assert claim.decision_revision == revision + 1
    assert owed(claim) - count == {
        "erp.push_claim": 1, "erp.push_decision": 1, "act.issue_decided": 1,
        "mail.promise_revised": 1, "work.follow": 1, "forecast.renew": 1,
    }  # fmt: skip
    query = select(ClaimEvent).filter_by(claim_id=claim.id).order_by(ClaimEvent.version.desc())
    assert db.scalars(query).first().facts == {  # type: ignore[union-attr]
        "promise_on": str(later), "was": str(before), "reason": "The part is late"
    }  # fmt: skip
    [remedy] = [one for one in timing.running_clocks(claim) if one.sla]
    assert remedy.legal_on == later


def test_the_acts_next_revision_and_the_work_orders_follow_the_new_promise(world: World) -> None:
    claim = world.filed()
    decide(claim, world.cleo)
    paperwork.issue_decided(claim.id, at=MONDAY)
    work.open_orders(claim.id, at=MONDAY)
    [before] = db.scalars(select(WorkOrder.due_on))
    later = date(2027, 2, 1)

    revise_promise(claim, Wish(later, "Late"), version=claim.version, by=world.cleo, at=TUESDAY)
    paperwork.issue_decided(claim.id, at=TUESDAY)
    paperwork.issue_decided(claim.id, at=TUESDAY)
    follow_claim(claim.id, at=MONDAY)

    acts = db.execute(select(Act.revision, Act.number).order_by(Act.revision)).all()
    assert [act.revision for act in acts] == [2, 3]
    assert len({act.number for act in acts}) == 1
    [due] = db.scalars(select(WorkOrder.due_on))
    assert before < due < later  # the work of a department ends before the goods are back


def test_the_dealer_reads_the_new_day_and_the_reason(world: World) -> None:
    claim = world.filed()
    decide(claim, world.cleo)
    revise_promise(
        claim, Wish(date(2027, 2, 1), "The part is late"), version=claim.version, by=world.cleo,
        at=TUESDAY,
    )  # fmt: skip

    post = keepers("https://claims.example")["mail.promise_revised"].prepare(claim.id, "mail")
    [(_, letter)] = post.letters

    assert letter.to == "ann@example.test"
    assert "1 February 2027" in letter.text
    assert "The part is late" in letter.text


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (Wish(None, "Late"), PromiseInThePast),
        (Wish(date(2026, 11, 16), "Late"), PromiseInThePast),
        (Wish(date(2027, 2, 1), ""), ReasonForPromiseMissing),
        (Wish(date(2026, 11, 18), "Sooner"), PromiseTooEarly),
    ],
)
def test_a_new_promise_that_makes_no_sense_is_refused_and_changes_nothing(
    world: World, wish: Wish, refusal: type[Refusal]
) -> None:
    claim = world.filed()
    decide(claim, world.cleo)
    before = (claim.promise_on, claim.version)

    with pytest.raises(refusal):
        revise_promise(claim, wish, version=claim.version, by=world.cleo, at=TUESDAY)

    assert (claim.promise_on, claim.version) == before
    assert len(promises_of(claim)) == 1


def test_the_same_day_is_no_new_promise(world: World) -> None:
    claim = world.filed()
    decide(claim, world.cleo)

    with pytest.raises(PromiseUnchanged):
        revise_promise(
            claim, Wish(claim.promise_on, "Again"), version=claim.version, by=world.cleo, at=TUESDAY
        )


def test_a_promise_is_versioned_once_for_each_number(world: World) -> None:
    claim = world.filed()
    decide(claim, world.cleo)

    assert db.scalars(select(ClaimPromise.number)).all() == [1]


def test_a_manager_promises_another_day_on_its_page(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    decide(claim, world.cleo)
    db.commit()
    client, place = sign_in(world.cleo), f"/claims/{claim.id}/promise"

    assert "Promise another day" in client.get(f"/claims/{claim.id}").text
    refused = client.post(
        place,
        data={"version": claim.version, "promise_on": "2026-11-17", "promise_reason": "Sooner"},
    )
    assert refused.status_code == 422
    assert "Sooner" in refused.text
    data = {"version": claim.version, "promise_reason": "Part is late"}
    client.post(place, data=data | {"promise_on": str(working_day_of_next_october())})

    page = client.get(f"/claims/{claim.id}").text
    assert "Earlier promises" in page
    assert "Part is late" in page
    assert sign_in(world.ann).get(place).status_code in (403, 404)


def test_the_decision_page_shows_the_safe_and_the_legal_day(world: World, sign_in: SignIn) -> None:
    claim = consumers(world, Remedy.REPAIR, date(2026, 11, 13))

    page = sign_in(world.cleo).get(f"/claims/{claim.id}/decide").text

    assert "Internal deadline" in page
    assert "Statutory deadline" in page
    assert "RU-C-05" in page


def test_who_decides_or_promises_is_told_that_a_year_rests_on_a_guess(
    world: World, sign_in: SignIn
) -> None:
    claim, promised = world.filed(), world.filed()
    decide(promised, world.cleo)
    promised.promise_on = date(2030, 2, 1)
    db.commit()
    [line] = claim.lines
    client = sign_in(world.cleo)
    words = "Russia, 2030: the decree on transferred working days has not been imported"
    chosen = {f"line-{line.id}-accepted": "1", f"line-{line.id}-remedy": "repair"}

    near = client.get(f"/claims/{claim.id}/plan", query_string=chosen).text
    far = client.get(
        f"/claims/{claim.id}/plan", query_string={**chosen, "promise_on": "2030-02-01"}
    ).text
    assert words not in near
    assert words in far
    assert words in client.get(f"/claims/{promised.id}/promise").text
    assert words in client.get(f"/claims/{promised.id}").text


def test_a_changed_demand_has_its_own_deadline_and_its_own_act(world: World) -> None:
    claim = consumers(world, Remedy.REPAIR, date(2026, 11, 10))
    [line] = claim.lines

    change_demand(
        claim, line.id, Remedy.REFUND, presented_on=date(2026, 11, 16),
        version=claim.version, by=world.cleo, at=MONDAY,
    )  # fmt: skip

    law = [one for one in timing.clocks_of(claim) if one.rule_code]
    assert [(one.rule_code, one.is_running) for one in law] == [
        ("RU-C-05", False), ("RU-C-01", True)
    ]  # fmt: skip
    assert owed(claim)["act.issue_filed"] == 2


def test_a_dealers_changed_demand_counts_from_the_plants_day_like_one_that_is_filed(
    world: World,
) -> None:
    """At two in the morning of 24 October in Vladivostok the plant still has the 23rd."""
    world.dealer.time_zone = "Asia/Vladivostok"
    db.commit()
    night = datetime(2026, 10, 23, 16, tzinfo=UTC)
    claim = world.filed(at=night - timedelta(days=3))
    [line] = claim.lines

    change_demand(
        claim, line.id, Remedy.REFUND, presented_on=date(2026, 10, 24),
        version=claim.version, by=world.cleo, at=night,
    )  # fmt: skip
    filed = world.filed(world.shipped(), at=night, demand=Remedy.REFUND)

    changed_clock, filed_clock = (
        next(clock for clock in timing.clocks_of(one) if clock.rule_code == "RU-B-03")
        for one in (claim, filed)
    )
    assert changed_clock.trigger_on == filed_clock.trigger_on == date(2026, 10, 23)
    assert changed_clock.legal_on == filed_clock.legal_on


@pytest.mark.parametrize(
    ("demand", "day", "refusal"),
    [
        (Remedy.REPAIR, date(2026, 11, 16), DemandUnchanged),
        (Remedy.REFUND, date(2026, 11, 9), DemandDayWrong),
        (Remedy.REFUND, date(2026, 11, 17), DemandDayWrong),
    ],
)
def test_a_change_of_the_demand_that_cannot_be_is_refused(
    world: World, demand: Remedy, day: date, refusal: type[Refusal]
) -> None:
    claim = consumers(world, Remedy.REPAIR, date(2026, 11, 10))

    with pytest.raises(refusal):
        change_demand(
            claim, claim.lines[0].id, demand, presented_on=day,
            version=claim.version, by=world.cleo, at=MONDAY,
        )  # fmt: skip


def test_a_line_of_another_claim_is_nobodys_to_change(world: World) -> None:
    claim, other = world.filed(), world.filed()

    with pytest.raises(NotAllowed):
        change_demand(
            claim, other.lines[0].id, Remedy.REFUND, presented_on=MONDAY.date(),
            version=claim.version, by=world.cleo, at=MONDAY,
        )  # fmt: skip
