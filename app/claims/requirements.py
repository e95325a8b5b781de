"""Which attachments a claim line needs, which files meet them, and what is missing: pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

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
    """What a requirement asks of a file; a `line_id` of None is the claim as a whole.

    `shows` is what somebody said that it shows, named like the requirement that it meets, and empty
    for something else; None where nobody said it, so that its kind decides.
    """

    line_id: Any
    shows: Any

    @property
    def is_photo(self) -> bool: ...


FileT = TypeVar("FileT", bound=AttachedFile)


@dataclass(frozen=True)
class Match(Generic[FileT]):
    """A requirement of a line, the files that meet it, and how many attachments it lacks."""

    requirement: Requirement
    files: tuple[FileT, ...]

    @property
    def lacking(self) -> int:
        """How many attachments are missing."""
        return self.requirement.count - len(self.files)


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


def match_files(
    line: LineOfDraft, requirements: Iterable[Requirement], files: Iterable[FileT]
) -> list[Match[FileT]]:
    """Return which files meet which requirement of a line, in the order of the requirements.

    A file meets one requirement of a line, one of the whole claim one of each line. Where somebody
    said what it shows it meets that alone; the others are given out by their kind, documents before
    photos where a file of any kind will do.
    """
    mine = [file for file in files if file.line_id in (None, line.id)]
    named = [file for file in mine if file.shows is not None]
    unnamed = [file for file in mine if file.shows is None]
    matches = []
    for one in requirements_of(line, requirements):
        met = [file for file in named if _fits(one, file) and dict(file.shows or {}) == one.names]
        met = met[: one.count]
        named = _without(named, met)
        guessed = sorted(
            (file for file in unnamed if _fits(one, file)), key=lambda file: file.is_photo
        )[: one.count - len(met)]
        unnamed = _without(unnamed, guessed)
        matches.append(Match(one, (*met, *guessed)))
    return matches


def shortages(
    line: LineOfDraft, requirements: Iterable[Requirement], files: Iterable[AttachedFile]
) -> list[Match[AttachedFile]]:
    """Return the requirements of a line that are not met wholly."""
    return [one for one in match_files(line, requirements, files) if one.lacking]


def _fits(requirement: Requirement, file: AttachedFile) -> bool:
    return file.is_photo or requirement.kind is AttachmentKind.FILE


def _without(files: Iterable[FileT], taken: Iterable[FileT]) -> list[FileT]:
    ids = {id(file) for file in taken}  # two files of the same look are two
    return [file for file in files if id(file) not in ids]
