"""What becomes of a promise, whatever the neighbour does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.outbox import delivery
from app.outbox.delivery import LEASE, deliver_due, drain, local
from app.outbox.endings import MOST_FAILURES, WAITS, next_wait
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.service import promise
from connectors.errors import Rejected, Unavailable
from connectors.reasons import ErpReason
from tests.app.outbox.conftest import FRIDAY, Neighbour

Promised = Callable[..., UUID]
Found = Callable[[UUID], OutboxMessage]


def refuse(error: Exception, *, only: UUID | None = None) -> Callable[[UUID], None]:
    """Make the trouble of raising an error, for one subject or for all."""

    def trouble(subject_id: UUID) -> None:
        if only in (None, subject_id):
            raise error

    return trouble


def test_a_promise_is_kept_once(promised: Promised, found: Found, neighbour: Neighbour) -> None:
    told = promised()

    assert deliver_due({"tell": neighbour.keeper}, at=FRIDAY) == 1
    assert deliver_due({"tell": neighbour.keeper}, at=FRIDAY + LEASE) == 0

    assert neighbour.told == neighbour.recorded == [told]
    message = found(told)
    assert message.state is MessageState.DONE
    assert message.done_at is not None
    assert message.sent_at is not None


def test_a_promise_is_not_kept_before_its_time(promised: Promised, neighbour: Neighbour) -> None:
    promised(at=FRIDAY + timedelta(minutes=1))

    assert deliver_due({"tell": neighbour.keeper}, at=FRIDAY) == 0


def test_what_is_no_longer_owed_is_done_without_telling(
    promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    settled = promised()
    neighbour.settled.add(settled)

    drain({"tell": neighbour.keeper}, at=FRIDAY)

    assert neighbour.told == []
    assert found(settled).state is MessageState.DONE
    assert found(settled).sent_at is None


def test_a_neighbour_that_is_away_is_asked_again_for_ever(
    promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    waiting = promised()
    neighbour.trouble = refuse(Unavailable(ErpReason.SAYS, words="closed for maintenance"))

    at = FRIDAY
    for _ in range(30):
        assert deliver_due({"tell": neighbour.keeper}, at=at) == 1
        at = found(waiting).due_at
    neighbour.trouble = lambda _: None
    deliver_due({"tell": neighbour.keeper}, at=at)

    assert neighbour.told == [waiting]
    assert found(waiting).attempts == 31


def test_the_reason_of_a_delay_can_be_read(
    promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    waiting = promised()
    neighbour.trouble = refuse(Unavailable(ErpReason.SAYS, words="closed for maintenance"))

    deliver_due({"tell": neighbour.keeper}, at=FRIDAY)

    message = found(waiting)
    assert message.state is MessageState.WAITING
    assert str(message.last_error) == "The ERP says: “closed for maintenance”"
    assert message.due_at > FRIDAY


def test_waits_grow_from_a_second_to_a_quarter_of_an_hour() -> None:
    waits = [next_wait(attempts) for attempts in (1, len(WAITS), 10_000)]

    assert timedelta(seconds=0.8) <= waits[0] <= timedelta(seconds=1)
    assert all(timedelta(minutes=12) <= wait <= timedelta(minutes=15) for wait in waits[1:])
    assert len({next_wait(5) for _ in range(20)}) > 1


def test_a_refusal_is_parked_at_once_with_both_texts(
    promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    refused = promised()
    neighbour.trouble = refuse(
        Rejected(ErpReason.SAYS, words="The period is closed", details="<Fault>{Module(25)}")
    )

    drain({"tell": neighbour.keeper}, at=FRIDAY)

    message = found(refused)
    assert message.state is MessageState.PARKED
    assert str(message.last_error) == "The ERP says: “The period is closed”"
    assert message.details == "<Fault>{Module(25)}"
    assert deliver_due({"tell": neighbour.keeper}, at=FRIDAY + timedelta(days=1)) == 0


def test_a_fault_of_our_own_is_parked_after_some_attempts(
    promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    poisonous = promised()
    neighbour.trouble = refuse(KeyError("shipment_line_ref"))

    at = FRIDAY
    tried = 0
    while found(poisonous).state is MessageState.WAITING:
        tried += deliver_due({"tell": neighbour.keeper}, at=at)
        at = found(poisonous).due_at

    assert tried == MOST_FAILURES
    message = found(poisonous)
    assert message.state is MessageState.PARKED
    assert "KeyError: 'shipment_line_ref'" in str(message.last_error)
    assert "Traceback" in message.details


def test_an_outage_does_not_use_up_the_patience_with_faults(
    promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    unlucky = promised()
    at = FRIDAY
    neighbour.trouble = refuse(Unavailable(ErpReason.SAYS, words="down"))
    for _ in range(MOST_FAILURES + 1):
        deliver_due({"tell": neighbour.keeper}, at=at)
        at = found(unlucky).due_at

    neighbour.trouble = refuse(ValueError("once"))
    deliver_due({"tell": neighbour.keeper}, at=at)

    assert found(unlucky).state is MessageState.WAITING


def test_one_bad_message_does_not_stop_the_others(
    promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    bad, unknown, good = promised(), promised("nobody.keeps_this"), promised()
    neighbour.trouble = refuse(ZeroDivisionError("oh"), only=bad)

    assert deliver_due({"tell": neighbour.keeper}, at=FRIDAY) == 3

    assert neighbour.told == [good]
    assert found(bad).state is found(unknown).state is MessageState.WAITING


def test_messages_of_a_queue_are_told_in_order(promised: Promised, neighbour: Neighbour) -> None:
    in_order = [promised(queue="claim/1", at=FRIDAY - timedelta(hours=age)) for age in range(4)]

    drain({"tell": neighbour.keeper}, at=FRIDAY)

    assert neighbour.told == in_order


def test_a_parked_message_blocks_its_own_queue_only(
    promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    refused = promised(queue="claim/1")
    behind = promised(queue="claim/1")
    beside = promised(queue="claim/2")
    neighbour.trouble = refuse(Rejected(ErpReason.SAYS, words="no"), only=refused)

    drain({"tell": neighbour.keeper}, at=FRIDAY)

    assert neighbour.told == [beside]
    assert found(behind).state is MessageState.WAITING


def test_a_promise_made_while_keeping_another_is_kept_too(
    promised: Promised, session: scoped_session[Session], neighbour: Neighbour
) -> None:
    first, second = promised("issue"), uuid4()

    def issue(subject_id: UUID) -> None:
        assert subject_id == first
        promise("tell", second, at=FRIDAY)

    drain({"issue": local(issue), "tell": neighbour.keeper}, at=FRIDAY)

    assert neighbour.told == [second]


class Killed(BaseException):
    """The process ended here: nothing after it was run."""


def kill_at(monkeypatch: pytest.MonkeyPatch, name: str, neighbour: Neighbour) -> None:
    """Let the worker die at a named point of the next delivery, and only there."""

    def die(*_args: object, **_facts: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(
            *{"send": (neighbour, "trouble"), "record": (delivery, "_mark_done")}[name], die
        )
        with pytest.raises(Killed):
            deliver_due({"tell": neighbour.keeper}, at=FRIDAY)


@pytest.mark.parametrize(("point", "times"), [("send", 1), ("record", 2)])
def test_a_killed_worker_s_message_comes_due_again_under_the_same_key(
    promised: Promised,
    found: Found,
    session: scoped_session[Session],
    neighbour: Neighbour,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    times: int,
) -> None:
    orphan = promised()
    kill_at(monkeypatch, point, neighbour)
    session.rollback()
    assert found(orphan).state is MessageState.LEASED
    assert found(orphan).sent_at == pytest.approx(FRIDAY, abs=timedelta(seconds=5))

    too_early = FRIDAY + LEASE / 2
    assert deliver_due({"tell": neighbour.keeper}, at=too_early) == 0
    assert deliver_due({"tell": neighbour.keeper}, at=FRIDAY + 2 * LEASE) == 1

    assert neighbour.told == [orphan] * times
    assert neighbour.recorded == [orphan]


def test_a_worker_that_was_too_slow_changes_nothing(
    promised: Promised, found: Found, session: scoped_session[Session], neighbour: Neighbour
) -> None:
    contested = promised()
    written_late = uuid4()
    late = FRIDAY + 2 * LEASE

    def overtake(subject_id: UUID) -> None:
        if not neighbour.told:
            neighbour.told.append(subject_id)
            deliver_due({"tell": neighbour.keeper}, at=late)

    neighbour.trouble = overtake
    slow = delivery.Keeper(
        prepare=neighbour.keeper.prepare,
        send=neighbour.keeper.send,
        record=lambda *_: promise("tell", written_late, at=FRIDAY),
    )
    deliver_due({"tell": slow}, at=FRIDAY)

    assert neighbour.recorded == [contested]
    assert session.query(OutboxMessage).filter_by(subject_id=written_late).count() == 0
    done_at = found(contested).done_at
    assert done_at is not None
    assert done_at >= late


def test_a_stale_failure_does_not_touch_the_message_either(
    promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    contested = promised()

    def fail_after_being_overtaken(subject_id: UUID) -> None:
        neighbour.trouble = lambda _: None
        deliver_due({"tell": neighbour.keeper}, at=FRIDAY + 2 * LEASE)
        raise Rejected(ErpReason.SAYS, words="too late to matter")

    neighbour.trouble = fail_after_being_overtaken
    deliver_due({"tell": neighbour.keeper}, at=FRIDAY)

    assert found(contested).state is MessageState.DONE
    assert found(contested).last_error is None


def test_a_record_that_fails_leaves_the_message_owed(
    promised: Promised, found: Found, session: scoped_session[Session], neighbour: Neighbour
) -> None:
    told = promised()

    def record(*_: object) -> None:
        promise("tell", uuid4(), at=FRIDAY)
        raise ValueError("half written")

    keeper = delivery.Keeper(neighbour.keeper.prepare, neighbour.keeper.send, record)
    deliver_due({"tell": keeper}, at=FRIDAY)

    assert found(told).state is MessageState.WAITING
    assert session.query(OutboxMessage).count() == 1


def moment_of(message: OutboxMessage) -> datetime | None:
    return message.leased_until


def test_sending_renews_the_lease(promised: Promised, found: Found, neighbour: Neighbour) -> None:
    told = promised()
    seen: list[datetime | None] = []
    neighbour.trouble = lambda subject_id: seen.append(moment_of(found(subject_id)))

    deliver_due({"tell": neighbour.keeper}, at=FRIDAY)

    assert neighbour.told == [told]
    assert seen[0] is not None
    assert seen[0] > FRIDAY + LEASE
