"""What we push comes back in the change feed, because the ERP cannot know who has written: no news.

All of it over SOAP: the ERP is the simulator, whose exchange plan registers every writing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from io import BytesIO
from uuid import UUID

import pytest
import requests
from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.claims import attachments, drafts, service
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.core.outside import ONLY_ERP
from app.erp.intake import pull_now
from app.erp.models import DocumentKind, ErpDocument, RejectedRow
from app.erp.pull import PullReport
from app.erp.reconcile import reconcile
from app.outbox.delivery import Keepers, drain
from app.outbox.models import MessageState, OutboxMessage
from app.seed import load_world
from app.shipments.models import Shipment, ShipmentLine, ShippedUnit
from app.shipments.queries import get_line
from app.vocabulary import Remedy, Role
from tests.app.erp.simulated import connect_simulator
from tests.app.world import fill
from tests.connectors.erp.running import RunningSimulator, running


@pytest.fixture
def keepers(committed_database: str, monkeypatch: pytest.MonkeyPatch) -> Keepers:
    """Everybody who keeps a promise."""
    monkeypatch.setenv("DATABASE_URL", committed_database)
    found: Keepers = import_module("app.worker").KEEPERS
    return found


@pytest.fixture
def simulator(
    committed_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSimulator]:
    """The ERP from which everything of the portal's was read."""
    with running(tmp_path_factory.mktemp("erp"), shipments=60, lines=300) as started:
        connect_simulator(started)
        load_world("no password")
        yield started


def test_the_echo_of_a_claim_changes_nothing_and_what_became_of_it_does(
    simulator: RunningSimulator, keepers: Keepers
) -> None:
    claim_id = filed_claim(at=now() - timedelta(hours=1))
    drain(keepers)
    decide(claim_id)
    first = pulled()
    drain(keepers)
    told = documents()

    echo = pulled()
    again = pulled()
    kept = documents()
    (decision,) = (one for one in told.values() if one[0] is DocumentKind.DECISION)
    requests.post(
        f"{simulator.page}documents/{decision[1]}/post",
        headers={"Origin": simulator.page.rstrip("/")},
        timeout=5,
    )
    posted = pulled()
    after = documents()

    assert len(told) == 5
    assert owed() == 0
    assert (first.read, first.published) == (3, 0)  # filed: the claim, its act and its file
    assert (echo.read, echo.published) == (3, 0)  # decided: the claim, the decision, its act
    assert kept == told
    assert again.read == 0
    assert (posted.read, posted.published) == (1, 1)
    assert {key for key in told if told[key] != after[key]} == {
        key for key, one in told.items() if one[0] is DocumentKind.DECISION
    }
    assert db.scalar(select(func.count(RejectedRow.id))) == 0
    assert db.get_one(Claim, claim_id).revision == 2
    assert reconcile(ONLY_ERP, by=None, at=now()).found == 0


def filed_claim(*, at: datetime) -> UUID:
    """File a claim with a document about a shipped piece."""
    row = db.execute(
        select(ShipmentLine.ref, ShippedUnit.serial, Shipment.dealer_id)
        .join(ShippedUnit, ShippedUnit.line_id == ShipmentLine.id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(Person, Person.dealer_id == Shipment.dealer_id)
        .where(Person.role == Role.DEALER_USER)
        .order_by(Shipment.shipped_on.desc(), ShippedUnit.serial)
        .limit(1)
    ).one()
    clerk = someone(dealer_id=row.dealer_id)
    found = get_line(clerk, row.ref, row.serial)
    assert found is not None
    claim = drafts.start_draft(by=clerk, at=at)
    fill(drafts.add_line(claim, found, by=clerk, at=at), demand=Remedy.REFUND)
    attachments.attach(claim, claim.lines[0], "plate.txt", BytesIO(b"No. 7"), by=clerk, at=at)
    service.file_claim(claim, by=clerk, at=at)
    db.commit()
    return claim.id


def decide(claim_id: UUID) -> None:
    """Accept the claim wholly."""
    claim, manager, at = db.get_one(Claim, claim_id), someone(role=Role.CLAIM_MANAGER), now()
    service.take(claim, version=claim.version, by=manager, at=at)
    line = claim.lines[0]
    decision = service.LineDecision(line.id, line.quantity, Remedy.REFUND, None, "")
    service.decide(claim, [decision], promise_on=None, version=claim.version, by=manager, at=at)
    db.commit()


def someone(**facts: object) -> User:
    """Return the first person of this sort."""
    query = select(Person).filter_by(**facts).order_by(Person.id).limit(1)
    return as_user(db.scalars(query).one())


def pulled() -> PullReport:
    (report,) = pull_now(ONLY_ERP)
    return report


def documents() -> dict[object, tuple[object, ...]]:
    """Return our receipts by their keys."""
    db.expire_all()
    return {
        one.id: (one.kind, one.ref, one.number, one.posted, one.status, one.confirmed_at)
        for one in db.scalars(select(ErpDocument))
    }


def owed() -> int:
    """Return how much the ERP has not been told yet."""
    waiting = OutboxMessage.state != MessageState.DONE
    query = select(func.count()).where(waiting, OutboxMessage.kind.startswith("erp."))
    return db.scalar(query) or 0
