"""The only place that asks what time it is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def local_day(at: datetime, zone: str) -> date:
    """Return the calendar day of a moment at a place."""
    return at.astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True)
class LocalDay:
    """A calendar day at a place, with the place's time zone (an IANA name)."""

    day: date
    zone: str

    @classmethod
    def of(cls, at: datetime, zone: str) -> Self:
        """Return the day of a moment at a place."""
        return cls(local_day(at, zone), zone)
