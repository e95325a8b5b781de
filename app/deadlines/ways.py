"""The ways by which what was accepted of a claim comes to its end. Pure.

A claim goes the usual way of each remedy until somebody chooses another one for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from app.deadlines.network import Way
from app.deadlines.stages import CHAINS, LOADS, OTHER_CHAINS, OptionKind, Stage
from app.vocabulary import Remedy

Wanted = tuple[Remedy, str]  # a remedy, and the product group of what it is for

_CHAIN_OF = {
    (other.kind, remedy): other.chain for other in OTHER_CHAINS for remedy in other.remedies_then
}


@dataclass(frozen=True)
class WayChoice:
    """What was chosen for a claim in place of the usual: another chain, other lanes."""

    kind: OptionKind | None = None
    modes: tuple[tuple[Stage, str], ...] = ()

    def chain_of(self, remedy: Remedy) -> tuple[Stage, ...]:
        """Return the chain of a remedy; a choice that does not fit it leaves the usual one."""
        return _CHAIN_OF.get((self.kind, remedy), CHAINS[remedy]) if self.kind else CHAINS[remedy]

    def by(self, modes: Mapping[Stage, str]) -> Self:
        """Return the same choice with these lanes in place of its own on their stages."""
        return type(self)(self.kind, tuple(sorted((dict(self.modes) | dict(modes)).items())))

    def settled(self, remedies: Iterable[Remedy]) -> "WayChoice":
        """Return what of the choice has any effect on these remedies."""
        chains = {remedy: self.chain_of(remedy) for remedy in remedies}
        stages = {stage for chain in chains.values() for stage in chain}
        is_used = any(self.kind and (self.kind, remedy) in _CHAIN_OF for remedy in chains)
        return WayChoice(
            self.kind if is_used else None,
            tuple((stage, mode) for stage, mode in self.modes if stage in stages),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the choice as JSON keeps it."""
        return {"kind": self.kind, "modes": dict(self.modes)}

    def as_column(self) -> dict[str, Any] | None:
        """Return the choice as a claim keeps it: None for the usual way."""
        return self.as_dict() if self.kind or self.modes else None

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any] | None) -> Self:
        """Return the choice that `as_dict` kept; nothing kept is the usual way."""
        if not kept:
            return cls()
        modes = {Stage(stage): mode for stage, mode in kept["modes"].items()}
        return cls(OptionKind(kept["kind"]) if kept["kind"] else None).by(modes)


USUAL = WayChoice()


def way_of(
    dealer_id: int,
    plant_id: int,
    wanted: Wanted,
    choice: WayChoice = USUAL,
    *,
    weight: Decimal | None = None,
) -> Way:
    """Return the way of what is wanted, as it was chosen; `weight` is that of all goods."""
    remedy, product_group = wanted
    chain = choice.chain_of(remedy)
    modes = tuple((stage, mode) for stage, mode in choice.modes if stage in chain)
    return Way(dealer_id, plant_id, chain, remedy, product_group, weight, modes)


def ways_of(
    dealer_id: int,
    plant_id: int,
    wanted: Iterable[Wanted],
    choice: WayChoice = USUAL,
    *,
    weight: Decimal | None = None,
) -> list[Way]:
    """Return the ways of all that is wanted, each once and always in the same order."""
    return [way_of(dealer_id, plant_id, one, choice, weight=weight) for one in sorted(set(wanted))]


def transports(ways: Iterable[Way]) -> list[tuple[Stage, Way]]:
    """Return each stage that goes by a lane once, with a way that has it."""
    found: dict[Stage, Way] = {}
    for way in ways:
        for stage in way.chain:
            if stage in LOADS:
                found.setdefault(stage, way)
    return list(found.items())
