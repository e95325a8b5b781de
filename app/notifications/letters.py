"""Noting in the history of a claim which letter went to whom."""

from uuid import UUID

from app.accounts.models import Person
from app.accounts.policy import SYSTEM
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.core.clock import now
from app.vocabulary import DEALERS, Visibility
from connectors.mail.port import Letter


def note_letter(
    claim_id: UUID, reader: Person | None, letter: Letter, *, instead_of: str = ""
) -> None:
    """Note a letter that was sent; one to the factory's own people no dealer is told of.

    `instead_of` is whom it was meant for, when that person could not be reached.
    """
    if reader is None:
        return
    is_dealers = reader.role in DEALERS
    record(
        claim_id,
        HistoryKind.LETTER_SENT,
        by=SYSTEM,
        at=now(),
        visibility=Visibility.PUBLIC if is_dealers else Visibility.INTERNAL,
        to=reader.name,
        subject=letter.subject,
        **({"instead_of": instead_of} if instead_of else {}),
    )
