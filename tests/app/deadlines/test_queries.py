from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Dealer, Plant
from app.deadlines.models import Lane, PromiseBuffer, Site, SiteKind, SiteOverride, StageNorm
from app.deadlines.offices import plant_office
from app.deadlines.queries import (
    NoLane,
    NoNorm,
    NoSite,
    Promise,
    network_for,
    promise_in,
)
from app.deadlines.rules import TransitUnit
from app.deadlines.sla import USUAL_POLICIES, Scope, SlaClock, due_day, pick_policy
from app.deadlines.stages import USUAL_NORMS, Load
from app.deadlines.ways import ways_of
from app.vocabulary import Language, Remedy

# Thursday, 22 October 2026, noon in Chelyabinsk.
DECIDED = datetime(2026, 10, 22, 7, 0, tzinfo=UTC)
RETURNING = [Remedy.REPAIR, Remedy.REPLACEMENT]


@dataclass(frozen=True)
class Places:
    """The plant in Chelyabinsk and its dealer in Novosibirsk, four days apart."""

    session: scoped_session[Session]
    plant_id: int
    dealer_id: int
    plant_site_id: int
    dealer_site_id: int

    def promise(self, *remedies: Remedy, at: datetime = DECIDED) -> Promise:
        network = network_for(self.dealer_id, self.plant_id, at=at)
        wanted = ((remedy, "") for remedy in remedies)
        return promise_in(network, ways_of(self.dealer_id, self.plant_id, wanted), at=at)

    def close_plant(self, day: date) -> None:
        self.session.add(
            SiteOverride(
                site_id=self.plant_site_id,
                starts_on=day,
                ends_on=day,
                is_open=False,
                reason="inventory",
            )
        )
        self.session.flush()


@pytest.fixture
def places(session: scoped_session[Session]) -> Places:
    plant = _plant()
    dealer = _dealer(plant)
    session.add_all([plant, dealer])
    session.flush()
    home = _site("Asia/Yekaterinburg", kind=SiteKind.PLANT, plant_id=plant.id)
    away = _site("Asia/Novosibirsk", kind=SiteKind.DEALER, dealer_id=dealer.id)
    bank = _site("Europe/Moscow", kind=SiteKind.BANK, code="bank-RU", name="Bank")
    norms = [StageNorm(stage=stage, working_days=days) for stage, days in USUAL_NORMS.items()]
    session.add_all([home, away, bank, *norms, PromiseBuffer(working_days=2)])
    session.flush()
    session.add_all(
        [
            _lane(home, away, [1, 4]),
            _lane(away, home, [0, 3]),
            _lane_between(
                home.id,
                bank.id,
                [1, 3],
                load=Load.MONEY,
                mode="payment",
                transit_days=1,
                transit_unit=TransitUnit.WORKING_DAYS,
                carrier_id=bank.id,
            ),
        ]
    )
    session.flush()
    return Places(session, plant.id, dealer.id, home.id, away.id)


def answer_due(places: Places, filed_at: datetime, dealer_class: str = "") -> date:
    """Return the day of the decision by the usual policies."""
    case, office = Scope(dealer_class=dealer_class), plant_office(places.plant_id, filed_at)
    return due_day(pick_policy(USUAL_POLICIES, SlaClock.DECISION, case), office, filed_at)


@pytest.mark.parametrize(
    ("dealer_class", "due"), [("", date(2026, 11, 2)), ("VIP", date(2026, 10, 29))]
)
def test_the_answer_is_due_in_five_working_days_and_in_three_for_a_vip(
    places: Places, dealer_class: str, due: date
) -> None:
    filed_at = datetime(2026, 10, 26, 9, 0, tzinfo=UTC)

    assert answer_due(places, filed_at, dealer_class) == due


def test_a_claim_filed_after_the_cut_off_counts_from_the_next_working_day(places: Places) -> None:
    friday_evening = datetime(2026, 10, 23, 10, 30, tzinfo=UTC)

    assert answer_due(places, friday_evening) == date(2026, 11, 2)


def test_a_closed_plant_answers_a_day_later(places: Places) -> None:
    places.close_plant(date(2026, 10, 28))

    assert answer_due(places, datetime(2026, 10, 26, 9, 0, tzinfo=UTC)) == date(2026, 11, 3)


def test_a_repair_is_promised_with_both_ways_of_the_goods(places: Places) -> None:
    promise = places.promise(Remedy.REPAIR)

    assert (promise.earliest_on, promise.proposed_on) == (date(2026, 11, 18), date(2026, 11, 20))
    assert [(leg.stage, leg.departure, leg.arrival) for leg in promise.legs if leg.departure] == [
        ("inbound", date(2026, 10, 26), date(2026, 10, 30)),
        ("outbound", date(2026, 11, 13), date(2026, 11, 17)),
    ]


@pytest.mark.parametrize(
    ("remedy", "stages", "earliest"),
    [
        (
            Remedy.REPLACEMENT,
            ["dealer_pack", "inbound", "intake", "pick", "outbound", "handover"],
            date(2026, 11, 10),
        ),
        (Remedy.SPARE_PART, ["pick", "outbound", "handover"], date(2026, 10, 28)),
        (Remedy.REFUND, ["settlement", "payment"], date(2026, 10, 28)),
        (Remedy.PRICE_REDUCTION, ["settlement", "payment"], date(2026, 10, 28)),
        (Remedy.DOCUMENTS, ["documents"], date(2026, 10, 26)),
    ],
)
def test_every_remedy_takes_its_own_way(
    places: Places, remedy: Remedy, stages: list[str], earliest: date
) -> None:
    promise = places.promise(remedy)

    assert [leg.stage for leg in promise.legs] == stages
    assert promise.earliest_on == earliest


def test_money_leaves_with_the_payment_run_of_tuesday(places: Places) -> None:
    payment = places.promise(Remedy.REFUND).legs[-1]

    assert (payment.departure, payment.arrival) == (date(2026, 10, 27), date(2026, 10, 28))


def test_the_slowest_remedy_governs_the_promise(places: Places) -> None:
    assert places.promise(Remedy.REFUND, Remedy.REPAIR) == places.promise(Remedy.REPAIR)


def test_the_default_lane_is_taken_before_a_faster_one(places: Places) -> None:
    air = {"mode": "air", "transit_days": 1, "is_default": False}
    for origin, destination in (
        (places.plant_site_id, places.dealer_site_id),
        (places.dealer_site_id, places.plant_site_id),
    ):
        places.session.add(_lane_between(origin, destination, [0, 1, 2, 3, 4], **air))
    places.session.flush()

    assert places.promise(Remedy.REPAIR).earliest_on == date(2026, 11, 18)


@pytest.mark.parametrize("remedies", [RETURNING, [Remedy.SPARE_PART]])
def test_goods_without_a_lane_are_refused_naming_both_ends(
    places: Places, remedies: Collection[Remedy]
) -> None:
    places.session.execute(delete(Lane))

    with pytest.raises(NoLane) as refusal:
        places.promise(*remedies)

    assert "Огнеград" in str(refusal.value)
    assert "Сибирский очаг" in str(refusal.value)


def test_money_needs_no_lane(places: Places) -> None:
    places.session.execute(delete(Lane).where(Lane.load == Load.GOODS))

    assert places.promise(Remedy.REFUND).earliest_on == date(2026, 10, 28)


def test_a_dealer_without_a_calendar_is_refused_by_name(places: Places) -> None:
    places.session.execute(delete(Lane))
    places.session.execute(delete(Site).where(Site.id == places.dealer_site_id))

    with pytest.raises(NoSite, match="Сибирский очаг"):
        places.promise(Remedy.REFUND)


def test_a_stage_without_a_norm_is_refused_by_name(places: Places) -> None:
    places.session.execute(delete(StageNorm).where(StageNorm.stage == "diagnosis"))

    with pytest.raises(NoNorm, match="diagnosis"):
        places.promise(Remedy.REPAIR)


def _plant() -> Plant:
    return Plant(
        code="RU-CHE",
        name="ООО «Огнеград-Демо»",
        city="Челябинск",
        address="",
        country="RU",
        time_zone="Asia/Yekaterinburg",
        language=Language.RU,
        tax_id="0099000110",
        signer="",
        signer_basis="",
    )


def _dealer(plant: Plant) -> Dealer:
    return Dealer(
        ref=uuid4(),
        code="D01",
        name="ООО «Сибирский очаг»",
        tax_id="0099000487",
        country="RU",
        city="Новосибирск",
        address="",
        language=Language.RU,
        time_zone="Asia/Novosibirsk",
        plant=plant,
    )


def _site(zone: str, **owner: Any) -> Site:
    return Site(country="RU", time_zone=zone, weekdays=[0, 1, 2, 3, 4], cut_off=time(15), **owner)


def _lane(origin: Site, destination: Site, departures: list[int]) -> Lane:
    return _lane_between(origin.id, destination.id, departures)


def _lane_between(
    origin_id: int, destination_id: int, departures: list[int], **columns: Any
) -> Lane:
    facts = {"mode": "ltl", "transit_days": 4, "transit_unit": TransitUnit.CALENDAR_DAYS}
    return Lane(
        origin_id=origin_id,
        destination_id=destination_id,
        departures=departures,
        **(facts | columns),
    )
