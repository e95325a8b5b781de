"""What an attachment shows: said by whoever adds it, chosen among what its lines need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s

from app.accounts.policy import User
from app.claims.attachments import is_open
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimFile
from app.claims.requirements import AttachmentKind, Requirement, requirements_of
from app.claims.rules import ClaimState
from app.core.errors import N_, NotAllowed, Refusal

BY_KIND = ""  # nobody said it
SOMETHING_ELSE = "other"


class NoSuchTag(Refusal):
    message = N_("This line does not need such an attachment any more. Choose again.")


@dataclass(frozen=True)
class Tag:
    """Something that a file can show: its key in forms, and what it is called by language."""

    key: str
    names: Mapping[str, str]


def tags_for(claim: Claim, kept: ClaimFile, table: Sequence[Requirement]) -> list[Tag]:
    """Return what a file can be said to show: what its line needs, and what it shows already."""
    asked = {
        tag_key(one.names): Tag(tag_key(one.names), one.names)
        for line in claim.lines
        if kept.line_id in (None, line.id)
        for one in requirements_of(line, table)
        if kept.is_photo or one.kind is AttachmentKind.FILE
    }
    if kept.shows:
        asked.setdefault(tag_key(kept.shows), Tag(tag_key(kept.shows), kept.shows))
    return list(asked.values())


def tag_key(names: Mapping[str, str] | None) -> str:
    """Return the key of what a file shows; two texts have two keys."""
    if names is None:
        return BY_KIND
    text = "\0".join(f"{language}\0{name}" for language, name in sorted(names.items()))
    return blake2s(text.encode(), digest_size=6).hexdigest() if names else SOMETHING_ELSE


def tag_file(
    claim: Claim,
    kept: ClaimFile,
    key: str,
    table: Sequence[Requirement],
    *,
    by: User,
    at: datetime,
) -> None:
    """Say what a file shows; the history of a filed claim keeps what was said before."""
    if not is_open(claim):
        raise NotAllowed
    shows = _names_of(key, tags_for(claim, kept, table))
    before, kept.shows = kept.shows, shows
    if before != shows and claim.state is not ClaimState.DRAFT:
        changed = {"shows": [before, shows]}
        record(
            claim.id,
            HistoryKind.DATA_CHANGED,
            by=by,
            at=at,
            visibility=kept.visibility,
            file=kept.file.name,
            changed=changed,
        )


def _names_of(key: str, tags: Sequence[Tag]) -> dict[str, str] | None:
    if key == BY_KIND:
        return None
    if key == SOMETHING_ELSE:
        return {}
    tag = next((one for one in tags if one.key == key), None)
    if tag is None:
        raise NoSuchTag
    return dict(tag.names)
