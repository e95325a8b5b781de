"""Who is killed and when: all of it follows from the seed, so that a failing run repeats."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

PAUSES = (0.02, 0.6)  # seconds that everybody lives on before the next kill
AT_WORK = 0.8  # of the kills; the others may hit somebody who is just coming back


@dataclass(frozen=True)
class Kill:
    """One kill: how long after the one before, whom, and whether only when they are at work."""

    pause: float
    victim: str
    at_work: bool


def plan_kills(kills: int, *, shares: Mapping[str, int], seed: int) -> Iterator[Kill]:
    """Yield the kills of a run; who has twice the share dies twice as often."""
    random = Random(seed)
    victims = sorted(shares)
    weights = [shares[victim] for victim in victims]
    for _ in range(kills):
        (victim,) = random.choices(victims, weights)
        yield Kill(random.uniform(*PAUSES), victim, random.random() < AT_WORK)
