"""What stages took: only what is known counts, and what was told as one is shared by the plan."""

from datetime import date

import pytest

from app.deadlines.durations import Took, days_taken, share
from app.deadlines.forecast import Actual
from app.deadlines.rules import Work, forward
from tests.app.deadlines.places import NSK_REPAIR

WAY = NSK_REPAIR[1:]  # what follows the decision
DECIDED = date(2026, 10, 22)


def took(**actuals: Actual) -> dict[str, int]:
    return {one.stage: one.working_days for one in days_taken(WAY, DECIDED, actuals)}


def test_what_goes_as_planned_takes_what_was_planned() -> None:
    ends = {leg.stage: Actual(finished_on=leg.finish) for leg in forward(WAY, DECIDED).legs}
    work = {stage.stage: stage.days for stage in WAY if isinstance(stage, Work)}

    assert took(**ends) == work


def test_without_news_nothing_is_measured() -> None:
    assert took() == {}


def test_the_first_stage_begins_with_the_decision() -> None:
    packed = Actual(finished_on=date(2026, 10, 27))

    assert days_taken(WAY, DECIDED, {"dealer_pack": packed}) == [
        Took("dealer_pack", 3, date(2026, 10, 27))
    ]


def test_what_begins_after_an_unknown_journey_is_not_measured() -> None:
    assert took(intake=Actual(finished_on=date(2026, 11, 2))) == {}


def test_work_that_is_told_as_one_is_shared_by_the_plan() -> None:
    # Thursday to Friday of the next week: six working days, as many as are planned.
    told = took(
        diagnosis=Actual(started_on=date(2026, 11, 5)),
        quality_check=Actual(finished_on=date(2026, 11, 13)),
    )
    slow = took(
        diagnosis=Actual(started_on=date(2026, 11, 5)),
        quality_check=Actual(finished_on=date(2026, 11, 23)),
    )

    assert told == {"diagnosis": 2, "repair": 3, "quality_check": 1}
    assert slow == {"diagnosis": 4, "repair": 6, "quality_check": 2}


def test_a_stage_of_which_both_ends_were_told_has_its_own_days() -> None:
    assert took(
        diagnosis=Actual(started_on=date(2026, 11, 5), finished_on=date(2026, 11, 6)),
        repair=Actual(finished_on=date(2026, 11, 13)),
    ) == {"diagnosis": 1, "repair": 5}


def test_days_off_do_not_count() -> None:
    # Over the holiday of 4 November and a week's end.
    assert took(
        intake=Actual(finished_on=date(2026, 11, 3)),
        diagnosis=Actual(finished_on=date(2026, 11, 9)),
    ) == {"diagnosis": 3}


def test_an_end_before_the_beginning_is_no_measure() -> None:
    assert took(
        diagnosis=Actual(started_on=date(2026, 11, 9), finished_on=date(2026, 11, 6)),
    ) == {}  # fmt: skip


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (6, [2, 3, 1], [2, 3, 1]),
        (7, [2, 3, 1], [2, 4, 1]),
        (1, [1, 1, 1], [0, 1, 0]),
        (0, [2, 3], [0, 0]),
        (4, [0, 0], [2, 2]),
        (5, [0, 3], [0, 5]),
    ],
)
def test_shares_are_whole_and_add_up(total: int, weights: list[int], parts: list[int]) -> None:
    assert share(total, weights) == parts
