"""Two windows on one draft: what only one of them changed is kept, what both changed is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2s


@dataclass(frozen=True)
class Merged:
    """A form as it was typed, with what another window changed meanwhile.

    `values` is what to read the form from, `taken` the part of it that comes from the other window,
    `conflicts` the fields that both changed, with what the other window saved in them.
    """

    values: Mapping[str, str]
    taken: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[str, str] = field(default_factory=dict)


NOTHING_MERGED = Merged({})


def mark_of(value: str) -> str:
    """Return a short mark of a value; line ends and spaces around do not count."""
    text = "\n".join(value.split("\r\n")).strip()
    return blake2s(text.encode(), digest_size=6).hexdigest()


def marks_of(values: Mapping[str, str]) -> dict[str, str]:
    """Return the mark of each value: what a window has seen when it was opened."""
    return {name: mark_of(value) for name, value in values.items()}


def merge(seen: Mapping[str, str], saved: Mapping[str, str], typed: Mapping[str, str]) -> Merged:
    """Bring together what a window has `seen`, what is `saved` now and what was `typed` in it.

    A field that the window knows no mark of is taken as typed; a choice that nobody made yet is
    not sent at all.
    """
    taken, conflicts = {}, {}
    for name in saved.keys() & seen.keys():
        base, now, mine = seen[name], mark_of(saved[name]), mark_of(typed.get(name, ""))
        if now in (base, mine):
            continue
        if mine == base:
            taken[name] = saved[name]
        else:
            conflicts[name] = saved[name]
    return Merged({**typed, **taken}, taken, conflicts)
