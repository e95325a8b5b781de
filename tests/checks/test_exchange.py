"""The short form of the exchange under fire; the long one is `run.py check exchange`."""

import pytest

from tests.checks.exchange.plan import plan_kills
from tests.checks.exchange.run import Options, run

KILLS, CLAIMS = 36, 12


@pytest.mark.timeout(400)
def test_nothing_is_lost_or_doubled_while_everybody_is_killed() -> None:
    verdict = run(Options(kills=KILLS, claims=CLAIMS, seed=7))

    assert verdict.claims == CLAIMS
    assert verdict.kills == KILLS
    assert {"postgres", "web", "web worker", "worker", "celery", "erp"} <= set(verdict.killed)
    assert verdict.is_clean, verdict.table()


def test_the_same_seed_kills_the_same_at_the_same_moments() -> None:
    shares = {"worker": 2, "web": 1, "erp": 1}

    plan = list(plan_kills(50, shares=shares, seed=3))

    assert plan == list(plan_kills(50, shares=shares, seed=3))
    assert plan != list(plan_kills(50, shares=shares, seed=4))
    assert {kill.victim for kill in plan} == set(shares)
