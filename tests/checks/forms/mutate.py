"""What a hand, a broken program or somebody malicious might send instead."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from tests.checks.forms.harvest import Field

MOST_MUTATED = 3
REASONABLE = 0.6  # of what is not mutated and empty is filled in sensibly, to get behind the door
SENT_TWICE = 0.08
LONG = "Ы" * 5_000

# Wrong in type, range or letters. Each stands for a kind that has broken something somewhere.
HOSTILE = (
    *("", " ", "\t\n", "x", "None", "null", "true", "[]", "{}", "[1]", '{"a": 1}', "'", '"'),
    *("0", "-1", "-0", "1", "2", "99", "1e3", "1e400", "NaN", "sNaN", "Infinity", "-Infinity"),
    *("32768", "2147483647", "2147483648", "-2147483649", "9223372036854775808", "9" * 40),
    *("0.0001", "0.0000000001", "999999999999", "1234567890123.456", "1,5", "1 000", "١٢", "１２"),
    *("0001-01-01", "1000-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "0000-00-00"),
    *("31.12.2026", "2026-12-31T10:00", "24:00", "25:61", "00:00", "-00:01"),
    *("\x00", "a\x00b", "\x0b", "\u202e", "\ud83d\ude00", "🔥" * 70, "\ufffe", "é" * 300),
    *("%00", "%s", "{0}", "{{7*7}}", "../../etc/passwd", "http://[", "//evil.example", "\r\nX: y"),
    *("00000000-0000-0000-0000-000000000000", "not-a-uuid", "a" * 64, "a" * 65, LONG),
    *("Europe/Nowhere", "XX", "xx", "РУ", "ZZZ", "@", "a@b", "on", "off", "save", "edit"),
)


def mutated(
    fields: Sequence[Field], random: Random, *, others: Sequence[str], today: date
) -> tuple[list[tuple[str, str]], list[str]]:
    """Return what is sent, and what was done to it.

    `others` are values of other objects and choices of other fields.
    """
    chosen = {field.name for field in random.sample(fields, _how_many(fields, random))}
    sent: list[tuple[str, str]] = []
    deeds: list[str] = []
    for field in fields:
        if field.name not in chosen:
            value = _sensible(field, random, today)
            sent += [(field.name, value)] if value is not None else []
            continue
        if random.random() < 1 / 8:
            deeds.append(f"without {field.name}")
            continue
        value = random.choice((*others, *field.choices) if random.random() < 1 / 4 else HOSTILE)
        deeds.append(f"{field.name}={value[:40]!r}")
        sent.append((field.name, value))
        if random.random() < SENT_TWICE:
            deeds.append(f"{field.name} twice")
            sent.append((field.name, random.choice(HOSTILE)))
    return [(name, _sendable(value)) for name, value in sent], deeds


def _how_many(fields: Sequence[Field], random: Random) -> int:
    return min(len(fields), random.randint(0, MOST_MUTATED))


def _sensible(field: Field, random: Random, today: date) -> str | None:
    """Return what a person might have left or typed there; None: the field is not sent."""
    if field.kind in {"checkbox", "submit", "hidden-button"}:
        return random.choice([None, *field.choices])
    if field.choices and (not field.value or random.random() < 1 / 3):
        return random.choice(field.choices)
    if field.value or random.random() > REASONABLE:
        return field.value
    if field.kind == "date":
        return str(today + timedelta(days=random.randint(-20, 60)))
    if field.kind == "number":
        return str(random.randint(0, 9))
    return {"time": "15:00", "email": "new@example.test"}.get(field.kind, "Words")


def _sendable(value: str) -> str:
    return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def shown(sent: Sequence[tuple[str, str]]) -> str:
    """Return what was sent, short enough for a line."""
    return json.dumps([(name, value[:60]) for name, value in sent], ensure_ascii=False)
