"""Messages whose outcome is unknown: the neighbour is asked before they are sent again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.outbox.history import note
from app.outbox.leases import Leased
from app.outbox.reasons import OutboxReason
from app.outbox.rules import Happening

ASKED_AT_LEAST = timedelta(seconds=1)  # a quiet time that is nearly over is not asked in a loop


class Remedy(StrEnum):
    """How it comes out whether something arrived."""

    ASK = "ask"
    REPEAT = "repeat"  # the neighbour keeps each key once
    PERSON = "person"


def _always_ask(_: Any) -> Remedy:
    return Remedy.ASK


@dataclass(frozen=True)
class Inquiry:
    """How it comes out whether a neighbour has got already what was sent to it.

    `ask` returns its reply to the message, as `send` would, or None when it does not know it.
    `quiet` says how long after a sending that "no" proves nothing, because the neighbour may still
    be at work on it; no time at all where it keeps each key only once. `remedy` says which of the
    three ways there is: not every neighbour can be asked.
    """

    ask: Callable[[Any], Any]
    quiet: Callable[[Any], timedelta]
    remedy: Callable[[Any], Remedy] = _always_ask


class StillQuiet(Exception):
    """The neighbour does not know the message, but it may come to know it before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(OutboxReason.STILL_QUIET.sentence)
        self.until = until


class NobodyKnows(Exception):
    """Only a person can find out whether the message arrived."""

    def __init__(self) -> None:
        super().__init__(OutboxReason.NOBODY_KNOWS.sentence)


def ask(message: Leased, inquiry: Inquiry, content: Any, *, at: datetime) -> Any:
    """Return the neighbour's reply to what was sent before, None when it may be sent again.

    It is called outside of any transaction; the line of the history that it adds belongs to what
    is done with the answer, and says only what was really done. Raise `NobodyKnows` when neither
    asking nor sending again is possible.
    """
    remedy = inquiry.remedy(content)
    if remedy is Remedy.PERSON:
        raise NobodyKnows
    if remedy is Remedy.REPEAT:
        note(message.id, Happening.REPEATED, at=at)
        return None
    reply = inquiry.ask(content)
    note(message.id, Happening.NOT_FOUND if reply is None else Happening.FOUND, at=at)
    return reply


def keep_quiet(message: Leased, inquiry: Inquiry, content: Any, *, at: datetime) -> None:
    """Raise `StillQuiet` while the neighbour may yet finish what it does not know so far."""
    until = (message.doubt_since or at) + inquiry.quiet(content)
    if until > at:
        raise StillQuiet(max(until, at + ASKED_AT_LEAST))
