"""Reading the fields of a JSON object with their types; what is wrong is named by its path."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any, Self
from zoneinfo import ZoneInfo

DAYS_OF_WEEK = 7
REQUIRED: Any = object()


class WrongField(Exception):
    """A field that is missing or has no sense; `field` is its path, such as `stages[1].unit`."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(f"{field}: {words}")
        self.field = field
        self.words = words


class Fields:
    """The fields of one object. A field that is null is one that is left out."""

    def __init__(self, values: Any, path: str = "") -> None:
        if not isinstance(values, dict):
            raise WrongField(path or "scenario", "an object is needed")
        self.path = path
        self._values = values
        self._read: set[str] = set()
        self._children: list[Fields] = []

    def place(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def wrong(self, name: str, words: str) -> WrongField:
        """Return the fault of a field."""
        return WrongField(self.place(name), words)

    def has(self, name: str) -> bool:
        """Tell whether a field is given."""
        return self._values.get(name) is not None

    def unread(self) -> Iterator[str]:
        """Give the paths of the fields that nobody has asked for."""
        yield from (self.place(name) for name in self._values if name not in self._read)
        for child in self._children:
            yield from child.unread()

    def text(self, name: str, default: Any = REQUIRED) -> Any:
        """Return a text."""
        value = self._get(name, default)
        if value is not default and not isinstance(value, str):
            raise self.wrong(name, "a text is needed")
        return value

    def number(self, name: str, default: Any = REQUIRED, *, most: int) -> Any:
        """Return a whole number from 0 to the largest that makes sense."""
        value = self._get(name, default)
        if value is default:
            return value
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise self.wrong(name, f"a whole number from 0 to {most} is needed")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._get(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false is needed")
        return value

    def choice(self, name: str, choices: Sequence[str], default: Any = REQUIRED) -> Any:
        """Return one of the words that are known."""
        value = self._get(name, default)
        if value is not default and value not in choices:
            raise self.wrong(name, f"one of {', '.join(choices)} is needed")
        return value

    def day(self, name: str, default: Any = REQUIRED) -> Any:
        """Return a day, written as 2026-10-21."""
        value = self._get(name, default)
        return value if value is default else _day(value, self.place(name))

    def days(self, name: str) -> frozenset[date]:
        """Return a list of days; left out, it is empty."""
        place = self.place(name)
        return frozenset(
            _day(value, f"{place}[{number}]") for number, value in enumerate(self._list(name))
        )

    def weekdays(self, name: str, default: frozenset[int]) -> frozenset[int]:
        """Return days of the week, Monday 0."""
        if not self.has(name):
            self._read.add(name)
            return default
        values = self._list(name)
        if any(isinstance(one, bool) or one not in range(DAYS_OF_WEEK) for one in values):
            raise self.wrong(name, "weekdays from 0 (Monday) to 6 are needed")
        return frozenset(values)

    def time(self, name: str, default: time) -> time:
        """Return a time of the day, written as 15:00."""
        value = self._get(name, default)
        with suppress(TypeError, ValueError):
            read = value if value is default else time.fromisoformat(value)
            if read.tzinfo is None:
                return read
        raise self.wrong(name, "a time such as 15:00 is needed")

    def zone(self, name: str, default: str) -> str:
        """Return the name of a time zone."""
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (ValueError, OSError, LookupError):
            raise self.wrong(name, f"the time zone “{value}” is not known") from None
        return str(value)

    def moment(self, name: str) -> datetime:
        """Return a moment with its offset, written as 2026-03-29T01:30:00+01:00."""
        value = self._get(name, REQUIRED)
        with suppress(TypeError, ValueError):
            read = datetime.fromisoformat(value)
            if read.tzinfo is not None:
                return read
        raise self.wrong(name, "a moment with its offset, such as 2026-03-29T01:30:00+01:00,"
                               " is needed")  # fmt: skip

    def child(self, name: str, default: Any = REQUIRED) -> "Fields":
        """Return an object inside of this one."""
        return self._grow(self._get(name, default), self.place(name))

    def children(self, name: str, *, is_required: bool = True) -> list["Fields"]:
        """Return a list of objects."""
        if is_required and not self.has(name):
            raise self.wrong(name, "is missing")
        place = self.place(name)
        return [
            self._grow(value, f"{place}[{number}]") for number, value in enumerate(self._list(name))
        ]

    def named(self, name: str) -> dict[str, "Fields"]:
        """Return the objects of an object by their names."""
        whole = self.child(name, {})
        return {key: whole.child(key) for key in whole.names()}

    def names(self) -> list[str]:
        """Return the names of all fields."""
        return list(self._values)

    def value(self, name: str) -> Any:
        """Return a field as it is."""
        return self._get(name, None)

    def _grow(self, value: Any, path: str) -> "Fields":
        child = type(self)(value, path)
        self._children.append(child)
        return child

    def _list(self, name: str) -> list[Any]:
        value = self._get(name, [])
        if not isinstance(value, list):
            raise self.wrong(name, "a list is needed")
        return value

    def _get(self, name: str, default: Any) -> Any:
        self._read.add(name)
        value = self._values.get(name)
        if value is not None:
            return value
        if default is REQUIRED:
            raise self.wrong(name, "is missing")
        return default

    @classmethod
    def of(cls, values: Any) -> Self:
        """Return the fields of a whole line."""
        return cls(values)


def _day(value: Any, place: str) -> date:
    try:
        if len(value) == len("2026-10-21"):  # no other form of ISO 8601
            return date.fromisoformat(value)
    except (TypeError, ValueError):
        pass
    raise WrongField(place, "a day such as 2026-10-21 is needed")
