"""How much the verbs of a claim ask of the database: what they count by is read once."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from app.claims import confirming, service
from app.claims.context import read_plan
from app.claims.decision_inputs import Decision
from app.claims.models import Claim
from app.claims.promise_rules import Wish
from app.claims.promising import revise_promise
from app.claims.queries import claim_to_change
from app.core.db import db
from app.vocabulary import Remedy
from tests.app.claims.deciding import seal_of
from tests.app.conftest import SignIn
from tests.app.statements import statements
from tests.app.world import MONDAY, World, fill

HALF_A_MINUTE = timedelta(seconds=30)
Verb = Callable[[Claim], object]


def drafted(world: World, lines: int) -> Claim:
    claim = world.draft(*(world.shipped() for _ in range(lines)))
    for line in claim.lines:
        fill(line, quantity=Decimal(1))
    return claim


def filed(world: World, lines: int) -> Claim:
    claim = drafted(world, lines)
    service.file_claim(claim, by=world.ann, at=MONDAY)
    return claim


def accepting(claim: Claim) -> Decision:
    lines = (
        service.LineDecision(one.id, one.quantity, Remedy.REPAIR, None, "") for one in claim.lines
    )
    return Decision(tuple(lines))


def asked(engine: Engine, claim: Claim, verb: Verb) -> list[str]:
    """Return what a verb asks when nothing but its claim has been read."""
    claim_id = claim.id
    db.commit()
    db.expunge_all()
    found = claim_to_change(claim_id)
    assert found.lines
    assert found.dealer
    assert found.plant
    with statements(engine) as seen:
        verb(found)
        db.flush()
    return [one for one in seen if "SAVEPOINT" not in one]


def times_read(seen: list[str], table: str) -> int:
    """Return how many of the statements read a table for itself, not as a filter."""
    sources = (one.partition("WHERE")[0] for one in seen)
    return sum(re.search(rf"FROM {table}\b", source) is not None for source in sources)


def filing(world: World) -> Verb:
    return lambda claim: service.file_claim(claim, by=world.ann, at=MONDAY)


def deciding(world: World) -> Verb:
    who: dict[str, Any] = {"by": world.cleo, "at": MONDAY}
    return lambda claim: service.decide(
        claim, accepting(claim).lines, promise_on=None, version=claim.version, **who
    )


def trying(world: World) -> Verb:
    who: dict[str, Any] = {"by": world.cleo, "at": MONDAY}
    return lambda claim: confirming.try_out(claim, accepting(claim), version=claim.version, **who)


def test_filing_reads_the_calendar_of_the_plant_once(world: World, engine: Engine) -> None:
    two, five = (asked(engine, drafted(world, lines), filing(world)) for lines in (2, 5))

    assert times_read(two, "site") == times_read(two, "sla_policy") == 1
    assert not times_read(two, "lane")
    assert len(two) <= 24
    assert len(five) == len(two)


def test_a_decision_reads_the_network_once(world: World, engine: Engine) -> None:
    two, five = (asked(engine, filed(world, lines), deciding(world)) for lines in (2, 5))

    assert times_read(two, "site") == times_read(two, "lane") == times_read(two, "stage_norm") == 1
    assert times_read(two, "sla_policy") == 1
    assert len(two) <= 35
    assert len(five) == len(two)


def test_trying_a_decision_out_asks_little_more_than_making_it(
    world: World, engine: Engine
) -> None:
    made = asked(engine, filed(world, 2), deciding(world))
    tried = asked(engine, filed(world, 2), trying(world))

    assert times_read(tried, "site") == times_read(tried, "lane") == 1
    departments = 3 * 2  # those of each line are read for the sum of what will happen
    assert len(tried) <= len(made) + 4 + departments


def test_what_was_read_before_is_not_read_again(world: World, engine: Engine) -> None:
    def tried_and_confirmed(claim: Claim) -> None:
        context = read_plan(claim, at=MONDAY)
        who: dict[str, Any] = {"by": world.cleo, "at": MONDAY, "context": context}
        confirming.try_out(claim, accepting(claim), version=claim.version, **who)
        version = claim.version
        confirming.confirm(claim, accepting(claim), version=version, wait=HALF_A_MINUTE, **who)

    seen = asked(engine, filed(world, 2), tried_and_confirmed)

    assert (
        times_read(seen, "site") == times_read(seen, "lane") == times_read(seen, "sla_policy") == 1
    )


def test_another_promise_reads_the_network_once(world: World, engine: Engine) -> None:
    claim = filed(world, 1)
    deciding(world)(claim)
    assert claim.promise_on is not None
    wish = Wish(claim.promise_on + timedelta(days=7), "The kiln is down")

    seen = asked(
        engine,
        claim,
        lambda found: revise_promise(found, wish, version=found.version, by=world.cleo, at=MONDAY),
    )

    assert times_read(seen, "site") == 1


@pytest.mark.usefixtures("app")
def test_the_page_that_sums_a_decision_up_reads_the_network_once(
    world: World, sign_in: SignIn, engine: Engine
) -> None:
    claim = filed(world, 2)
    db.commit()
    client = sign_in(world.cleo)
    form = {"version": str(claim.version)}
    for line in claim.lines:
        typed = {"accepted": "1", "remedy": "repair", "reason_code": ""}
        form |= {f"line-{line.id}-{name}": value for name, value in typed.items()}

    with statements(engine) as seen:
        page = client.post(f"/claims/{claim.id}/decide", data=form)

    assert seal_of(page.text)
    assert times_read(seen, "lane") == 1
