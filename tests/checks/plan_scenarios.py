"""Random scenarios for `run.py plan`: ends of months, moved clocks, customs."""

from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

ZONES = ("UTC", "Europe/Warsaw", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok",
         "Europe/Prague", "Europe/Kaliningrad", "America/New_York")  # fmt: skip
COUNTRIES = ("RU", "PL", "CZ", "DE", "BY", "KZ", None)
# Days about which rules like to be wrong.
CORNERS = (
    date(2026, 12, 29), date(2026, 12, 24), date(2027, 1, 8), date(2027, 2, 28), date(2028, 2, 29),
    date(2026, 3, 29), date(2026, 10, 25), date(2027, 2, 20), date(2026, 11, 4), date(2026, 11, 11),
    date(2026, 1, 31), date(2026, 4, 30), date(2026, 8, 15), date(2026, 11, 17),
)  # fmt: skip
# Near the hours in which clocks are moved.
MOMENTS = (
    datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
)
PLACES = ("plant", "dealer", "carrier", "border")
CODES = ("TRIAGE", "DEALER_PACK", "INBOUND", "INTAKE", "DIAGNOSIS", "REPAIR", "QUALITY_CHECK",
         "OUTBOUND", "HANDOVER")  # fmt: skip


def make(random: Random, number: int) -> dict[str, Any]:
    """Return a scenario; the same for the same random numbers."""
    kind = random.choices(("plan", "promise", "law", "event"), (5, 4, 2, 1))[0]
    made: dict[str, Any] = {"id": f"s{number}", "kind": kind}
    if kind == "law":
        return made | {"calendar": _calendar(random), **_rule(random)}
    if kind == "event":
        return made | {"calendar": _calendar(random), "at": _moment(random)}
    made |= {"calendars": {name: _calendar(random) for name in PLACES}, "stages": _stages(random)}
    made["start"] = str(_day(random))
    if random.random() < 0.8:
        made["due"] = str(_after(random, made["start"], 120))
    if random.random() < 0.7:
        made["today"] = str(_after(random, made["start"], 40))
        known = made["stages"][: random.randrange(len(made["stages"]) + 1)]
        day = made["start"]
        made["actual"] = {}
        for stage in known:
            day = str(_after(random, day, 9))
            made["actual"][stage["code"]] = day
    if kind == "promise":
        made["law"] = [_law(random, made["start"]) for _ in range(random.randrange(4))]
        made |= _some(random, {"buffer": random.randrange(6), "dealer_reserve": random.randrange(3),
                               "receiver": random.choice(("dealer", "plant"))})  # fmt: skip
    return made


def _calendar(random: Random) -> dict[str, Any]:
    week = sorted(random.sample(range(7), random.choice((1, 3, 5, 6, 7))))
    fields = {
        "country": random.choice(COUNTRIES),
        "week": random.choice(([0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5], week)),
        "closed": [str(_day(random)) for _ in range(random.randrange(8))],
        "open": [str(_day(random)) for _ in range(random.randrange(4))],
        "zone": random.choice(ZONES),
        "cutoff": random.choice(("15:00", "14:00", "17:30", "00:00", "23:59")),
    }
    return _some(random, fields)


def _stages(random: Random) -> list[dict[str, Any]]:
    codes = sorted(random.sample(range(len(CODES)), random.randint(1, 6)))
    return [_stage(random, CODES[code]) for code in codes]


def _stage(random: Random, code: str) -> dict[str, Any]:
    if random.random() < 0.55:
        return {"code": code, "work": random.randrange(6), "at": random.choice(PLACES)}
    fields = {
        "carrier": random.choice(PLACES),
        "departs": sorted(random.sample(range(7), random.randint(1, 4))),
        "lead": random.randrange(3),
        "unit": random.choice(("CD", "WD")),
        "customs": random.choice((None, *PLACES)),
        "customs_days": random.randrange(3),
    }
    ends = {"from": random.choice(PLACES), "to": random.choice(PLACES)}
    return {"code": code, **ends, "transit": random.randrange(8)} | _some(random, fields)


def _rule(random: Random) -> dict[str, Any]:
    unit = random.choice(("CD", "CD", "WD", "WD6", "MO", "YR"))
    most = {"CD": 60, "WD": 40, "WD6": 40, "MO": 14, "YR": 4}[unit]
    rule = {"trigger": str(_day(random)), "n": random.randrange(most), "unit": unit}
    return rule | _some(random, {"roll": random.choice(("none", "next_working"))}, 0.2)


def _law(random: Random, start: str) -> dict[str, Any]:
    rule = _rule(random) | {"code": "LAW", "binding": random.random() < 0.8}
    return rule | {"trigger": str(date.fromisoformat(start) - timedelta(random.randrange(12)))}


def _some(random: Random, fields: dict[str, Any], part: float = 0.8) -> dict[str, Any]:
    """Leave some fields out."""
    return {name: value for name, value in fields.items() if random.random() < part}


def _day(random: Random) -> date:
    if random.random() < 0.4:
        return random.choice(CORNERS) + timedelta(random.randint(-4, 4))
    return date(2026, 1, 1) + timedelta(random.randrange(800))


def _after(random: Random, day: str, most: int) -> date:
    return date.fromisoformat(day) + timedelta(random.randrange(most))


def _moment(random: Random) -> str:
    if random.random() < 0.4:
        at = random.choice(MOMENTS) + timedelta(minutes=random.randint(-180, 180))
    else:
        at = datetime.combine(_day(random), datetime.min.time(), UTC)
        at += timedelta(minutes=random.choice((random.randrange(1440), 840, 900, 0, 1439)))
    offset = timedelta(minutes=random.choice((0, 60, 120, 180, 300, 345, -300)))
    return at.astimezone(timezone(offset)).isoformat()
