"""How forecasts move: what was expected before, and what is expected now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from app.claims.forecast_models import Outlook
from app.schedule.prospects import Prospect


@dataclass(frozen=True)
class Move:
    """The expected day of a claim before and after, None where no day can be told."""

    claim_id: UUID
    from_on: date | None
    to_on: date | None
    from_outlook: Outlook
    to_outlook: Outlook

    @property
    def days(self) -> int | None:
        """By how many calendar days the end moves; None when one of the ends is not known."""
        return (self.to_on - self.from_on).days if self.from_on and self.to_on else None


@dataclass(frozen=True)
class ShownMove:
    """A move with what a person calls the claim."""

    move: Move
    number: str
    dealer: str
    promise_on: date | None


@dataclass(frozen=True)
class Standing:
    """What is compared of a forecast."""

    finish_on: date | None
    outlook: Outlook

    @classmethod
    def of(cls, prospect: Prospect) -> Self:
        """Return that of a forecast that was computed."""
        return cls(prospect.finish_on, prospect.outlook)

    @classmethod
    def kept(cls, row: Mapping[str, Any]) -> Self:
        """Return that of a forecast as its table keeps it."""
        day = row["finish_on"]
        return cls(date.fromisoformat(day) if day else None, Outlook(row["outlook"]))


def moves_between(before: Mapping[UUID, Standing], after: Mapping[UUID, Prospect]) -> list[Move]:
    """Return what moved; a claim's first forecast is no move."""
    pairs = [(key, before[key], Standing.of(after[key])) for key in after if key in before]
    return [
        Move(key, old.finish_on, new.finish_on, old.outlook, new.outlook)
        for key, old, new in pairs
        if old != new
    ]
