"""When a connection stops, and how long it is left alone before somebody asks again."""

from datetime import timedelta
from enum import StrEnum

BREAK_AFTER = 5  # failures in a row, of whichever messages
PROBE_WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 10, 20, 40, 60, 120, 300))
# Asking with a log-in that was refused soon locks the account on the other side.
DENIED_WAIT = timedelta(minutes=15)

# A message that closes its connection so often in a row, while pings are answered, closes it alone.
MOST_CLOSINGS = 3
# After the first closing the message is tried as soon as the connection works, then later: in an
# ERP that is half closed the others find out meanwhile that it is not this message alone.
CLOSING_WAITS = (timedelta(0), timedelta(minutes=5))
# Tries of a message that the neighbour cannot do at the moment: with the longest waits three days.
MOST_TRANSIENT = 320

# Dead letters: when to remind of one first and again, and from which time on all administrators.
REMIND_AFTER = timedelta(days=1)
REMIND_EVERY = timedelta(days=2)
ESCALATED_AT = 3

# How long messages that are done and transcripts are kept: a quarter's questions can be answered.
KEPT_FOR = timedelta(days=90)


class Happening(StrEnum):
    """What became of an attempt to keep a promise, when it was not simply kept.

    `in_doubt`: sent, and nobody knows whether it had its effect; `found`, `not_found`: what the
    neighbour said when it was asked; `repeated`: not asked, sent again under a key that it keeps
    once.
    """

    POSTPONED = "postponed"
    IN_DOUBT = "in_doubt"
    FOUND = "found"
    NOT_FOUND = "not_found"
    REPEATED = "repeated"
    STOPPED = "stopped"
    PARKED = "parked"


class ConnectionState(StrEnum):
    """Why nothing goes through a connection, or that it works.

    `closed`: the neighbour says so; `broken`: it failed too often in a row; `denied`: it does not
    let us in; `foreign`: somebody else answers in its place; `paused`: a person said so, and only a
    person lets it go on.
    """

    WORKING = "working"
    CLOSED = "closed"
    BROKEN = "broken"
    DENIED = "denied"
    FOREIGN = "foreign"
    PAUSED = "paused"


# These come back by themselves, when an answer to a probe shows that they may.
ASKED_AGAIN = (
    ConnectionState.CLOSED,
    ConnectionState.BROKEN,
    ConnectionState.DENIED,
    ConnectionState.FOREIGN,
)
# These do not end by themselves: administrators are told at once.
ALARMING = (ConnectionState.DENIED, ConnectionState.FOREIGN)


def probe_wait(state: ConnectionState, probes: int) -> timedelta:
    """Return how long a stopped connection rests after so many probes in vain."""
    if state is ConnectionState.DENIED:
        return DENIED_WAIT
    return PROBE_WAITS[min(probes, len(PROBE_WAITS) - 1)]
