"""What the members of our enums are called on screens, registered by each domain's `words.py`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from flask_babel import gettext

E = TypeVar("E", bound=StrEnum)

# Members of different enums may be the same word ("refund"), so the type is part of the key.
_LABELS: dict[tuple[type[StrEnum], str], str] = {}


def call(names: Mapping[E, str]) -> Mapping[E, str]:
    """Register the English, marked name of each member; every member needs one."""
    members = {type(member) for member in names}
    missing = [member for kind in members for member in kind if member not in names]
    if missing:
        raise ValueError(f"no words for {missing}")
    _LABELS.update({(type(member), member.value): text for member, text in names.items()})
    return names


def has_label(member: StrEnum) -> bool:
    """Tell whether the member has a name for readers."""
    return (type(member), member.value) in _LABELS


def label(member: StrEnum | None) -> str:
    """Return the member's name in the reader's language, nothing for None."""
    return "" if member is None else str(gettext(marked(member)))


def marked(member: StrEnum) -> str:
    """Return the member's English, marked name, to be translated for somebody else."""
    return _LABELS[type(member), member.value]
