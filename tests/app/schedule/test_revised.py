"""The forecast follows a revised decision, also where a part of the work is on its way already."""

from datetime import timedelta

from app.claims.forecast_models import Cause, ClaimForecast, NewsKind, StageNews
from app.claims.models import Claim
from app.core.db import db
from app.deadlines.stages import Stage
from app.schedule.renewal import renew
from app.vocabulary import Remedy
from tests.app.claims.revisions import WEDNESDAY, accepting, decided, refusing, revised
from tests.app.conftest import SignIn
from tests.app.world import World

LATER = WEDNESDAY + timedelta(hours=1)


def forecast(claim: Claim) -> ClaimForecast:
    renew(Cause.EVENT, at=LATER, claim_ids=[claim.id])
    db.commit()
    db.expire_all()
    return db.get_one(ClaimForecast, claim.id)


def stages(known: ClaimForecast) -> set[str]:
    return {leg["forecast"]["stage"] for leg in known.legs}


def test_the_forecast_takes_the_way_of_the_revised_remedy(world: World) -> None:
    claim = decided(world, Remedy.REPAIR)
    assert Stage.REPAIR in stages(forecast(claim))

    revised(claim, {1: accepting(claim.lines[0], Remedy.REFUND)}, by=world.cleo)

    known = forecast(claim)
    assert stages(known) == {Stage.SETTLEMENT, Stage.PAYMENT}
    assert known.finish_on is not None


def test_goods_that_are_on_their_way_keep_their_forecast(world: World, sign_in: SignIn) -> None:
    claim = decided(world, Remedy.REPAIR, None)
    claim_id = claim.id
    db.add(
        StageNews(
            claim_id=claim.id, stage=Stage.INBOUND, kind=NewsKind.DEPARTED,
            day=WEDNESDAY.date(), told_by=world.ann.id, told_at=WEDNESDAY,
        )
    )  # fmt: skip
    revised(claim, {2: accepting(claim.lines[1], Remedy.REFUND)}, by=world.cleo)

    known = forecast(claim)

    assert {Stage.INBOUND, Stage.REPAIR} <= stages(known)
    assert known.finish_on is not None
    assert sign_in(world.ann).get(f"/claims/{claim_id}").status_code == 200


def test_nothing_is_awaited_of_what_was_rejected_in_the_end(world: World) -> None:
    claim = decided(world, Remedy.REPAIR)
    forecast(claim)

    revised(claim, {1: refusing(claim.lines[0])}, by=world.cleo)

    assert renew(Cause.EVENT, at=LATER, claim_ids=[claim.id]) == []
