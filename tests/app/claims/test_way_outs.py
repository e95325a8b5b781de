"""Ways out at the decision: listed when the usual way is too late, chosen, kept and forecast."""

import re
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.claims import service
from app.claims.forecast_models import Cause, ClaimForecast
from app.claims.models import Claim
from app.claims.promising import Weighed, weigh_promise
from app.claims.way_outs import way_outs
from app.core.db import db
from app.deadlines.models import Lane
from app.deadlines.options import Option
from app.deadlines.stages import Load, OptionKind, Stage
from app.deadlines.ways import USUAL, WayChoice
from app.schedule.renewal import renew
from app.vocabulary import Remedy
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

BY_AIR = WayChoice(modes=((Stage.INBOUND, "air"), (Stage.OUTBOUND, "air")))
SOON, LATE = date(2026, 11, 27), date(2027, 3, 1)


@pytest.fixture
def claim(world: World) -> Claim:
    """A repair whose goods may go by air both ways, as the lanes of this dealer allow."""
    for lane in db.scalars(select(Lane).where(Lane.load == Load.GOODS)).all():
        db.add(
            Lane(
                origin_id=lane.origin_id,
                destination_id=lane.destination_id,
                mode="air",
                departures=[0, 1, 2, 3, 4],
                transit_days=1,
                transit_unit=lane.transit_unit,
                is_default=False,
                cost=Decimal(14500),
                currency="RUB",
            )
        )
    db.flush()
    for lane in db.scalars(select(Lane).where(Lane.mode == "ltl")).all():
        lane.is_default = True
    db.commit()
    return world.filed()


def weighed(claim: Claim, choice: WayChoice = USUAL, remedy: Remedy = Remedy.REPAIR) -> Weighed:
    return weigh_promise(claim, dict.fromkeys(ids(claim), remedy), at=MONDAY, choice=choice)


def found(claim: Claim, wished: date | None) -> list[Option]:
    remedies = dict.fromkeys(ids(claim), Remedy.REPAIR)
    return way_outs(claim, weighed(claim), remedies, wished=wished)


def ids(claim: Claim) -> list[UUID]:
    return [line.id for line in claim.lines]


def test_a_way_that_is_in_time_needs_no_way_out(claim: Claim) -> None:
    assert found(claim, LATE) == []
    assert found(claim, SOON) != []


def test_each_way_out_is_planned_as_it_would_be_after_choosing_it(claim: Claim) -> None:
    usual = weighed(claim).days.earliest

    for option in found(claim, SOON):
        remedy = option.instead[1] if option.instead else Remedy.REPAIR
        then = weighed(claim, option.choice, remedy)
        assert option.earliest == then.days.earliest < usual
        assert option.slack == (SOON - option.earliest).days


def test_the_ways_out_of_a_repair_are_those_that_lanes_and_norms_allow(claim: Claim) -> None:
    kinds = [option.kind for option in found(claim, SOON)]

    assert set(kinds) == {
        OptionKind.OTHER_LANE, OptionKind.ADVANCE_REPLACEMENT, OptionKind.STOCK_SWAP,
        OptionKind.REFUND,
    }  # fmt: skip
    assert OptionKind.ON_SITE_REPAIR not in kinds  # no technician travels to this dealer


def test_a_way_out_costs_what_its_lanes_cost(claim: Claim) -> None:
    by_air = {option.choice.modes: option.costs for option in found(claim, SOON)}

    assert by_air[BY_AIR.modes] == (("RUB", Decimal(29000)),)
    assert by_air[BY_AIR.modes[:1]] == (("RUB", Decimal(14500)),)


def test_a_replacement_in_advance_is_a_replacement_without_waiting_for_the_return(
    claim: Claim,
) -> None:
    option = next(one for one in found(claim, SOON) if one.kind is OptionKind.ADVANCE_REPLACEMENT)

    assert option.instead == (Remedy.REPAIR, Remedy.REPLACEMENT)
    stages = [leg.stage for leg in weighed(claim, option.choice, Remedy.REPLACEMENT).plan.legs]
    assert stages == [Stage.PICK, Stage.OUTBOUND, Stage.HANDOVER]


def test_a_choice_that_no_longer_fits_the_remedy_falls_away(claim: Claim) -> None:
    advance = WayChoice(OptionKind.ADVANCE_REPLACEMENT)

    assert weighed(claim, advance, Remedy.REPAIR).choice == USUAL
    assert weighed(claim, advance, Remedy.REPLACEMENT).choice == advance


def test_the_chosen_way_is_kept_and_the_forecast_goes_it(world: World, claim: Claim) -> None:
    usual, by_air = weighed(claim).days.earliest, weighed(claim, BY_AIR).days.earliest
    decisions = [
        service.LineDecision(line.id, line.quantity, Remedy.REPAIR, None, "")
        for line in claim.lines
    ]

    service.decide(
        claim, decisions, promise_on=None, choice=BY_AIR, version=claim.version, by=world.cleo,
        at=MONDAY,
    )  # fmt: skip
    db.commit()
    renew(Cause.EVENT, at=MONDAY)

    assert by_air < usual
    assert claim.earliest_on == by_air
    assert WayChoice.from_dict(claim.way_choice) == BY_AIR
    forecast = db.get_one(ClaimForecast, claim.id)
    assert forecast.finish_on == by_air
    assert [leg["forecast"] for leg in forecast.legs] == claim.logistics


def test_a_claim_that_goes_the_usual_way_keeps_no_choice(world: World, claim: Claim) -> None:
    world.accepted(claim)

    assert claim.way_choice is None


def test_a_manager_chooses_a_way_out_and_decides_with_it(
    world: World, claim: Claim, sign_in: SignIn
) -> None:
    """Without scripts: the button sends the form, the page comes back with the option in it."""
    data, claim_id, [line_id] = form_of(claim), claim.id, ids(claim)
    client, place = sign_in(world.cleo), f"/claims/{claim_id}/decide"
    assert "Faster ways" not in plan_of(client, claim_id, data | {"promise_on": "2027-01-20"})
    data["promise_on"] = SOON.isoformat()

    offered = plan_of(client, claim_id, data)
    [key] = re.findall(r'value="(advance_replacement [^"]*)"', offered)[:1]
    chosen = client.post(place, data=data | {"option": key}).text

    assert db.get_one(Claim, claim_id).decided_at is None
    assert 'name="way-kind" value="advance_replacement"' in chosen
    assert '<option selected value="replacement">' in chosen
    data |= {f"line-{line_id}-remedy": "replacement", "way-kind": "advance_replacement"}
    assert client.post(place, data=data | {"promise_on": ""}).status_code == 303
    decided = db.get_one(Claim, claim_id)
    assert WayChoice.from_dict(decided.way_choice) == WayChoice(OptionKind.ADVANCE_REPLACEMENT)
    assert [leg["stage"] for leg in decided.logistics] == ["pick", "outbound", "handover"]


def test_the_lane_beside_the_axis_moves_the_earliest_day(
    world: World, claim: Claim, sign_in: SignIn
) -> None:
    claim_id, data = claim.id, form_of(claim)
    client = sign_in(world.cleo)

    usual = plan_of(client, claim_id, data)
    by_air = plan_of(client, claim_id, data | {"lane-inbound": "air", "lane-outbound": "air"})

    assert '<option value="air" >By air</option>' in usual
    assert by_air.count('<option value="air" selected>') == 2
    assert usual.partition("<dl")[2] != by_air.partition("<dl")[2]


def test_a_lane_that_nobody_knows_is_refused_in_words(
    world: World, claim: Claim, sign_in: SignIn
) -> None:
    claim_id, data = claim.id, form_of(claim) | {"lane-inbound": "zeppelin", "way-kind": "magic"}

    page = plan_of(sign_in(world.cleo), claim_id, data)

    assert "No lane leads from" in page


def form_of(claim: Claim) -> dict[str, str]:
    [line] = claim.lines
    return {
        "version": str(claim.version),
        "promise_on": "",
        "agreement": "",
        f"line-{line.id}-reason_code": "",
        f"line-{line.id}-accepted": "1",
        f"line-{line.id}-remedy": "repair",
    }


def plan_of(client: FlaskClient, claim_id: UUID, data: dict[str, str]) -> str:
    return client.get(f"/claims/{claim_id}/plan", query_string=data).text
