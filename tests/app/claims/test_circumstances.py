"""Circumstances that change a period of law: noted by people, counted from the same demand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.accounts.models import Dealer
from app.claims import service, timing
from app.claims.circumstances import (
    AgreedTooLate,
    CircumstanceChangesNothing,
    CircumstanceDayWrong,
    CircumstanceIncomplete,
    Note,
    PeriodIsOver,
    note_circumstance,
    possible_circumstances,
    withdraw_circumstance,
)
from app.claims.clock_models import ClockState, StopReason
from app.claims.law_changes import follow_demand
from app.claims.models import Claim
from app.claims.rules import CustomerKind
from app.core.db import db
from app.core.errors import NotAllowed, Refusal
from app.deadlines.circumstances import Circumstance
from app.vocabulary import Remedy
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

DEMANDED = date(2026, 11, 13)
TODAY = MONDAY.date()


def consumers(world: World, demand: Remedy, country: str = "RU") -> Claim:
    """File a claim of a consumer who complained on Friday; a paper is attached to it."""
    db.execute(update(Dealer).where(Dealer.id == world.dealer.id).values(country=country))
    db.expire_all()
    claim = world.draft()
    claim.lines[0].demand = demand
    claim.customer_kind = CustomerKind.CONSUMER
    claim.demand_presented_on = DEMANDED
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    return claim


def note(
    world: World, claim: Claim, kind: Circumstance, at: datetime = MONDAY, **facts: Any
) -> None:
    facts = {"since_on": TODAY} | facts
    noted = Note(claim.lines[0].id, kind, **facts)
    note_circumstance(claim, noted, version=claim.version, by=world.ann, at=at)
    db.flush()


def law_of(claim: Claim) -> dict[str, tuple[date, date]]:
    """Return the running rules of law with the day they count from and their counted last day."""
    return {
        clock.rule_code: (clock.trigger_on, clock.raw_on)
        for clock in timing.running_clocks(claim)
        if clock.rule_code
    }


def paper(world: World, claim: Claim) -> int:
    """Attach a paper and return its id; what it says is not noted yet."""
    world.agree(claim, TODAY)
    [file] = claim.files
    kinds = timing.circumstances_of(claim)[claim.lines[0].id]
    db.delete(kinds[Circumstance.WRITTEN_AGREEMENT])
    db.flush()
    return file.id


def test_a_quality_check_gives_twenty_days_from_the_same_demand(world: World) -> None:
    claim = consumers(world, Remedy.REPLACEMENT)
    assert law_of(claim)["RU-C-02"] == (DEMANDED, date(2026, 11, 20))

    note(world, claim, Circumstance.QUALITY_CHECK)

    assert "RU-C-02" not in law_of(claim)
    assert law_of(claim)["RU-C-03"] == (DEMANDED, date(2026, 12, 3))
    [usual] = [clock for clock in timing.clocks_of(claim) if clock.rule_code == "RU-C-02"]
    assert (usual.state, usual.stop_reason) == (ClockState.STOPPED, StopReason.OTHER_PERIOD)


def test_what_is_not_in_stock_is_replaced_within_a_month_checked_or_not(world: World) -> None:
    claim = consumers(world, Remedy.REPLACEMENT)

    note(world, claim, Circumstance.QUALITY_CHECK)
    note(world, claim, Circumstance.NOT_IN_STOCK)

    assert law_of(claim).keys() & {"RU-C-02", "RU-C-03", "RU-C-04"} == {"RU-C-04"}
    assert law_of(claim)["RU-C-04"] == (DEMANDED, date(2026, 12, 13))


def test_a_repair_has_forty_five_days_only_with_a_written_agreement(world: World) -> None:
    claim = consumers(world, Remedy.REPAIR)
    assert law_of(claim) == {"RU-C-11": (DEMANDED, date(2026, 12, 3))}

    file_id = paper(world, claim)
    note(
        world, claim, Circumstance.WRITTEN_AGREEMENT,
        until_on=date(2026, 12, 18), file_id=file_id,
    )  # fmt: skip
    assert law_of(claim) == {"RU-C-05": (DEMANDED, date(2026, 12, 18))}

    note(
        world, claim, Circumstance.WRITTEN_AGREEMENT,
        until_on=date(2026, 12, 28), file_id=file_id,
    )  # fmt: skip
    assert law_of(claim) == {"RU-C-05": (DEMANDED, date(2026, 12, 28))}


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"until_on": date(2026, 12, 29)}, AgreedTooLate),
        ({"until_on": date(2026, 11, 15)}, AgreedTooLate),
        ({}, CircumstanceIncomplete),
        ({"until_on": date(2026, 12, 18), "file_id": -1}, CircumstanceIncomplete),
        ({"until_on": date(2026, 12, 18), "since_on": None}, CircumstanceIncomplete),
        ({"until_on": date(2026, 12, 18), "since_on": date(2026, 11, 12)}, CircumstanceDayWrong),
        ({"until_on": date(2026, 12, 18), "since_on": date(2026, 11, 17)}, CircumstanceDayWrong),
    ],
)
def test_an_agreement_needs_its_paper_and_a_day_that_the_law_allows(
    world: World, facts: dict[str, Any], refusal: type[Refusal]
) -> None:
    claim = consumers(world, Remedy.REPAIR)
    facts = {"file_id": paper(world, claim)} | facts

    with pytest.raises(refusal):
        note(world, claim, Circumstance.WRITTEN_AGREEMENT, **facts)

    assert law_of(claim).keys() == {"RU-C-11"}


def test_what_begins_after_the_usual_period_prolongs_nothing(world: World) -> None:
    """Seven days from Friday, 13 November end on the 20th."""
    claim = consumers(world, Remedy.REPLACEMENT)
    late = datetime(2026, 11, 23, 6, tzinfo=UTC)

    with pytest.raises(PeriodIsOver):
        note(world, claim, Circumstance.QUALITY_CHECK, at=late, since_on=late.date())
    note(world, claim, Circumstance.QUALITY_CHECK, at=late, since_on=date(2026, 11, 20))

    assert law_of(claim)["RU-C-03"] == (DEMANDED, date(2026, 12, 3))


def test_a_built_in_appliance_has_thirty_days_in_poland(world: World) -> None:
    claim = consumers(world, Remedy.REPAIR, "PL")
    answer = law_of(claim)["PL-C-01"]
    assert law_of(claim)["PL-C-02"] == (DEMANDED, date(2026, 11, 27))

    note(world, claim, Circumstance.BUILT_IN, since_on=None)

    assert law_of(claim) == {
        "PL-C-01": answer, "PL-C-06": (DEMANDED, date(2026, 12, 13))
    }  # fmt: skip


def test_an_expert_opinion_runs_inside_the_period_of_the_demand(world: World) -> None:
    claim = consumers(world, Remedy.REFUND)

    note(world, claim, Circumstance.EXPERT_OPINION)

    assert law_of(claim)["RU-C-07"] == law_of(claim)["RU-C-01"]


def test_what_was_noted_by_mistake_is_taken_back(world: World) -> None:
    claim = consumers(world, Remedy.REPLACEMENT)
    before = law_of(claim)
    note(world, claim, Circumstance.QUALITY_CHECK)
    kind = Circumstance.QUALITY_CHECK
    step: dict[str, Any] = {"by": world.ann, "at": MONDAY}

    withdraw_circumstance(claim, claim.lines[0].id, kind, version=claim.version, **step)
    db.flush()

    assert law_of(claim) == before
    with pytest.raises(NotAllowed):
        withdraw_circumstance(claim, claim.lines[0].id, kind, version=claim.version, **step)


def test_a_circumstance_counts_from_the_changed_demand(world: World) -> None:
    claim = consumers(world, Remedy.REPAIR)
    follow_demand(claim, claim.lines[0], Remedy.REPLACEMENT, presented_on=TODAY, at=MONDAY)
    claim.lines[0].demand = Remedy.REPLACEMENT

    note(world, claim, Circumstance.QUALITY_CHECK)

    assert law_of(claim)["RU-C-03"] == (TODAY, TODAY + timedelta(days=20))


def test_only_what_the_law_of_the_case_asks_for_can_be_noted(world: World) -> None:
    claim = consumers(world, Remedy.REFUND)
    own = world.filed()

    assert [one.kind for one in possible_circumstances(claim, at=MONDAY)] == [
        Circumstance.EXPERT_OPINION
    ]
    assert possible_circumstances(own, at=MONDAY) == []
    with pytest.raises(CircumstanceChangesNothing):
        note(world, own, Circumstance.QUALITY_CHECK)


def test_whoever_decides_is_led_to_the_circumstances_where_a_period_depends_on_one(
    world: World, sign_in: SignIn
) -> None:
    consumer, own = consumers(world, Remedy.REPAIR), world.filed()
    manager = sign_in(world.cleo)

    link = f"/claims/{consumer.id}/circumstances"
    assert link in manager.get(f"/claims/{consumer.id}/decide").text
    assert "/circumstances" not in manager.get(f"/claims/{own.id}/decide").text


def test_dealer_and_manager_note_it_on_a_page_and_others_do_not_find_it(
    world: World, sign_in: SignIn
) -> None:
    claim = consumers(world, Remedy.REPLACEMENT)
    line, version, url = claim.lines[0].id, claim.version, f"/claims/{claim.id}"
    client = sign_in(world.ann)
    assert "Note a circumstance" in client.get(url).text
    assert "Quality check required" in client.get(f"{url}/circumstances").text

    key = f"{line}/quality_check"
    client.post(
        f"{url}/circumstances", data={"version": version, "key": key, "since_on": "2026-11-16"}
    )

    page = client.get(url).text
    assert "Replacement after a check of the quality" in page
    assert "line 1: Quality check required" in page
    client.post(f"{url}/circumstances", data={"version": version + 1, "key": key, "withdraw": "1"})
    assert "withdrawn" in client.get(url).text
    assert sign_in(world.ben).get(f"{url}/circumstances").status_code == 404
