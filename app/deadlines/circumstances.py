"""What somebody notes about a claim line because a period of law depends on it: the portal never
guesses it from the claim. A file of its own, because rules, tables and screens share it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Circumstance(StrEnum):
    """A fact of the case that brings another period into force."""

    QUALITY_CHECK = "quality_check"
    NOT_IN_STOCK = "not_in_stock"
    WRITTEN_AGREEMENT = "written_agreement"
    EXPERT_OPINION = "expert_opinion"
    BUILT_IN = "built_in"
    ESSENTIAL_DEFECT = "essential_defect"


@dataclass(frozen=True)
class Details:
    """What has to be given with a circumstance: its day, an agreed last day, a file as proof."""

    day: bool = False
    until: bool = False
    file: bool = False


DETAILS: Mapping[Circumstance, Details] = {
    Circumstance.QUALITY_CHECK: Details(day=True),
    Circumstance.NOT_IN_STOCK: Details(day=True),
    Circumstance.WRITTEN_AGREEMENT: Details(day=True, until=True, file=True),
    Circumstance.EXPERT_OPINION: Details(day=True),
    # What a thing is, and what its defect is: true since it was delivered.
    Circumstance.BUILT_IN: Details(),
    Circumstance.ESSENTIAL_DEFECT: Details(),
}
