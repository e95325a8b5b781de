"""Photos and documents of a claim: who adds them, until when, and who gets to see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from app.accounts.policy import User
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimFile, ClaimLine
from app.claims.moves import owe
from app.claims.rules import FINAL, ClaimState
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal
from app.files.models import StoredFile
from app.files.service import take_in
from app.vocabulary import Visibility

MOST_FILES = 30  # of a draft
MOST_FILES_LATER = 100


class TooManyFiles(Refusal):
    message = N_("A claim can have at most %(most)s files.")


def attach(
    claim: Claim,
    line: ClaimLine | None,
    name: str,
    stream: BinaryIO,
    *,
    by: User,
    at: datetime,
    visibility: Visibility = Visibility.PUBLIC,
) -> ClaimFile:
    """Take a photo or document into the claim through the upload door.

    Raises `NotAllowed` once the claim is over, `FileRefused` for a file that is not taken.
    """
    refuse_another_file(claim, by=by, visibility=visibility)
    file = take_in(name, stream, dealer_id=claim.dealer_id, by=by.id, at=at)
    return add_file(claim, line, file, by=by, at=at, visibility=visibility)


def add_file(
    claim: Claim,
    line: ClaimLine | None,
    file: StoredFile,
    *,
    by: User,
    at: datetime,
    visibility: Visibility = Visibility.PUBLIC,
) -> ClaimFile:
    """Make a stored file an attachment; a public one of a filed claim is owed to the ERP."""
    refuse_another_file(claim, by=by, visibility=visibility)
    kept = ClaimFile(
        line_id=line.id if line else None,
        file_id=file.id,
        visibility=visibility,
        added_by=by.id,
        added_at=at,
    )
    kept.file = file
    claim.files.append(kept)
    db.flush()  # the answer shows the file by its id

    record(
        claim.id,
        HistoryKind.FILE_ADDED,
        by=by,
        at=at,
        visibility=visibility,
        file=file.name,
        line=line.position if line else None,
    )
    if claim.state is not ClaimState.DRAFT and not kept.is_internal:
        owe(claim, "erp.push_evidence", at, subject_id=file.id, queue="erp")
    return kept


def detach(claim: Claim, kept: ClaimFile, *, by: User, at: datetime) -> None:
    """Take a file out of a draft; a filed claim keeps what was attached."""
    if claim.state is not ClaimState.DRAFT:
        raise NotAllowed
    claim.files.remove(kept)
    record(claim.id, HistoryKind.FILE_REMOVED, by=by, at=at, file=kept.file.name)


def is_open(claim: Claim) -> bool:
    """Tell whether messages and files can still be added."""
    return claim.state not in FINAL


def files_for(user: User, claim: Claim) -> Sequence[ClaimFile]:
    """Return the files of a claim that this reader may see."""
    return claim.public_files if user.is_dealer else claim.files


def refuse_another_file(claim: Claim, *, by: User, visibility: Visibility) -> None:
    """Raise unless this person may add a file of this visibility now."""
    if not is_open(claim) or (by.is_dealer and visibility is Visibility.INTERNAL):
        raise NotAllowed
    most = MOST_FILES if claim.state is ClaimState.DRAFT else MOST_FILES_LATER
    if len(claim.files) >= most:
        raise TooManyFiles(most=most)
