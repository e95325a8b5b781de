"""What follows from a stage of a way to its end, remembered by the day on which it is handed over.

Claims of one dealer begin on few days and leave with even fewer departures, and dealers of one
country have like calendars and lanes: most legs of many claims have been planned before.
"""

from collections.abc import Iterable, Sequence
from typing import Self

from app.core.errors import Refusal
from app.deadlines.legs import Leg, Legs, PlannedStage, as_leg


class _Single:
    """One stage, wherever it stands in a way: its leg and last day by the day of the hand-over."""

    __slots__ = ("_known", "_stage")

    def __init__(self, stage: PlannedStage) -> None:
        self._stage = stage
        self._known: dict[int, tuple[Leg, int]] = {}

    def leave(self, handed_over: int) -> tuple[Leg, int]:
        found = self._known.get(handed_over)
        if found is None:
            course = self._stage.ahead(handed_over)
            found = self._known[handed_over] = as_leg(self._stage.stage, course), course[1]
        return found


class Onward:
    """A stage with all that follows it."""

    __slots__ = ("_known", "_rest", "_single")

    def __init__(self, single: _Single, rest: "Onward | None") -> None:
        self._single, self._rest = single, rest
        self._known: dict[int, Legs] = {}

    def legs(self, handed_over: int) -> Legs:
        """Return the legs to the end; a refusal names the calendars of whoever came first."""
        found = self._known.get(handed_over)
        if found is None:
            leg, end = self._single.leave(handed_over)
            rest = self._rest.legs(end) if self._rest else ()
            found = self._known[handed_over] = (leg, *rest)
        return found


class Shared:
    """What ways have in common: stages and ends that the same calendars and lanes decide."""

    def __init__(self) -> None:
        self._singles: dict[object, _Single] = {}
        self._ends: dict[tuple[_Single, Onward | None], Onward] = {}

    def onward(self, stages: Sequence[PlannedStage]) -> tuple[Onward, ...]:
        """Return for each of the stages what follows from it on."""
        found: list[Onward] = []
        rest: Onward | None = None
        for stage in reversed(stages):
            key = stage.key
            single = self._singles.get(key) or self._singles.setdefault(key, _Single(stage))
            rest = self._ends.setdefault((single, rest), Onward(single, rest))
            found.append(rest)
        found.reverse()
        return tuple(found)


class Chain(tuple[PlannedStage, ...]):
    """Stages in their order, made ready for many plans; what was planned once is remembered."""

    onward: tuple[Onward, ...]

    def __new__(cls, stages: Iterable[PlannedStage], shared: Shared | None = None) -> Self:
        """Make a way of these stages; what it shares with other ways is planned once for all."""
        chain = super().__new__(cls, stages)
        chain.onward = (shared or Shared()).onward(chain)
        return chain

    def legs(self, handed_over: int, first: int = 0) -> Legs:
        """Return the legs from a stage on that is handed over on this day; raise a `Refusal`."""
        if first == len(self):
            return ()
        try:
            return self.onward[first].legs(handed_over)
        except Refusal:
            return plain_legs(self[first:], handed_over)  # says it with the names of this way


def plain_legs(stages: Sequence[PlannedStage], handed_over: int) -> Legs:
    """Return the legs of stages that nobody remembers."""
    legs = []
    for stage in stages:
        course = stage.ahead(handed_over)
        legs.append(as_leg(stage.stage, course))
        handed_over = course[1]
    return tuple(legs)
