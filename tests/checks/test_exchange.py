"""The short form of the exchange under fire; the long one is run by hand."""

import pytest

from tests.checks.exchange.run import Options, run


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled_while_everybody_is_killed() -> None:
    verdict = run(Options(claims=12, kills=8, seed=7))

    assert verdict.claims == 12
    assert verdict.worker_kills + verdict.erp_kills >= 8
    assert verdict.is_clean, verdict.table()
