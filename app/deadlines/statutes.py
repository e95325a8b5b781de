"""Reads the rules of law and contract from their file; a rule that makes no sense is refused."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.core.errors import N_, Refusal
from app.deadlines.circumstances import Circumstance
from app.deadlines.clocks import (
    COUNTED,
    VAGUE,
    Agreement,
    Late,
    Party,
    Roll,
    Rule,
    StopsAt,
    Unit,
    read_policy,
)

FILE = Path(__file__).with_name("statutes.yaml")

_WORDS = ("title", "country", "duty", "claimant", "trigger", "basis")
_TEXTS = ("policy", "pause", "effect", "source", "conf", "not_for", "needs")
_KNOWN = frozenset(
    (*_WORDS, *_TEXTS, "id", "party", "demand", "n", "unit", "roll", "stop", "agree", "late")
) | {"instead_of", "valid_from", "valid_to"}


class BadRule(Refusal):
    """A rule of the file cannot be used; nothing of the file is taken."""

    message = N_("Line %(line)s, rule %(rule)s: %(what)s")


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Return the rules that come with the portal."""
    return read_rules(FILE.read_text("utf-8"))


def read_rules(text: str) -> tuple[Rule, ...]:
    """Return the rules of a file; raise `BadRule` that names the line of the first bad one."""
    document = yaml.compose(text, Loader=yaml.SafeLoader)
    rules: dict[str, Rule] = {}
    for node in document.value if document else ():
        fields = yaml.SafeLoader("").construct_document(node)
        line = node.start_mark.line + 1
        rule = _rule(fields if isinstance(fields, dict) else {}, line)
        if rule.code in rules:
            raise BadRule(line=line, rule=rule.code, what="this id is used twice")
        rules[rule.code] = rule
    return tuple(rules.values())


def check_rule(rule: Rule, line: int = 0) -> None:
    """Refuse a rule from which no day and no event can follow."""

    def refuse(what: str) -> None:
        raise BadRule(line=line, rule=rule.code, what=what)

    if rule.unit in VAGUE and read_policy(rule.policy) is None:
        refuse("a vague unit needs a policy with a number and a unit, such as 14 CD")
    if rule.unit in COUNTED and rule.amount <= 0:
        refuse("n must be above zero")
    if not rule.demands:
        refuse("demand is empty")
    if rule.instead_of and rule.needs is None:
        refuse("a rule that stands instead of others needs a circumstance")
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        refuse("valid_to lies before valid_from")


def _rule(fields: Mapping[str, Any], line: int) -> Rule:
    code = str(fields.get("id", "?"))
    _check_names(fields, code, line)
    try:
        rule = Rule(
            code=code,
            title=fields["title"],
            country=fields["country"],
            party=Party(fields["party"]),
            duty=fields["duty"],
            claimant=fields["claimant"],
            demands=tuple(fields.get("demand") or ()),
            amount=int(fields.get("n", 0)),
            unit=Unit(fields["unit"]),
            policy=fields.get("policy", ""),
            trigger=fields["trigger"],
            roll=Roll(fields["roll"]),
            pause=fields.get("pause", "none"),
            stops_at=StopsAt(fields["stop"]),
            agreement=Agreement(fields["agree"]),
            late=Late(fields["late"]),
            late_text=fields.get("effect", ""),
            basis=fields["basis"],
            source=fields.get("source", ""),
            confidence=fields.get("conf", ""),
            without_sole_traders=fields.get("not_for") == "sole_traders",
            needs=Circumstance(fields["needs"]) if "needs" in fields else None,
            instead_of=tuple(fields.get("instead_of") or ()),
            valid_from=_day(fields.get("valid_from")),
            valid_to=_day(fields.get("valid_to")),
        )
    except (ValueError, TypeError) as error:
        raise BadRule(line=line, rule=code, what=str(error)) from error
    check_rule(rule, line)
    return rule


def _check_names(fields: Mapping[str, Any], code: str, line: int) -> None:
    needed = ("id", "unit", "party", "roll", "stop", "agree", "late", *_WORDS)
    missing = [name for name in needed if not fields.get(name)]
    if missing:
        raise BadRule(line=line, rule=code, what=f"{', '.join(missing)} is missing")
    unknown = sorted(set(fields) - _KNOWN)
    if unknown:
        raise BadRule(line=line, rule=code, what=f"{', '.join(unknown)} is unknown")


def _day(value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))
