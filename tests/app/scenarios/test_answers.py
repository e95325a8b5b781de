"""Scenarios in, days out: worked examples, corrected rules, and what is no scenario."""

import json
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import main
from app.scenarios.answers import answer, answers
from app.scenarios.reading import DEFAULTS
from tests.checks.plan import is_equal
from tests.checks.plan_scenarios import make

RU_PLANT = {"country": "RU", "closed": ["2026-12-29", "2026-12-30"], "zone": "Asia/Yekaterinburg",
            "cutoff": "15:00"}  # fmt: skip
LTL = {
    "week": [0, 1, 2, 3, 4, 5],
    "closed": ["2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03", "2027-01-07"],
}
REPAIR: list[dict[str, Any]] = [
    {"code": "TRIAGE", "at": "plant"},
    {"code": "DEALER_PACK", "at": "dealer"},
    {"code": "INBOUND", "from": "dealer", "to": "plant", "carrier": "ltl", "departs": [0, 3],
     "transit": 4},
    {"code": "INTAKE", "at": "plant"},
    {"code": "DIAGNOSIS", "at": "plant"},
    {"code": "REPAIR", "at": "plant"},
    {"code": "QUALITY_CHECK", "at": "plant"},
    {"code": "OUTBOUND", "from": "plant", "to": "dealer", "carrier": "ltl", "departs": [1, 4],
     "transit": 4},
    {"code": "HANDOVER", "at": "dealer"},
]  # fmt: skip
NOVOSIBIRSK: dict[str, Any] = {
    "id": "E6",
    "kind": "plan",
    "calendars": {"plant": RU_PLANT, "dealer": {"country": "RU"}, "ltl": LTL},
    "stages": REPAIR,
    "start": "2026-10-21",
    "due": "2026-12-04",
}
POLISH: dict[str, Any] = {
    "id": "p",
    "kind": "promise",
    "calendars": {
        "plant": {"country": "PL"},
        "dealer": {"country": "PL", "closed": ["2026-11-18"]},
    },
    "stages": [{"code": "SETTLEMENT", "at": "plant"}],
    "start": "2026-11-05",
    "law": [{"code": "PL-C-03", "trigger": "2026-11-04", "n": 14}],
    "buffer": 20,
}


def law(country: str, trigger: str, n: int, unit: str = "CD") -> dict[str, Any]:
    calendar = {"country": country}
    return answer({"kind": "law", "calendar": calendar, "trigger": trigger, "n": n, "unit": unit})


def test_the_repair_for_novosibirsk_is_planned_as_the_worked_example_says() -> None:
    found = answer(NOVOSIBIRSK)

    finishes = [finish for _, _, finish in found["forward"]]
    assert finishes == [
        "2026-10-22", "2026-10-23", "2026-10-30", "2026-11-02", "2026-11-05", "2026-11-10",
        "2026-11-11", "2026-11-17", "2026-11-18",
    ]  # fmt: skip
    assert (found["finish"], found["slack"], found["decide_by"]) == ("2026-11-18", 16, "2026-11-10")
    assert [row[3] for row in found["forecast"]] == ["P"] * 9


def test_what_should_be_over_by_today_ends_on_the_next_working_day() -> None:
    found = answer(NOVOSIBIRSK | {"actual": {"TRIAGE": "2026-10-22"}, "today": "2026-10-30"})

    assert [row[2:] for row in found["forecast"][:3]] == [
        ["2026-10-22", "A"], ["2026-11-02", "O"], ["2026-11-06", "P"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("country", "trigger", "n", "unit", "raw", "legal", "safe"),
    [
        ("RU", "2026-04-30", 10, "CD", "2026-05-10", "2026-05-12", "2026-05-08"),
        ("RU", "2026-12-24", 7, "CD", "2026-12-31", "2027-01-11", "2026-12-30"),
        ("RU", "2026-12-24", 1, "MO", "2027-01-24", "2027-01-25", "2027-01-22"),
        ("RU", "2027-01-31", 1, "MO", "2027-02-28", "2027-03-01", "2027-02-26"),
        ("RU", "2027-02-12", 6, "WD", "2027-02-20", "2027-02-20", "2027-02-20"),
        ("PL", "2026-12-10", 14, "CD", "2026-12-24", "2026-12-28", "2026-12-23"),
        ("PL", "2026-08-01", 14, "CD", "2026-08-15", "2026-08-17", "2026-08-14"),
        ("CZ", "2026-10-18", 30, "CD", "2026-11-17", "2026-11-18", "2026-11-16"),
        ("CZ", "2024-02-29", 4, "YR", "2028-02-29", "2028-02-29", "2028-02-29"),
        ("CZ", "2024-02-29", 1, "YR", "2025-02-28", "2025-02-28", "2025-02-28"),
    ],
)
def test_periods_of_law_end_as_the_worked_examples_say(
    country: str, trigger: str, n: int, unit: str, raw: str, legal: str, safe: str
) -> None:
    found = law(country, trigger, n, unit)

    assert found == {"id": None, "raw": raw, "legal": legal, "safe": safe}


def test_an_event_counts_by_the_clock_of_its_place_also_when_clocks_are_moved() -> None:
    warsaw = {"country": "PL", "zone": "Europe/Warsaw", "cutoff": "14:00"}

    def effective(at: str) -> str:
        return str(answer({"kind": "event", "calendar": warsaw, "at": at})["effective"])

    assert effective("2026-03-29T01:30:00+01:00") == "2026-03-30"
    assert effective("2026-10-26T13:00:00Z") == "2026-10-26"  # 14:00 again, as it is winter
    assert effective("2026-10-23T12:00:01Z") == "2026-10-26"  # a second after 14:00 in summer


def test_a_promise_keeps_the_reserve_of_a_dealer_who_is_closed_on_the_safe_day() -> None:
    found = answer(POLISH)

    assert found == {
        "id": "p", "earliest": "2026-11-06", "safe": "2026-11-16", "legal": "2026-11-18",
        "proposed": "2026-11-16", "feasible": True, "decide_by": "2026-11-13",
    }  # fmt: skip


def test_an_infeasible_promise_proposes_the_earliest_day_on_which_the_dealer_works() -> None:
    found = answer(POLISH | {"start": "2026-11-17"})

    assert (found["earliest"], found["proposed"]) == ("2026-11-18", "2026-11-19")
    assert found["feasible"] is False


def test_a_rule_that_does_not_bind_and_a_handover_by_plan_change_the_safe_day() -> None:
    loose = POLISH | {"law": [{"trigger": "2026-11-04", "n": 14, "binding": False}]}
    planned = POLISH | {"stages": [{"code": "HANDOVER", "at": "dealer"}]}

    assert answer(loose)["safe"] is None
    assert answer(planned)["safe"] == "2026-11-18"


def test_customs_without_days_clears_on_its_next_working_day() -> None:
    lane = {"code": "INBOUND", "from": "a", "to": "a", "transit": 2, "customs": "border"}
    calendars = {"a": {"week": list(range(7))}, "border": {}}

    found = answer(
        {"kind": "plan", "calendars": calendars, "stages": [lane], "start": "2026-11-05"}
    )

    assert found["finish"] == "2026-11-09"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "plans"}, "kind"),
        ({"start": None}, "start"),
        ({"start": "21.10.2026"}, "start"),
        ({"due": "2026-02-30"}, "due"),
        ({"stages": []}, "stages"),
        ({"stages": [{"code": "TRIAGE", "at": "nowhere"}]}, "stages[0].at"),
        ({"stages": [{"code": "X", "at": "plant"}]}, "stages[0].work"),
        ({"stages": [{"code": "X", "at": "plant", "work": -1}]}, "stages[0].work"),
        ({"stages": [{"code": "X", "at": "plant", "work": 1.5}]}, "stages[0].work"),
        ({"stages": [{"code": "X", "from": "plant", "to": "dealer"}]}, "stages[0].transit"),
        ({"stages": [REPAIR[0], REPAIR[2] | {"unit": "MO"}]}, "stages[1].unit"),
        ({"stages": [REPAIR[2] | {"departs": [7]}]}, "stages[0].departs"),
        ({"calendars": {"plant": {"week": "Mon"}}}, "calendars.plant.week"),
        ({"calendars": {"plant": {"closed": ["x"]}}}, "calendars.plant.closed[0]"),
        ({"calendars": {"plant": {"zone": "Mars"}}}, "calendars.plant.zone"),
        ({"calendars": {"plant": {"cutoff": "25:00"}}}, "calendars.plant.cutoff"),
        ({"actual": {"PAINT": "2026-10-22"}}, "actual.PAINT"),
        ({"actual": {"TRIAGE": "soon"}}, "actual.TRIAGE"),
    ],
)
def test_what_is_no_scenario_names_the_field(changes: dict[str, Any], field: str) -> None:
    found = answer(NOVOSIBIRSK | changes)

    assert (found["id"], found["refused"], found["field"]) == ("E6", "NO_SCENARIO", field)
    assert found["words"].startswith(f"{field}: ")


def test_what_cannot_be_planned_is_refused_by_a_code_and_the_run_goes_on() -> None:
    never = NOVOSIBIRSK | {"stages": [REPAIR[2] | {"departs": []}]}
    lines = [json.dumps(never), "", "nonsense", "[]", json.dumps(POLISH)]

    found = list(answers(lines))

    assert [one.get("refused") for one in found] == [
        "LANE_NEVER_DEPARTS", "NO_SCENARIO", "NO_SCENARIO", None,
    ]  # fmt: skip
    assert found[1]["field"] == "line 3"
    assert "Nothing ever departs from dealer to plant" in found[0]["words"]


def test_a_field_that_nobody_knows_is_said_to_be_ignored() -> None:
    found = answer(POLISH | {"bufer": 1})

    assert found["ignored"] == ["bufer"]


@pytest.mark.parametrize("seed", range(3))
def test_random_scenarios_have_the_days_of_a_walk_from_day_to_day(seed: int) -> None:
    """The short form of `run.py check plan`."""
    random = Random(seed)

    for number in range(120):
        scenario = make(random, number)
        assert is_equal(scenario, answer(scenario)), scenario


def test_the_command_answers_without_a_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    file = tmp_path / "scenarios.jsonl"
    file.write_text(json.dumps(POLISH) + "\n", encoding="utf-8")

    by_file = CliRunner().invoke(main, ["plan", str(file)])
    by_input = CliRunner().invoke(main, ["plan"], input=json.dumps(POLISH))
    explained = CliRunner().invoke(main, ["plan", "--explain"])

    assert by_file.exit_code == by_input.exit_code == explained.exit_code == 0
    assert json.loads(by_file.output) == json.loads(by_input.output) == answer(POLISH)
    assert all(field in explained.output for field in DEFAULTS)
