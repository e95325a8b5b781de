"""Last days by law and contract: the worked examples, every rule, and what never changes."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.deadlines.calendars import SIX_DAYS, country_calendar
from app.deadlines.circumstances import Circumstance
from app.deadlines.clocks import (
    EVENT_ONLY,
    Case,
    Duration,
    LegalDays,
    Party,
    Roll,
    Rule,
    Span,
    StartsAt,
    StopsAt,
    Unit,
    clock_days,
    days_with,
    duration_of,
    last_day,
    months_after,
    read_policy,
    rules_for,
)
from app.deadlines.rules import LastDay, effective_day
from app.deadlines.statutes import BadRule, read_rules, shipped_rules
from app.vocabulary import Remedy
from tests.app.deadlines.places import CHE, YEARS

RULES = {rule.code: rule for rule in shipped_rules()}
AT_FILING = (StartsAt.DEMAND, StartsAt.FILING)


def days_of(country: str) -> LegalDays:
    return LegalDays(
        country_calendar(country, YEARS), country_calendar(country, YEARS, weekdays=SIX_DAYS)
    )


def last(code: str, trigger: date) -> LastDay:
    rule = RULES[code]
    duration = duration_of(rule)
    assert duration is not None
    return last_day(trigger, duration, rule.roll, days_of(rule.country))


@pytest.mark.parametrize(
    ("code", "trigger", "raw", "legal", "safe"),
    [
        ("RU-C-01", date(2026, 4, 30), date(2026, 5, 10), date(2026, 5, 12), date(2026, 5, 8)),
        ("RU-C-02", date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 11), date(2026, 12, 30)),
        ("RU-C-03", date(2026, 12, 24), date(2027, 1, 13), date(2027, 1, 13), date(2027, 1, 13)),
        ("RU-C-04", date(2026, 12, 24), date(2027, 1, 24), date(2027, 1, 25), date(2027, 1, 22)),
        ("RU-C-04", date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 1), date(2027, 2, 26)),
        ("PL-C-01", date(2026, 12, 10), date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 23)),
        ("PL-C-01", date(2026, 8, 1), date(2026, 8, 15), date(2026, 8, 17), date(2026, 8, 14)),
        ("CZ-C-01", date(2026, 10, 18), date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 16)),
        ("CZ-C-01", date(2026, 10, 16), date(2026, 11, 15), date(2026, 11, 16), date(2026, 11, 13)),
        ("RU-C-01", date(2026, 11, 6), date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 16)),
        ("RU-C-03", date(2026, 10, 16), date(2026, 11, 5), date(2026, 11, 5), date(2026, 11, 5)),
    ],
)
def test_the_worked_examples_of_the_law(
    code: str, trigger: date, raw: date, legal: date, safe: date
) -> None:
    assert last(code, trigger) == LastDay(raw, legal, safe)


@pytest.mark.parametrize(("days", "due"), [(6, date(2027, 2, 20)), (7, date(2027, 2, 24))])
def test_a_service_of_working_days_ends_on_a_working_saturday(days: int, due: date) -> None:
    """E3."""
    duration = Duration(days, Unit.WORKING_DAYS)

    assert last_day(date(2027, 2, 12), duration, Roll.NONE, days_of("RU")).legal == due


def test_a_pause_moves_the_service_and_leaves_the_law() -> None:
    """E9."""
    answered = datetime(2026, 10, 29, 15, 20, tzinfo=ZoneInfo("Europe/Moscow"))
    resumed = effective_day(answered, "Asia/Yekaterinburg", CHE, time(15))

    assert resumed == date(2026, 10, 30)
    assert CHE.count(date(2026, 10, 23), resumed) == 5
    assert CHE.add(date(2026, 10, 19), 10) == date(2026, 11, 2)
    assert CHE.add(date(2026, 11, 2), 5) == date(2026, 11, 10)


def test_the_way_by_sea_has_no_sundays_but_saturdays() -> None:
    duration = duration_of(RULES["INT-02"])
    assert duration is not None

    found = last_day(date(2026, 11, 4), duration, Roll.NONE, days_of("PL"))

    assert found.raw == date(2026, 11, 13)  # without the 8th, a Sunday, and the 11th, a holiday


def test_what_does_not_roll_ends_on_the_day_off_itself() -> None:
    found = last("RU-B-08", date(2026, 11, 3))

    assert (found.raw, found.legal, found.safe) == (
        date(2026, 11, 8), date(2026, 11, 8), date(2026, 11, 6)
    )  # fmt: skip


@pytest.mark.parametrize("rule", shipped_rules(), ids=lambda rule: rule.code)
def test_every_rule_has_a_last_day_or_is_declared_as_an_event(rule: Rule) -> None:
    duration = duration_of(rule)

    if rule.unit in EVENT_ONLY:
        assert duration is None
        return
    assert duration is not None
    if duration.unit is Unit.SAME_AS_DEMAND:
        return
    country = rule.country if rule.country not in ("EU", "INT") else "DE"
    found = last_day(date(2025, 1, 30), duration, rule.roll, days_of(country))
    assert found.safe <= found.raw <= found.legal


def test_all_rules_of_the_table_are_there() -> None:
    assert len(RULES) == 64
    assert {rule.country for rule in RULES.values()} == {
        "RU", "BY", "KZ", "PL", "CZ", "EU", "DE", "INT"
    }  # fmt: skip
    assert [code for code, rule in RULES.items() if rule.late == "deemed_accepted"] == ["PL-C-01"]


@pytest.mark.parametrize(
    ("text", "demand", "duration"),
    [
        ("14 CD", "", Duration(14, Unit.CALENDAR_DAYS)),
        ("7 CD from discovery, 2 WD for visible defects", "", Duration(7, Unit.CALENDAR_DAYS)),
        ("10 WD replacement from stock; refund 10 CD", "refund", Duration(10, Unit.CALENDAR_DAYS)),
        ("10 WD replacement; refund 10 CD", "replacement", Duration(10, Unit.WORKING_DAYS)),
        ("10 WD replacement; refund 10 CD", "price_reduction", Duration(10, Unit.WORKING_DAYS)),
        ("24 h internal", "", Duration(1, Unit.CALENDAR_DAYS)),
        ("25 h internal", "", Duration(2, Unit.CALENDAR_DAYS)),
        ("same as consumer clock minus dealer reserve", "", Duration(0, Unit.SAME_AS_DEMAND)),
        ("as soon as we can", "", None),
    ],
)
def test_our_own_value_of_a_vague_period_is_read_from_its_text(
    text: str, demand: str, duration: Duration | None
) -> None:
    assert read_policy(text, demand) == duration


def names(country: str, party: Party, demand: Remedy, *, trader: bool = False) -> list[str]:
    case = Case(country, party, demand, trader)
    return [rule.code for rule in rules_for(RULES.values(), case, AT_FILING)]


@pytest.mark.parametrize(
    ("country", "party", "demand", "expected"),
    [
        ("RU", Party.B2C, Remedy.REFUND, ["RU-C-01"]),
        ("RU", Party.B2C, Remedy.PRICE_REDUCTION, ["RU-C-01"]),
        ("RU", Party.B2C, Remedy.REPLACEMENT, ["RU-C-02", "RU-B-04"]),
        ("RU", Party.B2C, Remedy.SPARE_PART, ["RU-C-11"]),
        ("RU", Party.B2C, Remedy.DOCUMENTS, []),
        ("RU", Party.B2B, Remedy.REPAIR, ["RU-B-02"]),
        ("RU", Party.B2B, Remedy.REFUND, ["RU-B-03"]),
        ("BY", Party.B2C, Remedy.REFUND, ["BY-C-01"]),
        ("KZ", Party.B2C, Remedy.REPAIR, ["KZ-C-01"]),
        ("PL", Party.B2C, Remedy.REPAIR, ["PL-C-01", "PL-C-02"]),
        ("PL", Party.B2C, Remedy.REFUND, ["PL-C-01"]),
        ("PL", Party.B2B, Remedy.REPAIR, ["PL-B-02"]),
        ("CZ", Party.B2C, Remedy.REPLACEMENT, ["CZ-C-01"]),
        ("CZ", Party.B2B, Remedy.REFUND, ["CZ-B-02"]),
        ("DE", Party.B2C, Remedy.REPAIR, ["EU-C-01"]),
        ("DE", Party.B2B, Remedy.REPAIR, ["DE-B-02"]),
        ("DE", Party.B2C, Remedy.PRICE_REDUCTION, ["DE-C-02"]),
        ("BY", Party.B2B, Remedy.REPLACEMENT, ["BY-B-01"]),
        ("KZ", Party.B2B, Remedy.REFUND, ["KZ-B-01"]),
        ("PL", Party.B2B, Remedy.REFUND, ["PL-B-04"]),
        ("US", Party.B2C, Remedy.REPAIR, []),
    ],
)
def test_country_party_and_demand_choose_the_rules(
    country: str, party: Party, demand: Remedy, expected: list[str]
) -> None:
    assert names(country, party, demand) == expected


def with_circumstances(country: str, demand: Remedy, *noted: Circumstance) -> list[str]:
    case = Case(country, Party.B2C, demand, circumstances=frozenset(noted))
    return [rule.code for rule in rules_for(RULES.values(), case, AT_FILING)]


@pytest.mark.parametrize(
    ("country", "demand", "noted", "expected"),
    [
        ("RU", Remedy.REPLACEMENT, [Circumstance.QUALITY_CHECK], ["RU-C-03", "RU-B-04"]),
        ("RU", Remedy.REPLACEMENT, [Circumstance.NOT_IN_STOCK], ["RU-C-04", "RU-B-04"]),
        (
            "RU",
            Remedy.REPLACEMENT,
            [Circumstance.QUALITY_CHECK, Circumstance.NOT_IN_STOCK],
            ["RU-C-04", "RU-B-04"],
        ),
        ("RU", Remedy.REPAIR, [Circumstance.WRITTEN_AGREEMENT], ["RU-C-05"]),
        ("RU", Remedy.REPAIR, [Circumstance.ESSENTIAL_DEFECT], ["RU-C-10"]),
        ("RU", Remedy.REFUND, [Circumstance.EXPERT_OPINION], ["RU-C-01", "RU-C-07"]),
        ("RU", Remedy.REFUND, [Circumstance.BUILT_IN], ["RU-C-01"]),
        ("BY", Remedy.REFUND, [Circumstance.EXPERT_OPINION], ["BY-C-02"]),
        ("BY", Remedy.REPLACEMENT, [Circumstance.NOT_IN_STOCK], ["BY-C-04"]),
        ("PL", Remedy.REPAIR, [Circumstance.BUILT_IN], ["PL-C-01", "PL-C-06"]),
    ],
)
def test_a_circumstance_puts_its_rule_in_the_place_of_the_usual_one(
    country: str, demand: Remedy, noted: list[Circumstance], expected: list[str]
) -> None:
    assert with_circumstances(country, demand, *noted) == expected


INFORMATION = [
    "RU-C-06",
    "RU-C-08",
    "RU-C-09",
    "RU-B-01",
    "RU-B-05",
    "RU-B-06",
    "RU-B-07",
    "RU-B-08",
    "RU-B-09",
    "RU-B-10",
    "RU-B-11",
    "RU-T-01",
    "RU-S-01",
    "PL-C-05",
    "PL-B-01",
    "PL-B-03",
    "PL-G-01",
    "PL-G-02",
    "PL-R-01",
    "CZ-C-02",
    "CZ-C-04",
    "CZ-B-01",
    "CZ-G-01",
    "CZ-R-01",
    "CZ-T-01",
    "EU-C-02",
    "EU-C-03",
    "EU-R-01",
    "EU-S-01",
    "DE-B-01",
    "INT-01",
    "INT-02",
]
STARTS = (StartsAt.DEMAND, StartsAt.FILING, StartsAt.GOODS)


def test_these_rules_are_information_and_nothing_watches_them() -> None:
    assert [code for code, rule in RULES.items() if not rule.is_watched] == INFORMATION


@pytest.mark.parametrize("code", [code for code in RULES if code not in INFORMATION])
def test_every_other_rule_starts_by_something_that_happens_in_the_portal(code: str) -> None:
    rule = RULES[code]
    country = "DE" if rule.country == "EU" else rule.country
    noted = frozenset([rule.needs] if rule.needs else [])
    cases = [
        Case(country, party, demand, circumstances=noted)
        for party in (Party.B2B, Party.B2C)
        for demand in Remedy
    ]

    assert any(rule in rules_for(RULES.values(), case, STARTS) for case in cases)


@pytest.mark.parametrize("country", ["RU", "BY", "KZ", "PL", "CZ", "DE"])
@pytest.mark.parametrize("party", [Party.B2B, Party.B2C])
@pytest.mark.parametrize("demand", [remedy for remedy in Remedy if remedy != Remedy.DOCUMENTS])
def test_every_country_has_a_rule_for_every_demand(
    country: str, party: Party, demand: Remedy
) -> None:
    assert rules_for(RULES.values(), Case(country, party, demand), STARTS)


def test_an_agreed_day_ends_the_repair_and_never_after_the_cap() -> None:
    case = Case(
        "RU", Party.B2C, Remedy.REPAIR, circumstances=frozenset({Circumstance.WRITTEN_AGREEMENT})
    )
    rules = rules_for(RULES.values(), case, AT_FILING)
    triggers = {StartsAt.DEMAND: date(2026, 11, 2), StartsAt.FILING: date(2026, 11, 2)}

    def ends(agreed: date) -> date:
        [found] = clock_days(rules, Remedy.REPAIR, triggers, days_of("RU"), agreed=agreed)
        return found[2].raw

    assert ends(date(2026, 11, 30)) == date(2026, 11, 30)
    assert ends(date(2027, 3, 1)) == date(2026, 12, 17)


def test_a_missed_term_gives_the_consumer_the_right_to_withdraw() -> None:
    assert [code for code, rule in RULES.items() if rule.late == "right_to_withdraw"] == [
        "PL-C-02", "PL-C-06", "CZ-C-01", "EU-C-01"
    ]  # fmt: skip


def test_silence_accepts_nothing_for_a_polish_sole_trader() -> None:
    assert names("PL", Party.B2C, Remedy.REPAIR, trader=True) == ["PL-C-02"]


def test_what_a_consumer_returned_is_replaced_for_the_dealer_in_the_same_time() -> None:
    case = Case("RU", Party.B2C, Remedy.REPLACEMENT)
    rules = rules_for(RULES.values(), case, AT_FILING)
    triggers = {StartsAt.DEMAND: date(2026, 11, 2), StartsAt.FILING: date(2026, 11, 5)}

    found = clock_days(rules, Remedy.REPLACEMENT, triggers, days_of("RU"))

    assert [(rule.code, trigger, last.raw) for rule, trigger, last in found] == [
        ("RU-C-02", date(2026, 11, 2), date(2026, 11, 9)),
        ("RU-B-04", date(2026, 11, 2), date(2026, 11, 9)),
    ]


def test_a_dealers_own_refund_is_counted_from_the_filing() -> None:
    rules = rules_for(RULES.values(), Case("RU", Party.B2B, Remedy.REFUND), AT_FILING)
    triggers = {StartsAt.DEMAND: date(2026, 11, 2), StartsAt.FILING: date(2026, 11, 5)}

    [(rule, trigger, days)] = clock_days(rules, Remedy.REFUND, triggers, days_of("RU"))

    assert (rule.stops_at, trigger, days.raw) == (
        StopsAt.REMEDY, date(2026, 11, 5), date(2026, 11, 15)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 24, date(2028, 11, 30)),
    ],
)
def test_months_end_on_the_same_number_or_on_the_last_day(
    day: date, months: int, expected: date
) -> None:
    assert months_after(day, months) == expected


@given(
    rule=st.sampled_from([rule for rule in shipped_rules() if rule.is_fixed]),
    # The calendar knows 2025 to 2028: the first safe day is after New Year, the longest clock three
    # years long.
    trigger=st.dates(date(2025, 2, 1), date(2025, 11, 30)),
    pauses=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=4),
)
def test_pauses_move_the_service_and_never_the_law(
    rule: Rule, trigger: date, pauses: list[tuple[int, int]]
) -> None:
    duration = duration_of(rule)
    assert duration is not None
    if duration.unit is Unit.SAME_AS_DEMAND:
        return
    days = days_of("RU")
    before = last_day(trigger, duration, rule.roll, days)
    due = CHE.add(trigger, 10)

    for start, length in pauses:
        paused = trigger + timedelta(days=start)
        moved = CHE.add(due, CHE.count(paused, paused + timedelta(days=length)))
        assert moved >= due
        due = moved

    assert last_day(trigger, duration, rule.roll, days) == before


def test_days_are_counted_for_each_holder_of_the_ball() -> None:
    spans = (
        Span("factory", date(2026, 10, 19), date(2026, 10, 23)),
        Span("dealer", date(2026, 10, 23), date(2026, 10, 30)),
        Span("factory", date(2026, 10, 30), date(2026, 11, 5)),  # without Unity Day
    )

    assert days_with(spans, CHE) == {"factory": 7, "dealer": 5}


GOOD = """
- id: XX-01
  title: "Answer"
  country: RU
  party: B2C
  duty: seller
  claimant: consumer
  demand: [response]
  n: 5
  unit: CD
  trigger: claim_received
  roll: none
  stop: answer
  agree: none
  late: none
  basis: "A law"
"""


def test_a_good_rule_is_read() -> None:
    [rule] = read_rules(GOOD)

    assert (rule.code, rule.amount, rule.unit) == ("XX-01", 5, Unit.CALENDAR_DAYS)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (GOOD.replace("  unit: CD\n", ""), "Line 17, rule XX-01: unit is missing"),
        (GOOD.replace("unit: CD", "unit: DAYS"), "DAYS"),
        (GOOD.replace("unit: CD", "unit: ASAP"), "needs a policy"),
        (GOOD.replace("n: 5", "n: 0"), "n must be above zero"),
        (GOOD.replace("[response]", "[]"), "demand is empty"),
        (GOOD.replace("roll: none", "roll: sometimes"), "sometimes"),
        (GOOD.replace("agree: none", "agree: none\n  colour: red"), "colour is unknown"),
        (GOOD.replace("XX-01", "XX-00"), "used twice"),
        ("- just a word", "is missing"),
    ],
)
def test_a_bad_rule_is_refused_with_its_line(bad: str, words: str) -> None:
    first = GOOD.replace("XX-01", "XX-00")

    with pytest.raises(BadRule) as refused:
        read_rules(first + bad.lstrip("\n"))

    assert words in str(refused.value)
