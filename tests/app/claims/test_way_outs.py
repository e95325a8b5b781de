"""Ways out at the decision: listed when the usual way is too late, chosen, kept and forecast."""

import re
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.models import Department
from app.catalog.models import Item
from app.claims import service
from app.claims.forecast_models import Cause, ClaimForecast
from app.claims.models import Claim
from app.claims.promising import Weighed, weigh_promise
from app.claims.way_outs import way_outs
from app.core.db import db
from app.deadlines.models import Lane, Site, SiteKind
from app.deadlines.network import TooHeavy
from app.deadlines.options import Option
from app.deadlines.rules import TransitUnit
from app.deadlines.stages import Load, OptionKind, Stage
from app.deadlines.ways import USUAL, WayChoice
from app.routing.models import Route
from app.schedule.renewal import renew
from app.vocabulary import Remedy
from app.work import service as work
from app.work.models import WorkOrder
from app.work.rules import WorkState
from tests.app.claims.deciding import post_confirmed
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


def decide(world: World, claim: Claim, choice: WayChoice) -> None:
    """Accept the claim as a repair that goes this way."""
    decisions = [
        service.LineDecision(line.id, line.quantity, Remedy.REPAIR, None, "")
        for line in claim.lines
    ]
    service.decide(
        claim, decisions, promise_on=None, choice=choice, version=claim.version, by=world.cleo,
        at=MONDAY,
    )  # fmt: skip
    db.commit()


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


def carries_at_most(kilograms: int) -> None:
    """Limit what goes by air."""
    db.execute(update(Lane).where(Lane.mode == "air").values(max_weight=kilograms))


def test_what_is_too_heavy_is_not_offered_to_go_by_air(world: World, claim: Claim) -> None:
    carries_at_most(80)
    by_air = [option for option in found(claim, SOON) if option.kind is OptionKind.OTHER_LANE]
    world.item.weight = Decimal("72.5")
    light = [option for option in found(claim, SOON) if option.kind is OptionKind.OTHER_LANE]
    claim.lines[0].quantity = Decimal(2)

    assert by_air == light != []  # nobody has weighed it: the limit is said, not held against it
    assert weighed(claim).weight == 145
    assert not [one for one in found(claim, SOON) if one.kind is OptionKind.OTHER_LANE]
    with pytest.raises(TooHeavy, match="145"):
        weighed(claim, BY_AIR)


def test_only_what_is_accepted_has_to_be_carried(world: World, claim: Claim) -> None:
    carries_at_most(80)
    world.item.weight = Decimal("72.5")
    claim.lines[0].quantity = Decimal(2)
    [line_id] = ids(claim)

    plan = weigh_promise(
        claim, {line_id: Remedy.REPAIR}, at=MONDAY, choice=BY_AIR, accepted={line_id: Decimal(1)}
    )

    assert plan.weight == Decimal("72.5")


def test_a_part_weighs_nobody_knows_what(world: World, claim: Claim) -> None:
    world.item.weight = Decimal(300)
    carries_at_most(80)

    assert weighed(claim, BY_AIR.settled([Remedy.SPARE_PART]), Remedy.SPARE_PART).weight is None


def test_the_screen_says_what_lanes_carry_and_what_is_not_known(
    world: World, claim: Claim, sign_in: SignIn
) -> None:
    carries_at_most(80)
    db.commit()
    page = f"/claims/{claim.id}/decide"

    unknown = sign_in(world.cleo).get(page).text
    db.execute(update(Item).values(weight=Decimal("72.5")))
    db.commit()
    known = sign_in(world.cleo).get(page).text

    assert "The weight of the goods is not known" in unknown
    assert "By air: at most 80" in unknown
    assert "The goods weigh 72.5" in known


def test_the_forecast_holds_the_limit_too(world: World, claim: Claim) -> None:
    decide(world, claim, BY_AIR)
    carries_at_most(80)
    world.item.weight = Decimal(90)
    db.commit()

    renew(Cause.EVENT, at=MONDAY)

    problem = db.get_one(ClaimForecast, claim.id).problem
    assert problem is not None
    assert problem["values"]["weight"] == "90"


def test_of_two_ways_that_end_together_the_cheaper_one_is_first(claim: Claim) -> None:
    dear = select(Lane).where(Lane.mode == "air")
    for lane in db.scalars(dear).all():
        facts = {column.name: getattr(lane, column.name) for column in Lane.__table__.c}
        db.add(Lane(**{**facts, "id": None, "mode": "courier", "cost": Decimal(100)}))
    db.flush()

    lanes = [option for option in found(claim, SOON) if option.kind is OptionKind.OTHER_LANE]
    both = [option for option in lanes if len(option.choice.modes) == 2]

    assert [option.choice.modes[0][1] for option in both] == ["courier", "air"]
    assert both[0].earliest == both[1].earliest


def test_a_technician_on_site_is_the_work_of_the_service_and_of_nobody_else(
    world: World, claim: Claim
) -> None:
    service_desk = Department(code="service", names={"en": "Service"})
    db.add(service_desk)
    db.flush()
    kind = OptionKind.ON_SITE_REPAIR
    db.add(Route(remedy=Remedy.REPAIR, way=kind, department_id=service_desk.id))
    db.add(_trip(world))
    db.flush()

    decide(world, claim, WayChoice(kind))
    work.open_orders(claim.id, at=MONDAY)
    [order] = db.scalars(select(WorkOrder).filter_by(claim_id=claim.id))
    order.state, order.started_at = WorkState.IN_PROGRESS, MONDAY
    db.commit()
    renew(Cause.EVENT, at=MONDAY)

    assert order.department_id == service_desk.id
    assert [leg["stage"] for leg in claim.logistics] == [Stage.VISIT, Stage.ON_SITE_REPAIR]
    [visit, _] = db.get_one(ClaimForecast, claim.id).legs
    assert visit["actual"] == {"started_on": "2026-11-16"}


def test_a_swap_says_that_the_dealers_stock_is_not_known(
    world: World, claim: Claim, sign_in: SignIn
) -> None:
    data, claim_id = {**form_of(claim), "promise_on": SOON.isoformat()}, claim.id
    page = plan_of(sign_in(world.cleo), claim_id, data)

    assert "Swap from the dealer&#39;s own stock" in page
    assert "What the dealer has on stock is not known here" in page


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

    decide(world, claim, BY_AIR)
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
    assert "Faster alternatives" not in plan_of(
        client, claim_id, data | {"promise_on": "2027-01-20"}
    )
    data["promise_on"] = SOON.isoformat()

    offered = plan_of(client, claim_id, data)
    [key] = re.findall(r'value="(advance_replacement [^"]*)"', offered)[:1]
    chosen = client.post(place, data=data | {"option": key}).text

    assert db.get_one(Claim, claim_id).decided_at is None
    assert 'name="way-kind" value="advance_replacement"' in chosen
    assert '<option selected value="replacement">' in chosen
    data |= {f"line-{line_id}-remedy": "replacement", "way-kind": "advance_replacement"}
    assert post_confirmed(client, place, data | {"promise_on": ""}).status_code == 303
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


def _trip(world: World) -> Lane:
    """The way of a technician from the plant to the first dealer."""
    sites = dict(db.execute(select(Site.dealer_id, Site.id)).all())
    home = db.scalars(select(Site.id).where(Site.kind == SiteKind.PLANT)).one()
    return Lane(
        origin_id=home,
        destination_id=sites[world.dealer.id],
        load=Load.TECHNICIAN,
        mode="technician",
        departures=[0, 1, 2, 3, 4],
        transit_days=1,
        transit_unit=TransitUnit.WORKING_DAYS,
    )
