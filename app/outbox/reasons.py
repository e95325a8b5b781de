"""What the delivery itself says of a message, beside what a neighbour said."""

from app.core.errors import N_
from connectors.reasons import ReasonCode


class OutboxReason(ReasonCode):
    """Why a message waits or stands still."""

    STILL_QUIET = (
        "outbox_still_quiet",
        N_("Sent, not known there yet: asked again before it is sent once more."),
    )
    NOBODY_KNOWS = (
        "outbox_nobody_knows",
        N_(
            "It was sent, the answer was lost, and this service can neither be asked about it nor"
            " does it keep a key only once. Look there: mark it as done if it is there, send it"
            " again if it is not."
        ),
    )
    CLOSES_ALONE = (
        "outbox_closes_alone",
        N_(
            "%(times)s times in a row this message was answered as if the whole connection were"
            " closed, while pings were answered: %(answer)s"
        ),
    )
    DONE_BY_HAND = "outbox_done_by_hand", N_("%(name)s marked it as done: “%(words)s”")
