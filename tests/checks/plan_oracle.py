"""The rules of days once more, as plainly as they can be written: a walk from day to day.

It takes scenarios as `run.py plan` does and shares no code with the portal; only the holidays of
countries come from the same library. `None` means that there is no such day.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

DAY = timedelta(days=1)
LONGEST_WALK = 1500
SUNDAY = 6

Scenario = dict[str, Any]


class NoSuchDay(Exception):
    """The walk found nothing within some years."""


def solve(scenario: Scenario) -> dict[str, Any] | None:
    """Return the days of a scenario, or None where no plan can be made."""
    try:
        return _SOLVE[scenario["kind"]](scenario)
    except NoSuchDay:
        return None


def works(calendar: Scenario, day: date) -> bool:
    iso = day.isoformat()
    if iso in calendar.get("open", []):
        return True
    if iso in calendar.get("closed", []):
        return False
    country = calendar.get("country")
    if country and _is_moved_workday(country, day):
        return True
    if country and _is_holiday(country, day):
        return False
    return day.weekday() in calendar.get("week", [0, 1, 2, 3, 4])


@cache
def _year(country: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    known = holidays.country_holidays(country, years=[year])
    return frozenset(known.keys()), frozenset(known.weekend_workdays)


def _is_holiday(country: str, day: date) -> bool:
    return day in _year(country, day.year)[0]


def _is_moved_workday(country: str, day: date) -> bool:
    return day in _year(country, day.year)[1]


def first(day: date, good: Callable[[date], bool], step: timedelta = DAY) -> date:
    for _ in range(LONGEST_WALK):
        if good(day):
            return day
        day += step
    raise NoSuchDay


def on_or_after(calendar: Scenario, day: date) -> date:
    return first(day, lambda one: works(calendar, one))


def on_or_before(calendar: Scenario, day: date) -> date:
    return first(day, lambda one: works(calendar, one), -DAY)


def add(calendar: Scenario, day: date, count: int) -> date:
    while count:
        day = on_or_after(calendar, day + DAY)
        count -= 1
    return day


def sub(calendar: Scenario, day: date, count: int) -> date:
    while count:
        day = on_or_before(calendar, day - DAY)
        count -= 1
    return day


def event(scenario: Scenario) -> dict[str, Any]:
    calendar = scenario.get("calendar", {})
    local = datetime.fromisoformat(scenario["at"]).astimezone(ZoneInfo(calendar.get("zone", "UTC")))
    hour, minute = (int(part) for part in calendar.get("cutoff", "17:00").split(":"))
    in_time = (local.hour, local.minute, local.second, local.microsecond) <= (hour, minute, 0, 0)
    today = local.date()
    if works(calendar, today) and in_time:
        return {"effective": str(today)}
    return {"effective": str(on_or_after(calendar, today if in_time else today + DAY))}


def months_later(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def last_days(rule: Scenario, calendar: Scenario) -> tuple[date, date, date]:
    trigger, count = date.fromisoformat(rule["trigger"]), rule["n"]
    six_days = {"country": calendar.get("country"), "week": [0, 1, 2, 3, 4, 5]}
    count_in: dict[str, Callable[[], date]] = {
        "CD": lambda: trigger + count * DAY,
        "WD": lambda: add(calendar, trigger, count),
        "WD6": lambda: add(six_days, trigger, count),
        "MO": lambda: months_later(trigger, count),
        "YR": lambda: months_later(trigger, 12 * count),
    }
    raw = count_in[rule.get("unit", "CD")]()
    legal = raw if rule.get("roll") == "none" else on_or_after(calendar, raw)
    return raw, legal, on_or_before(calendar, raw)


def law(scenario: Scenario) -> dict[str, Any]:
    raw, legal, safe = last_days(scenario, scenario.get("calendar", {}))
    return {"raw": str(raw), "legal": str(legal), "safe": str(safe)}


class Chain:
    def __init__(self, scenario: Scenario) -> None:
        self.calendars: dict[str, Scenario] = scenario["calendars"]
        self.stages = scenario["stages"]

    def of(self, name: str) -> Scenario:
        return self.calendars[name]

    def is_work(self, stage: Scenario) -> bool:
        return "at" in stage

    def runs(self, stage: Scenario, day: date) -> bool:
        carrier = self.of(stage.get("carrier") or stage["from"])
        return (
            day.weekday() in stage.get("departs", range(7))
            and works(carrier, day)
            and works(self.of(stage["from"]), day)
        )

    def arrives(self, stage: Scenario, departed: date) -> date:
        carrier = self.of(stage.get("carrier") or stage["from"])
        if stage.get("unit", "CD") == "WD":
            day = add(carrier, departed, stage["transit"])
        else:
            day = departed + stage["transit"] * DAY
        if stage.get("customs"):
            customs = self.of(stage["customs"])
            day = add(customs, on_or_after(customs, day), stage.get("customs_days", 0))
        return on_or_after(self.of(stage["to"]), day)

    def ahead(self, stage: Scenario, handed_over: date) -> tuple[date, date]:
        if self.is_work(stage):
            start = on_or_after(self.of(stage["at"]), handed_over)
            return start, add(self.of(stage["at"]), start, stage["work"])
        origin = self.of(stage["from"])
        start = on_or_after(origin, handed_over)
        ready = add(origin, start, stage.get("lead", 0))
        departed = first(ready, lambda day: self.runs(stage, day))
        return start, self.arrives(stage, departed)

    def back(self, stage: Scenario, due: date) -> date:
        if self.is_work(stage):
            place = self.of(stage["at"])
            return sub(place, on_or_before(place, due), stage["work"])
        departed = first(
            due,
            lambda day: self.runs(stage, day) and self.arrives(stage, day) <= due,
            -DAY,
        )
        return sub(self.of(stage["from"]), departed, stage.get("lead", 0))

    def forward(self, start: date) -> list[tuple[str, date, date]]:
        rows, day = [], start
        for stage in self.stages:
            began, day = self.ahead(stage, day)
            rows.append((stage["code"], began, day))
        return rows

    def backward(self, due: date) -> list[tuple[str, date, date]]:
        rows = []
        for stage in reversed(self.stages):
            latest = self.back(stage, due)
            rows.append((stage["code"], latest, due))
            due = latest
        return rows[::-1]

    def forecast(
        self, start: date, today: date, actual: dict[str, str]
    ) -> list[tuple[str, date, date, str]]:
        """News are of the first stages, so the first without any is the one under way."""
        rows, day, is_under_way = [], start, True
        for stage in self.stages:
            began, finish = self.ahead(stage, day)
            if stage["code"] in actual:
                finish, tag = date.fromisoformat(actual[stage["code"]]), "A"
                began = on_or_after(self.of(stage.get("at") or stage["from"]), day)
                began = min(began, finish)
            elif is_under_way and finish < today:
                finish, tag = add(self.of(stage.get("at") or stage["to"]), today, 1), "O"
                is_under_way = False
            else:
                tag, is_under_way = "P", False
            rows.append((stage["code"], began, finish, tag))
            day = finish
        return rows


def plan(scenario: Scenario) -> dict[str, Any]:
    chain, start = Chain(scenario), date.fromisoformat(scenario["start"])
    ahead = chain.forward(start)
    found: dict[str, Any] = {
        "forward": _rows(ahead),
        "finish": str(ahead[-1][2]),
        "backward": None,
        "decide_by": None,
        "slack": None,
    }
    if "due" in scenario:
        due = date.fromisoformat(scenario["due"])
        back = chain.backward(due)
        found |= {
            "backward": _rows(back),
            "decide_by": str(back[0][1]),
            "slack": (due - ahead[-1][2]).days,
        }
    today = date.fromisoformat(scenario.get("today") or scenario["start"])
    forecast = chain.forecast(start, today, scenario.get("actual", {}))
    return found | {"forecast": _rows(forecast)}


def promise(scenario: Scenario) -> dict[str, Any]:
    chain, start = Chain(scenario), date.fromisoformat(scenario["start"])
    receiver = scenario["calendars"][scenario.get("receiver", "dealer")]
    earliest = chain.forward(start)[-1][2]
    codes = {stage["code"] for stage in scenario["stages"]}
    reserve = 0 if "HANDOVER" in codes else scenario.get("dealer_reserve", 1)
    safes, legals = [], []
    for rule in scenario.get("law", []):
        if rule.get("binding", True):
            _, legal, safe = last_days(rule, {"country": receiver.get("country")})
            if reserve:
                safe = sub(receiver, on_or_before(receiver, safe), reserve)
            safes.append(safe)
            legals.append(legal)
    target = min([add(receiver, earliest, scenario.get("buffer", 2)), *safes])
    proposed = earliest
    while not works(receiver, proposed) or proposed < target:
        after = first(proposed + DAY, lambda day: works(receiver, day))
        if works(receiver, proposed) and after > target:
            break
        proposed = after
    return {
        "earliest": str(earliest),
        "safe": str(min(safes)) if safes else None,
        "legal": str(min(legals)) if legals else None,
        "proposed": str(proposed),
        "feasible": not safes or proposed <= min(safes),
        "decide_by": str(chain.backward(min(safes))[0][1]) if safes else None,
    }


def _rows(rows: list[Any]) -> list[list[str]]:
    return [[str(value) for value in row] for row in rows]


_SOLVE = {"plan": plan, "law": law, "event": event, "promise": promise}
