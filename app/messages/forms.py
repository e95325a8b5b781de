"""What somebody types into the thread of a claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from werkzeug.datastructures import MultiDict

from app.core.text import clean_text
from app.vocabulary import Visibility

MOST_KEPT = 30  # files of earlier attempts that one form carries
LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True)
class Written:
    """A message as it was sent; `kept` are files that an earlier, refused attempt took in."""

    visibility: Visibility
    text: str = ""
    line_id: UUID | None = None
    kept: Sequence[UUID] = ()


def read_written(form: MultiDict[str, str]) -> Written:
    """Return what a form holds; without a known word for whom it is, it is internal."""
    chosen = form.get("visibility", "")
    return Written(
        visibility=Visibility(chosen) if chosen in set(Visibility) else Visibility.INTERNAL,
        text=clean_text(form.get("text", "")),
        line_id=_key(form.get("line", "")),
        kept=[key for one in form.getlist("kept")[:MOST_KEPT] if (key := _key(one))],
    )


def read_number(form: MultiDict[str, str]) -> int | None:
    """Return the number of the last message that was seen, None for what is no such number."""
    typed = form.get("read_to", "")
    is_number = typed.isascii() and typed.isdecimal() and int(typed[:20]) <= LARGEST_NUMBER
    return int(typed) if is_number and len(typed) <= len(str(LARGEST_NUMBER)) else None


def _key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
