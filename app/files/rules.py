"""What files are accepted, how they are called, and the words with which others are refused."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from pathlib import PurePosixPath

from flask_babel import gettext

from app.core.errors import N_, Refusal
from app.core.text import clean_line
from app.files.inspection.unfit import Why

MB = 1024 * 1024
HEAD_BYTES = 1024
LARGEST_REQUEST = 100 * MB  # a form may carry a dozen photos; each is measured by itself too
PICTURE = "image/jpeg"
LONGEST_NAME_BYTES = 180
LONGEST_SUFFIX = 10


class Variant(StrEnum):
    """Which bytes of a stored file are meant."""

    ORIGINAL = "original"
    SERVED = "served"
    THUMBNAIL = "thumbnail"


@dataclass(frozen=True)
class Kind:
    """One accepted kind of file; `magic` matches its first bytes, `limit` is in bytes."""

    code: str
    suffixes: tuple[str, ...]
    media_type: str
    limit: int
    magic: re.Pattern[bytes]


class Change(StrEnum):
    """What was changed in a file before it is shown to anybody."""

    FORMULAS_AS_TEXT = "formulas_as_text"
    LOCATION_REMOVED = "location_removed"


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OLD_CONTAINER = rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ISO_FILM = rb"....ftyp(isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|3gp[4-9]|3g2|dash|hvc1|f4v )"
_HEIF = rb"....ftyp(hei[cxms]|hev[cxms]|mif1|msf1)"
_QUICKTIME = rb"....(ftypqt  |moov|wide|mdat)"


def _kind(code: str, suffixes: str, media_type: str, megabytes: int, magic: bytes) -> Kind:
    pattern = re.compile(magic, re.DOTALL)
    return Kind(code, tuple(suffixes.split()), media_type, megabytes * MB, pattern)


# Text has no magic of its own: it is what does not begin like markup or like another kind.
_PLAIN = rb"(?!(\xef\xbb\xbf)?\s*(?i:<(!doctype|\?xml|html|svg|script)|%PDF-|PK\x03\x04))"
# A mail begins with the names of its headers.
_HEADERS = rb"(\xef\xbb\xbf)?(From |[A-Za-z][A-Za-z0-9-]{0,60}:)"

KINDS = (
    _kind("jpg", ".jpg .jpeg .jfif .jpe .pjpeg", "image/jpeg", 40, rb"\xff\xd8\xff"),
    _kind("png", ".png", "image/png", 40, rb"\x89PNG\r\n\x1a\n"),
    _kind("webp", ".webp", "image/webp", 40, rb"RIFF....WEBPVP8"),
    _kind("heic", ".heic .heif .hif", "image/heic", 40, _HEIF),
    _kind("mp4", ".mp4 .m4v .3gp", "video/mp4", 50, _ISO_FILM),
    _kind("mov", ".mov .qt", "video/quicktime", 50, _QUICKTIME),
    _kind("pdf", ".pdf", "application/pdf", 25, rb"(\xef\xbb\xbf)?\s*%PDF-"),
    _kind("docx", ".docx", _DOCX, 10, rb"PK\x03\x04"),
    _kind("xlsx", ".xlsx", _XLSX, 10, rb"PK\x03\x04"),
    _kind("xls", ".xls", "application/vnd.ms-excel", 10, _OLD_CONTAINER),
    _kind("eml", ".eml", "message/rfc822", 25, _HEADERS),
    _kind("zip", ".zip", "application/zip", 50, rb"PK\x03\x04"),
    _kind("csv", ".csv", "text/csv", 5, _PLAIN),
    _kind("txt", ".txt", "text/plain", 5, _PLAIN),
)
KIND_BY_SUFFIX = {suffix: kind for kind in KINDS for suffix in kind.suffixes}
MEDIA_TYPES = frozenset(kind.media_type for kind in KINDS)
SUFFIXES = tuple(KIND_BY_SUFFIX)
# Cameras and messengers give their files any name or none: these are known by their bytes alone.
BY_BYTES = tuple(kind for kind in KINDS if kind.media_type.startswith(("image/", "video/")))
# What holds other files; nothing of the sort may be inside.
HOLDERS = {"zip", "eml"}

_ACCEPTED = ", ".join(kind.code.upper() for kind in KINDS)

REASONS = {
    Why.EMPTY: N_("it is empty."),
    Why.TOO_LARGE: N_("it is larger than %(value)s MB."),
    Why.UNKNOWN_KIND: N_("files of this kind are not accepted. Accepted are: %(accepted)s."),
    Why.OTHER_CONTENT: N_("its content is not what its name says. Accepted are: %(accepted)s."),
    Why.OLD_OR_LOCKED: N_(
        "it is locked with a password or saved in an old format. "
        "Save it again without a password as DOCX or XLSX."
    ),
    Why.DAMAGED: N_("it is damaged or incomplete. Open it, save it again, and add it once more."),
    Why.TOO_MUCH_WORK: N_("it is too complicated to be checked. Save it again in a simpler form."),
    Why.TOO_MANY_PIXELS: N_("the picture has more than %(value)s million pixels."),
    Why.MOVING: N_("it is an animated picture. Add a still one."),
    Why.LOCKED: N_("it is locked with a password. Save it without a password."),
    Why.TOO_MANY_PAGES: N_("it has more than %(value)s pages."),
    Why.ACTIVE_CONTENT: N_("it contains a program, for instance a macro. Save it without."),
    Why.EMBEDDED_FILE: N_("another file is hidden in it. Add that file separately."),
    Why.OUTSIDE_LINK: N_("it fetches something from another place when it is opened."),
    Why.ODD_ARCHIVE: N_("its inner structure is unusual. Open it, save it again, and add it."),
    Why.UNPACKS_TOO_LARGE: N_("it becomes larger than %(value)s MB when it is opened."),
    Why.TOO_MANY_CELLS: N_("it has more than %(value)s cells."),
    Why.TOO_MANY_ROWS: N_("it has more than %(value)s rows."),
    Why.TOO_LONG_CELL: N_("one of its cells or lines is longer than %(value)s characters."),
    Why.TOO_LONG_FILM: N_("the film is longer than %(value)s minutes. Cut it."),
    Why.TOO_MANY_MEMBERS: N_("more than %(value)s files are in it. Divide them."),
    Why.NESTED: N_("another archive is in it. Add its files separately."),
    Why.NOT_TEXT: N_("it is not readable text. Save it as UTF-8."),
}


class FileRefused(Refusal):
    """This file is not taken; the words say which and why."""

    message = N_("%(name)s was not added: %(why)s")
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE

    def __init__(self, name: str, why: Why, value: int = 0) -> None:
        self.why = why
        self._facts = {"value": value, "accepted": _ACCEPTED}
        super().__init__(name=name, why=REASONS[why] % self._facts)

    def words(self) -> str:
        why = gettext(REASONS[self.why], **self._facts)
        return str(gettext(self.message, name=self.values["name"], why=why))


class FileTooLarge(FileRefused):
    """More bytes than its kind may have."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, name: str, kind: Kind) -> None:
        super().__init__(name, Why.TOO_LARGE, kind.limit // MB)


class NothingToShow(Refusal):
    """The file has no such variant, as a text has no thumbnail."""

    message = N_("No preview of this file")
    status = HTTPStatus.NOT_FOUND


def kind_of(name: str, head: bytes) -> Kind:
    """Return the kind on which name and first bytes agree, or refuse.

    A photo or film is what its bytes are, unless its name says that it is a document.
    """
    kind = KIND_BY_SUFFIX.get(PurePosixPath(name).suffix.lower())
    if not head:
        raise FileRefused(name, Why.EMPTY)
    if kind is None or kind in BY_BYTES:
        seen = next((one for one in BY_BYTES if one.magic.match(head[:HEAD_BYTES])), None)
        if seen is not None:
            return seen
    if kind is None:
        raise FileRefused(name, Why.UNKNOWN_KIND)
    if kind.magic.match(head[:HEAD_BYTES]):
        return kind
    # Word and Excel lock a document with a password by wrapping it in the container of the 1990s.
    is_old = re.match(_OLD_CONTAINER, head)
    raise FileRefused(name, Why.OLD_OR_LOCKED if is_old else Why.OTHER_CONTENT)


def name_for(name: str, kind: Kind) -> str:
    """Return the name with an ending of its kind: a photo keeps none that says something else."""
    path = PurePosixPath(name)
    if path.suffix.lower() in kind.suffixes:
        return name
    stem = path.stem if KIND_BY_SUFFIX.get(path.suffix.lower()) in BY_BYTES else name
    return f"{stem.rstrip('.')}{kind.suffixes[0]}"


_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


def clean_name(name: str) -> str:
    """Return a name that every system can store and that looks like what it is."""
    name = clean_line(_SEPARATORS.split(name)[-1])
    name = "".join(letter for letter in name if not _is_invisible(letter))
    name = _FORBIDDEN.sub("_", name).strip(" .")
    if _DEVICES.match(name):
        name = f"_{name}"
    return _shorten(name) or "file"


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cs"}


def _shorten(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    if len(suffix) > LONGEST_SUFFIX:
        suffix = ""
    stem = name.removesuffix(suffix).encode()[: LONGEST_NAME_BYTES - len(suffix.encode())]
    return stem.decode(errors="ignore").rstrip(" .") + suffix
