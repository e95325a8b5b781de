"""A neighbour that remembers, and promises to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.core.outside import Outside, connect_outside
from app.outbox.delivery import Keeper
from app.outbox.models import OutboxMessage
from app.outbox.service import promise
from connectors.doorbell.silent import SilentDoorbell
from connectors.mail.memory import RememberingMail
from connectors.storage.memory import MemoryStorage

FRIDAY = datetime(2026, 5, 8, 9, 0, tzinfo=UTC)


@dataclass
class Neighbour:
    """Notes what it was told; `trouble` decides what happens to a subject."""

    trouble: Callable[[UUID], None] = lambda subject_id: None
    told: list[UUID] = field(default_factory=list)
    recorded: list[UUID] = field(default_factory=list)
    settled: set[UUID] = field(default_factory=set)

    @property
    def keeper(self) -> Keeper:
        return Keeper(self._prepare, self._send, self._record)

    def _prepare(self, subject_id: UUID, connection: str) -> UUID | None:
        return None if subject_id in self.settled else subject_id

    def _send(self, subject_id: UUID) -> str:
        self.trouble(subject_id)
        self.told.append(subject_id)
        return "thanks"

    def _record(self, subject_id: UUID, message: UUID, reply: str) -> None:
        assert (message, reply) == (subject_id, "thanks")
        self.recorded.append(subject_id)


@pytest.fixture
def neighbour() -> Neighbour:
    return Neighbour()


@pytest.fixture
def doorbell(monkeypatch: pytest.MonkeyPatch) -> SilentDoorbell:
    """The doorbell of this test; nobody else outside is there."""
    bell = SilentDoorbell()
    neighbours = Outside({}, MemoryStorage(), RememberingMail(), bell)
    monkeypatch.setattr("app.core.outside._present", [])
    connect_outside(neighbours)
    return bell


@pytest.fixture
def promised(session: scoped_session[Session], doorbell: SilentDoorbell) -> Callable[..., UUID]:
    """Promise something and commit it; gives the subject's id."""

    def promise_one(
        kind: str = "tell", *, queue: str = "", connection: str = "", at: datetime = FRIDAY
    ) -> UUID:
        subject_id = uuid4()
        promise(kind, subject_id, at=at, queue=queue, connection=connection)
        session.commit()
        return subject_id

    return promise_one


@pytest.fixture
def found(session: scoped_session[Session]) -> Callable[[UUID], OutboxMessage]:
    """Look a promise up as it stands in the database."""

    def find(subject_id: UUID) -> OutboxMessage:
        session.expire_all()
        return session.query(OutboxMessage).filter_by(subject_id=subject_id).one()

    return find
