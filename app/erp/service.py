"""What an administrator does to the exchange; each act leaves its line in the audit."""

from datetime import datetime
from typing import Any

from app.accounts.policy import User
from app.core.db import db
from app.core.errors import N_, Refusal
from app.core.outside import outside
from app.core.text import clean_text
from app.erp import infobase, jobs
from app.erp.job_models import JobKind, JobSource
from app.erp.messages import ExchangeRow
from app.erp.models import DeskAct, ExchangeAction
from app.erp.pull import start_over
from app.outbox import connections, halts
from app.outbox import service as outbox
from app.outbox.models import MessageState

LONGEST_REASON = 1000
READINGS = {JobKind.READ: DeskAct.PULL, JobKind.READ_ALL: DeskAct.PULL_FULL}


class ReasonMissing(Refusal):
    """An act that others will wonder about."""

    message = N_("Say why; others will read it here.")


class NoDeadLetter(Refusal):
    """Only a parked message has an owner."""

    message = N_("This message is no longer on hold")


class NotKnownWhetherItArrived(Refusal):
    """Sending it again might do it twice."""

    message = N_(
        "It is not known whether this message arrived, and the ERP cannot be asked. Look there,"
        " then send it again or mark it as done."
    )


def needs_a_look(message: ExchangeRow) -> bool:
    """Whether only a person who looks into the ERP can say if a message arrived."""
    is_parked = message.state is MessageState.PARKED and message.doubt_since is not None
    return is_parked and message.connection in unresolved()


def unresolved() -> set[str]:
    """Return the connections on which a lost answer waits for a person."""
    return {name for name, known in outside().erps.items() if not known.resolves_doubts}


def retry(message: ExchangeRow, *, by: User, at: datetime) -> None:
    """Try a message again at once."""
    if needs_a_look(message):
        raise NotKnownWhetherItArrived
    outbox.retry(message.id, at=at)
    note(DeskAct.RETRY, by, at, message_id=message.id, kind=message.kind)


def retry_class(kind: str, *, by: User, at: datetime) -> int:
    """Try every dead letter of a kind again; return how many there were."""
    count = outbox.retry_kind(kind, at=at, unresolved=unresolved())
    note(DeskAct.RETRY_CLASS, by, at, kind=kind, messages=count)
    return count


def send_again(message: ExchangeRow, reason: str, *, by: User, at: datetime) -> None:
    """Send a message once more, because a person has looked: the ERP does not have it."""
    reason = given(reason)
    outbox.send_again(message.id, at=at)
    note(DeskAct.SEND_AGAIN, by, at, message_id=message.id, kind=message.kind, reason=reason)


def settle(message: ExchangeRow, reason: str, *, by: User, at: datetime) -> None:
    """Take a message as kept, because a person has seen to it."""
    reason = given(reason)
    outbox.done_by_hand(message.id, reason, by=by.name, at=at)
    note(DeskAct.SETTLE, by, at, message_id=message.id, kind=message.kind, reason=reason)


def take_over(message: ExchangeRow, *, by: User, at: datetime) -> None:
    """Make a dead letter one's own business."""
    if not outbox.take_over(message.id, owner_id=by.id):
        raise NoDeadLetter
    note(DeskAct.TAKE_OVER, by, at, message_id=message.id, kind=message.kind)


def pause(connection: str, reason: str, *, by: User, at: datetime) -> None:
    """Let nothing through a connection until somebody resumes it."""
    reason = given(reason)
    connections.pause(connection, reason, by=by.name, at=at)
    note(DeskAct.PAUSE, by, at, connection=connection, reason=reason)


def resume(connection: str, reason: str, *, by: User, at: datetime) -> None:
    """Let a connection go on, whatever had stopped it."""
    reason = given(reason)
    connections.resume(connection)
    outbox.wake_worker()
    note(DeskAct.RESUME, by, at, connection=connection, reason=reason)


class AnotherHasAnswered(Refusal):
    """Who accepts an infobase means the one that he has seen."""

    message = N_("Another infobase has answered meanwhile; check again.")


def accept_infobase(connection: str, seen: str, reason: str, *, by: User, at: datetime) -> None:
    """Take another infobase for the connection's own from now on, and have it read anew.

    Its feed counts by itself; what does not come again stays as it is here.
    """
    reason = given(reason)
    if not infobase.accept(connection, seen, by=by.id, at=at):
        raise AnotherHasAnswered
    start_over(connection)
    connections.resume(connection)
    outbox.wake_worker()
    note(DeskAct.INFOBASE, by, at, connection=connection, reason=f"{seen}: {reason}")


def release(connection: str, kind: str, reason: str, *, by: User, at: datetime) -> None:
    """Let a kind of messages go on although the contract has changed; once is enough."""
    reason = given(reason)
    if halts.release(connection, kind, by=by.name, at=at):
        note(DeskAct.RELEASE, by, at, connection=connection, kind=kind, reason=reason)


def ask_for(connection: str, kind: JobKind, *, by: User, at: datetime) -> None:
    """Have a worker read, compare or check an ERP; the job keeps how it went."""
    jobs.ask(connection, kind, source=JobSource.PAGE, by=by.id, at=at)
    if kind in READINGS:
        note(READINGS[kind], by, at, connection=connection)


def given(reason: str) -> str:
    """Return a reason as it is kept; raise `ReasonMissing` when there is none."""
    reason = clean_text(reason)[:LONGEST_REASON]
    if not reason:
        raise ReasonMissing
    return reason


def note(act: DeskAct, by: User, at: datetime, **facts: Any) -> None:
    """Write the line of an act into the audit."""
    db.add(ExchangeAction(at=at, person_id=by.id, act=act, **facts))
