"""The two ways in which the outside world says no."""

from typing import Any

from connectors.reasons import Reason, ReasonCode


class OutsideError(Exception):
    """Anything a neighbour did to us: a code and the values of its sentence, kept as `reason`.

    `str()` is the sentence in English, for logs and terminals.

    `outcome_unknown` is true when the request may have had its effect all the same, so that the
    neighbour must be asked about it before it is sent again. `details` is the neighbour's raw
    answer, for the administrator only; "" where there is none.
    """

    def __init__(
        self, code: ReasonCode, *, details: str = "", outcome_unknown: bool = False, **values: Any
    ) -> None:
        self.reason = Reason(code, values)
        super().__init__(str(self.reason))
        self.details = details
        self.outcome_unknown = outcome_unknown


class Unavailable(OutsideError):
    """Not now: down, slow, closed for maintenance. Trying later is right."""


class Closed(Unavailable):
    """The whole connection is closed for now: maintenance, no licence, pool exhausted.

    Nothing was done, and no other request of this connection would fare better.
    """


class Foreign(Unavailable):
    """Somebody else answers in the neighbour's place; nothing was told and nothing believed."""


class Transient(Unavailable):
    """This request not now, others at once: what it needs is locked over there for a moment.

    The neighbour has answered, so nothing is wrong with the connection.
    """


class Rejected(OutsideError):
    """Understood and refused, or not understood at all: a person must look."""


class Restored(Rejected):
    """The neighbour has gone back in time: it does not know what it has told us already.

    As after a restored backup. Where we are means nothing to it; everything must be asked anew.
    """


class NotOffered(Rejected):
    """The neighbour has nothing that answers this question; nothing was asked."""


class Denied(Rejected):
    """The neighbour does not let our user in, or not to this: somebody mends the account."""
