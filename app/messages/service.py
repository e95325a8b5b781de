"""Writing in the thread of a claim, and noting how far somebody has read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from app.accounts.policy import User
from app.claims.attachments import add_file, is_open
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimLine
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal
from app.core.outside import MAIL
from app.files.models import StoredFile
from app.messages.models import Message, ReadMark
from app.messages.rules import LONGEST_MESSAGE, may_write
from app.outbox.service import promise
from app.vocabulary import Visibility

EXCERPT = 300  # letters of a message in the history of the claim


class NothingWritten(Refusal):
    message = N_("Write a message or add a file.")


class MessageTooLong(Refusal):
    message = N_("A message has at most %(most)s characters. Send the rest as another one.")


class ThreadClosed(Refusal):
    message = N_("The claim is closed: messages can no longer be added.")


def write(
    claim: Claim,
    text: str,
    *,
    visibility: Visibility,
    by: User,
    at: datetime,
    line: ClaimLine | None = None,
    files: Sequence[StoredFile] = (),
) -> Message:
    """Add a message with its files to the thread; whom it concerns is owed a mail.

    `text` may be empty when there are files. Raises a `Refusal` with words for the writer.
    """
    if not may_write(by.role, visibility):
        raise NotAllowed
    if not is_open(claim):
        raise ThreadClosed
    if not text and not files:
        raise NothingWritten
    if len(text) > LONGEST_MESSAGE:
        raise MessageTooLong(most=LONGEST_MESSAGE)

    kept = [add_file(claim, line, file, by=by, at=at, visibility=visibility) for file in files]
    message = Message(
        claim_id=claim.id,
        line_id=line.id if line else None,
        visibility=visibility,
        text=text,
        author_id=by.id,
        written_at=at,
        files=kept,
    )
    db.add(message)
    db.flush()  # the mail needs its id, the mark its number
    is_note = visibility is Visibility.INTERNAL
    record(
        claim.id,
        HistoryKind.NOTE_WRITTEN if is_note else HistoryKind.MESSAGE_WRITTEN,
        by=by,
        at=at,
        visibility=visibility,
        text=text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…",
        line=line.position if line else None,
        files=[file.name for file in files],
    )
    mark_read(claim.id, message.number, by=by, at=at)

    promise("mail.message_written", message.id, at=at, claim_id=claim.id, connection=MAIL)
    return message


def mark_read(claim_id: UUID, read_to: int, *, by: User, at: datetime) -> None:
    """Note that somebody has seen a thread up to a message; the mark never goes back."""
    mark = insert(ReadMark).values(person_id=by.id, claim_id=claim_id, read_to=read_to, read_at=at)
    farther = func.greatest(ReadMark.read_to, mark.excluded.read_to)
    db.execute(
        mark.on_conflict_do_update(
            index_elements=[ReadMark.person_id, ReadMark.claim_id],
            set_={"read_to": farther, "read_at": at},
        )
    )
