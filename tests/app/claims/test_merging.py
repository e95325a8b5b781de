"""Two windows on one draft, by the rule: who changed what since both were opened."""

import pytest

from app.claims.merging import mark_of, marks_of, merge

WAS = {"text": "Old", "lot": "A1"}


@pytest.mark.parametrize(
    ("saved", "typed", "value", "is_taken", "in_conflict"),
    [
        ("Old", "Mine", "Mine", False, False),
        ("Theirs", "Old", "Theirs", True, False),
        ("Theirs", "Mine", "Mine", False, True),
        ("Same", "Same", "Same", False, False),
        ("", "Old", "", True, False),
        ("Theirs", "", "", False, True),
    ],
)
def test_a_field_is_judged_by_what_each_window_changed(
    saved: str, typed: str, value: str, is_taken: bool, in_conflict: bool
) -> None:
    merged = merge(marks_of(WAS), WAS | {"text": saved}, WAS | {"text": typed})

    assert merged.values == {"text": value, "lot": "A1"}
    assert ("text" in merged.taken, "text" in merged.conflicts) == (is_taken, in_conflict)


def test_line_ends_and_spaces_around_are_no_change() -> None:
    assert mark_of("Leaks\r\nhere ") == mark_of("Leaks\nhere")
    assert mark_of("Leaks here") != mark_of("Leaks\nhere")


def test_a_window_that_has_seen_nothing_writes_as_it_was_typed() -> None:
    merged = merge({}, WAS, {"text": "Mine"})

    assert merged.values == {"text": "Mine"}
    assert not merged.conflicts


def test_a_choice_that_only_the_other_window_made_is_taken() -> None:
    merged = merge(marks_of({"demand": ""}), {"demand": "repair"}, {})

    assert merged.values == {"demand": "repair"}
