"""The open work of departments as bars on a line of days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from app.core.alphabet import alphabetical_key
from app.core.timeline import Stretch, Tick, Timeline, around
from app.work.rules import WorkState

_DAY = timedelta(days=1)
FARTHEST = timedelta(days=120)  # older plans are cut: the line is about what is to be done now
MOST_TICKS = 30
SATURDAY = 5


class Zoom(StrEnum):
    """How wide a day is."""

    WEEK = "week"
    MONTH = "month"


class Grouping(StrEnum):
    """What the bars stand together by."""

    PERSON = "person"
    CLAIM = "claim"


DAY_WIDTH = {Zoom.WEEK: 40, Zoom.MONTH: 14}  # pixels


@dataclass(frozen=True)
class OpenOrder:
    """An open work order: when its work is planned to begin, and what is known of it.

    `is_assumed` tells that it was begun, though nobody has confirmed that the goods are there.
    """

    id: UUID
    number: str
    dealer: str
    item_name: str
    person: str
    state: WorkState
    begins_on: date
    due_on: date
    started_on: date | None
    blocked_reason: str
    is_assumed: bool = False

    def days_late(self, today: date) -> int:
        """How many days ago it should have been finished, 0 when there is time."""
        return max((today - self.due_on).days, 0)


@dataclass(frozen=True)
class Bar:
    """A row: the planned stretch, the part that was worked on, the part beyond the due day."""

    order: OpenOrder
    planned: Stretch | None
    worked: Stretch | None
    late: Stretch | None


@dataclass(frozen=True)
class Group:
    """Bars that stand together; a group of nobody has no name."""

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Gantt:
    """Everything that the template draws; `width` is in pixels, all places in per cent."""

    line: Timeline
    groups: tuple[Group, ...]
    width: int
    today: float
    weekends: tuple[Stretch, ...]
    ticks: tuple[Tick, ...]


def draw_gantt(
    orders: Sequence[OpenOrder], *, today: date, zoom: Zoom, grouping: Grouping
) -> Gantt | None:
    """Draw the orders, those that are due first on top; without orders nothing is drawn."""
    if not orders:
        return None
    first = max(min(order.begins_on for order in orders), today - FARTHEST)
    last = min(max(order.due_on for order in orders), today + FARTHEST)
    line = around([first, max(last, today), today], margin=3)
    return Gantt(
        line,
        tuple(_groups(orders, line, today, grouping)),
        width=line.days * DAY_WIDTH[zoom],
        today=line.middle_of(today),
        weekends=line.stretches(day for day in line.all_days() if day.weekday() >= SATURDAY),
        ticks=line.ticks(MOST_TICKS),
    )


def _groups(
    orders: Iterable[OpenOrder], line: Timeline, today: date, grouping: Grouping
) -> Iterable[Group]:
    together: dict[str, list[Bar]] = {}
    for order in sorted(orders, key=lambda one: (one.due_on, one.number)):
        name = order.person if grouping is Grouping.PERSON else order.number
        together.setdefault(name, []).append(_bar(order, line, today))
    names = (
        sorted(together, key=lambda name: (not name, alphabetical_key(name)))
        if _by_name(grouping)
        else together
    )
    return (Group(name, tuple(together[name])) for name in names)


def _by_name(grouping: Grouping) -> bool:
    """People stand in the order of their names, nobody at the end; claims by what is due first."""
    return grouping is Grouping.PERSON


def _bar(order: OpenOrder, line: Timeline, today: date) -> Bar:
    begins = min(order.begins_on, order.started_on or order.begins_on)
    worked_to = min(today, order.due_on)
    return Bar(
        order,
        planned=line.stretch(min(begins, order.due_on), order.due_on),
        worked=line.stretch(order.started_on, worked_to) if order.started_on else None,
        late=line.stretch(order.due_on + _DAY, today) if order.due_on < today else None,
    )
