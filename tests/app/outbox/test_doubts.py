"""What was sent and not answered is asked about before it is sent again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.outbox.delivery import LEASE, Keeper, deliver_due, take_due
from app.outbox.doubts import Inquiry, Remedy
from app.outbox.history import history_of
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.reasons import OutboxReason
from app.outbox.rules import Happening
from app.outbox.service import done_by_hand, retry, retry_kind, send_again
from connectors.errors import Closed, OutsideError, Rejected, Unavailable
from connectors.reasons import ErpReason, Reason
from tests.app.outbox.conftest import FRIDAY

Promised = Callable[..., UUID]
Found = Callable[[UUID], OutboxMessage]
Db = scoped_session[Session]
LOST = Unavailable(ErpReason.SILENT, seconds=30, outcome_unknown=True)
MINUTE = timedelta(minutes=1)


@dataclass
class Ledger:
    """A neighbour that keeps what it is told; answers get lost before or after its work."""

    before: list[Exception] = field(default_factory=list)
    after: list[Exception] = field(default_factory=list)
    to_questions: list[Exception] = field(default_factory=list)
    quiet: timedelta = timedelta(0)
    remedy: Remedy = Remedy.ASK
    kept: list[UUID] = field(default_factory=list)
    asked: int = 0
    recorded: list[str] = field(default_factory=list)

    @property
    def keepers(self) -> dict[str, Keeper]:
        inquiry = Inquiry(self._ask, lambda _: self.quiet, lambda _: self.remedy)
        keeper = Keeper(lambda subject_id, *_: subject_id, self._send, self._record)
        return {"tell": Keeper(keeper.prepare, keeper.send, keeper.record, inquiry=inquiry)}

    def _send(self, subject_id: UUID) -> str:
        if self.before:
            raise self.before.pop(0)
        self.kept.append(subject_id)
        if self.after:
            raise self.after.pop(0)
        return "told"

    def _ask(self, subject_id: UUID) -> str | None:
        self.asked += 1
        if self.to_questions:
            raise self.to_questions.pop(0)
        return "asked" if subject_id in self.kept else None

    def _record(self, subject_id: UUID, message: Any, reply: str) -> None:
        self.recorded.append(reply)

    def deliver(self, at: datetime) -> int:
        return deliver_due(self.keepers, at=at)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def test_what_arrived_although_nobody_said_so_is_recorded_and_not_sent_again(
    promised: Promised, found: Found, ledger: Ledger
) -> None:
    told, ledger.after = promised(), [LOST]

    ledger.deliver(FRIDAY)
    in_doubt = found(told)
    doubt, state = in_doubt.doubt_since, in_doubt.state
    ledger.deliver(FRIDAY + MINUTE)

    assert doubt is not None
    assert state is MessageState.WAITING
    assert (ledger.kept, ledger.recorded) == ([told], ["asked"])
    message = found(told)
    assert (message.state, message.doubt_since) == (MessageState.DONE, None)
    assert [one.what for one in history_of(message.id)] == [Happening.FOUND, Happening.IN_DOUBT]


def test_what_did_not_arrive_is_sent_again_after_asking(
    promised: Promised, found: Found, ledger: Ledger
) -> None:
    told, ledger.before = promised(), [LOST]

    ledger.deliver(FRIDAY)
    ledger.deliver(FRIDAY + MINUTE)

    assert (ledger.asked, ledger.kept, ledger.recorded) == (1, [told], ["told"])
    happened = [one.what for one in history_of(found(told).id)]
    assert happened == [Happening.NOT_FOUND, Happening.IN_DOUBT]


def test_a_neighbour_that_does_not_know_keys_is_left_alone_until_it_must_have_finished(
    promised: Promised, found: Found, ledger: Ledger
) -> None:
    told, ledger.before, ledger.quiet = promised(), [LOST], timedelta(minutes=10)

    ledger.deliver(FRIDAY)
    ledger.deliver(FRIDAY + MINUTE)
    waiting = found(told)
    due, attempts = waiting.due_at, waiting.attempts
    ledger.deliver(FRIDAY + 9 * MINUTE)
    still_one_question = ledger.asked
    ledger.deliver(due)

    assert FRIDAY + 10 * MINUTE <= due < FRIDAY + 11 * MINUTE
    assert attempts == 1
    assert still_one_question == 1
    assert (ledger.asked, ledger.kept) == (2, [told])


def test_what_the_neighbour_finished_in_the_quiet_time_is_not_sent_twice(
    promised: Promised, ledger: Ledger
) -> None:
    told, ledger.before, ledger.quiet = promised(), [LOST], timedelta(minutes=10)
    ledger.deliver(FRIDAY)
    ledger.deliver(FRIDAY + MINUTE)
    ledger.kept.append(told)  # it was still at work

    ledger.deliver(FRIDAY + 11 * MINUTE)

    assert (ledger.kept, ledger.recorded) == ([told], ["asked"])


@pytest.mark.parametrize("error", [Unavailable(ErpReason.UNREACHABLE), Closed(ErpReason.CLOSED)])
def test_what_certainly_did_not_arrive_is_sent_again_without_asking(
    promised: Promised, found: Found, ledger: Ledger, error: OutsideError
) -> None:
    told, ledger.before = promised(), [error]

    ledger.deliver(FRIDAY)
    doubt = found(told).doubt_since
    ledger.deliver(FRIDAY + MINUTE)

    assert (doubt, ledger.asked, ledger.kept) == (None, 0, [told])


def test_a_question_in_vain_leaves_the_doubt(
    promised: Promised, found: Found, ledger: Ledger
) -> None:
    told, ledger.after = promised(), [LOST]
    ledger.to_questions = [Unavailable(ErpReason.UNREACHABLE)]

    ledger.deliver(FRIDAY)
    ledger.deliver(FRIDAY + MINUTE)
    doubt = found(told).doubt_since
    ledger.deliver(FRIDAY + 2 * MINUTE)

    assert doubt is not None
    assert (ledger.kept, ledger.recorded) == ([told], ["asked"])


def test_an_answer_nobody_can_read_parks_the_message_and_try_now_asks_first(
    session: Db, promised: Promised, found: Found, ledger: Ledger
) -> None:
    told, ledger.after = promised(), [Rejected(ErpReason.UNREADABLE, outcome_unknown=True)]
    ledger.deliver(FRIDAY)
    parked = found(told)
    state, doubt = parked.state, parked.doubt_since

    retry(parked.id, at=FRIDAY + MINUTE)
    session.commit()
    ledger.deliver(FRIDAY + MINUTE)

    assert state is MessageState.PARKED
    assert doubt is not None
    assert (ledger.kept, ledger.recorded) == ([told], ["asked"])
    assert [one.what for one in history_of(found(told).id)] == [Happening.FOUND, Happening.PARKED]


def test_a_worker_killed_while_sending_leaves_a_doubt_behind(
    promised: Promised, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, ledger.after = promised(), [KeyboardInterrupt()]  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        ledger.deliver(FRIDAY)

    ledger.deliver(FRIDAY + LEASE + MINUTE)

    assert (ledger.kept, ledger.recorded) == ([told], ["asked"])


def test_what_was_leased_and_never_sent_is_in_no_doubt(promised: Promised, ledger: Ledger) -> None:
    told = promised()
    take_due(FRIDAY)

    ledger.deliver(FRIDAY + LEASE)

    assert (ledger.asked, ledger.kept) == (0, [told])


def test_a_message_settled_by_hand_is_in_no_doubt(
    session: Db, promised: Promised, found: Found, ledger: Ledger
) -> None:
    told, ledger.after = promised(), [LOST]
    ledger.deliver(FRIDAY)

    done_by_hand(found(told).id, "seen in the ERP", by="Admin", at=FRIDAY)
    session.commit()

    assert found(told).doubt_since is None


def test_what_cannot_be_asked_about_waits_for_a_person_and_is_never_sent_twice(
    session: Db, promised: Promised, found: Found, ledger: Ledger
) -> None:
    told, ledger.after, ledger.remedy = promised(connection="erp"), [LOST], Remedy.PERSON

    ledger.deliver(FRIDAY)
    ledger.deliver(FRIDAY + MINUTE)
    retried = retry_kind("tell", at=FRIDAY + MINUTE, unresolved=["erp"])
    session.commit()
    ledger.deliver(FRIDAY + 2 * MINUTE)

    message = found(told)
    assert (ledger.kept, ledger.asked, retried) == ([told], 0, 0)
    assert (message.state, message.last_error) == (
        MessageState.PARKED,
        Reason(OutboxReason.NOBODY_KNOWS),
    )
    happened = [one.what for one in history_of(message.id)]
    assert happened == [Happening.PARKED, Happening.IN_DOUBT]


def test_a_person_who_has_looked_may_have_it_sent_again(
    session: Db, promised: Promised, found: Found, ledger: Ledger
) -> None:
    told, ledger.before, ledger.remedy = promised(), [LOST], Remedy.PERSON
    ledger.deliver(FRIDAY)
    ledger.deliver(FRIDAY + MINUTE)

    send_again(found(told).id, at=FRIDAY + 2 * MINUTE)
    session.commit()
    ledger.deliver(FRIDAY + 2 * MINUTE)

    assert (ledger.kept, ledger.recorded) == ([told], ["told"])
    assert found(told).state is MessageState.DONE


def test_the_history_says_of_a_kept_key_only_what_was_done(
    promised: Promised, found: Found, ledger: Ledger
) -> None:
    told, ledger.before, ledger.remedy = promised(), [LOST], Remedy.REPEAT

    ledger.deliver(FRIDAY)
    ledger.deliver(FRIDAY + MINUTE)

    assert (ledger.asked, ledger.recorded) == (0, ["told"])
    happened = [one.what for one in history_of(found(told).id)]
    assert happened == [Happening.REPEATED, Happening.IN_DOUBT]
