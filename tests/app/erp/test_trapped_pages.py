"""Whatever the ERP answers, no page of the exchange fails: it says what happened."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.claims.models import Claim
from app.core.outside import Outside, connect_outside
from connectors.errors import OutsideError
from tests.app.conftest import SignIn
from tests.app.erp.working import do_jobs
from tests.app.neighbours import one_erp
from tests.app.world import World
from tests.connectors.erp.running import reference_erp
from tests.connectors.erp.test_bad_replies import PING, ROWS, changes
from tests.connectors.erp.test_traps_of_1c import CASES, Case
from tests.connectors.erp.trap import XML, Trap, trap_server

BUTTONS = (
    "/exchange/connection/erp/pull",
    "/exchange/doctor/erp",
    "/exchange/reconciliation/erp",
    "/exchange/connection/erp/resume",
)
PAGES = ("/exchange", "/exchange/doctor", "/exchange/reconciliation")
SMALL = [case for case in CASES if len(case.body) < 1_000_000]


@pytest.fixture
def trap() -> Iterator[Trap]:
    with trap_server() as opened:
        yield opened


@pytest.fixture
def claim(world: World) -> Claim:
    return world.filed()


def failures(admin: FlaskClient, pages: tuple[str, ...]) -> list[str]:
    """Press every button, look at every page, and return what failed."""
    answers = [(path, admin.post(path, data={"reason": "try"})) for path in BUTTONS]
    do_jobs()  # what was asked for is done by a worker
    answers += [(path, admin.get(path, follow_redirects=True)) for path in pages]
    return [f"{path}: {answer.status_code}" for path, answer in answers if answer.status_code > 499]


def test_no_trap_becomes_an_error_page(
    sign_in: SignIn, world: World, claim: Claim, neighbours: Outside, trap: Trap
) -> None:
    admin = sign_in(world.admin)
    erp = reference_erp(
        url=trap.url, node="p", read_timeout=2.0, total_timeout=2.0, feed_timeout=2.0
    )
    connect_outside(replace(neighbours, erps=one_erp(erp)))  # the app brought its own
    pages = (*PAGES, f"/claims/{claim.id}")
    more = [
        Case("a feed that is cut", changes(ROWS, count=30)[:-40], OutsideError, ""),
        Case("a feed that lies", changes(ROWS, count=31), OutsideError, ""),
        Case("a number too long", changes("", count=0).replace(b">7<", b">%s<" % (b"9" * 30)),
             OutsideError, ""),
        Case("another answer", PING, OutsideError, "", content_type=XML),
    ]  # fmt: skip

    wrong = []
    for case in (*SMALL, *more):
        trap.status, trap.content_type, trap.body = case.status, case.content_type, case.body
        wrong += [f"{case.trap}: {one}" for one in failures(admin, pages)]

    assert len(trap.seen) > len(SMALL)
    assert wrong == []
