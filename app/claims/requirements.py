"""Which attachments a claim line needs, and which of them are missing: pure rules."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from app.vocabulary import Remedy


class AttachmentKind(StrEnum):
    """What counts: a photo or film, or a file of any kind."""

    PHOTO = "photo"
    FILE = "file"


class AttachmentLevel(StrEnum):
    """Without what is mandatory a claim is not filed; what is wanted is asked for and counted."""

    MANDATORY = "mandatory"
    WANTED = "wanted"


@dataclass(frozen=True)
class Requirement:
    """So many attachments of a kind for lines with this demand and defect; None is any of them.

    `names` says in each language what they shall show.
    """

    demand: Remedy | None
    defect_code: str | None
    kind: AttachmentKind
    count: int
    level: AttachmentLevel
    names: Mapping[str, str]


class LineOfDraft(Protocol):
    """What a requirement asks of a line."""

    id: Any
    demand: Remedy | None
    defect_code: str | None


class AttachedFile(Protocol):
    """What a requirement asks of a file; a `line_id` of None is the claim as a whole."""

    line_id: Any

    @property
    def is_photo(self) -> bool: ...


@dataclass(frozen=True)
class Shortage:
    """A requirement of a line that is not met, and how many attachments it lacks."""

    requirement: Requirement
    lacking: int


def requirements_of(
    line: LineOfDraft, requirements: Iterable[Requirement]
) -> Sequence[Requirement]:
    """Return what is asked of a line: the mandatory first, photos before files of any kind."""
    asked = [
        one
        for one in requirements
        if one.demand in (None, line.demand) and one.defect_code in (None, line.defect_code)
    ]
    levels, kinds = list(AttachmentLevel), list(AttachmentKind)
    return sorted(asked, key=lambda one: (levels.index(one.level), kinds.index(one.kind)))


def shortages(
    line: LineOfDraft, requirements: Iterable[Requirement], files: Iterable[AttachedFile]
) -> Iterator[Shortage]:
    """Yield what a line lacks. Each file meets one requirement of a line, the claim's own of each.

    A file of any kind may be a photo, but a document is taken first.
    """
    mine = [file for file in files if file.line_id in (None, line.id)]
    photos = sum(file.is_photo for file in mine)
    documents = len(mine) - photos
    for one in requirements_of(line, requirements):
        used_documents = min(documents, one.count) if one.kind is AttachmentKind.FILE else 0
        used_photos = min(photos, one.count - used_documents)
        documents -= used_documents
        photos -= used_photos
        lacking = one.count - used_documents - used_photos
        if lacking:
            yield Shortage(one, lacking)
