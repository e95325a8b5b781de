"""Noting circumstances of a line: who says so, since when, and which period holds from then on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.accounts.policy import User
from app.claims import timing
from app.claims.clock_models import LineCircumstance
from app.claims.days import Fact, day_of
from app.claims.law_changes import follow_circumstances, triggers_of
from app.claims.models import Claim, ClaimLine
from app.claims.moves import move, step_for
from app.claims.rules import Action
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal
from app.deadlines.circumstances import DETAILS, Circumstance
from app.deadlines.clocks import Rule, duration_of, raw_last_day
from app.deadlines.law import legal_days, rules_from


class CircumstanceChangesNothing(Refusal):
    message = N_("No period of this line depends on that.")


class CircumstanceIncomplete(Refusal):
    message = N_("Give the day and, for an agreement, its last day and the file that holds it.")


class CircumstanceDayWrong(Refusal):
    message = N_("Give a day between the demand and today.")


class PeriodIsOver(Refusal):
    message = N_(
        "The period ended on %(last_day)s, before that. What happens later does not prolong it."
    )


class AgreedTooLate(Refusal):
    message = N_("The law allows an agreement until %(last_day)s at the latest.")


@dataclass(frozen=True)
class Note:
    """What somebody says about a line; `file_id` is a public file of the claim."""

    line_id: UUID
    kind: Circumstance
    since_on: date | None = None
    until_on: date | None = None
    file_id: int | None = None


@dataclass(frozen=True)
class Possible:
    """A circumstance on which a period of a line depends, and what was noted of it."""

    line: ClaimLine
    rule: Rule
    noted: LineCircumstance | None

    @property
    def kind(self) -> Circumstance:
        """Which circumstance it is."""
        assert self.rule.needs is not None  # noqa: S101  (only such rules are offered)
        return self.rule.needs

    @property
    def key(self) -> str:
        """Return how a form names it."""
        return f"{self.line.id}/{self.kind}"


def possible_circumstances(claim: Claim, *, at: datetime) -> list[Possible]:
    """Return what may be noted: by law another period holds for these lines then."""
    noted = timing.circumstances_of(claim)
    return [
        Possible(line, rule, noted.get(line.id, {}).get(rule.needs))
        for line, rule in _rules_with_needs(claim, at)
        if rule.needs is not None
    ]


def note_circumstance(claim: Claim, note: Note, *, version: int, by: User, at: datetime) -> None:
    """Note a circumstance of a line; the period that it brings counts from the day of the demand.

    Noted again, it replaces what was noted before: an agreement on another day, for instance.
    """
    step_for(claim, Action.NOTE_CIRCUMSTANCE, version, by)
    line = _line(claim, note.line_id)
    rules = [
        rule
        for of_line, rule in _rules_with_needs(claim, at)
        if of_line is line and rule.needs is note.kind
    ]
    if not rules:
        raise CircumstanceChangesNothing
    since_on = _check(claim, line, note, rules, at)

    facts = {"line": line.position, "circumstance": note.kind.value, "since_on": str(since_on)}
    if note.until_on:
        facts["until_on"] = str(note.until_on)
    move(claim, Action.NOTE_CIRCUMSTANCE, version, by, at, facts=facts)
    _forget(claim, line, note.kind)
    db.add(
        LineCircumstance(
            claim_id=claim.id,
            line_id=line.id,
            kind=note.kind,
            since_on=since_on,
            until_on=note.until_on,
            file_id=note.file_id,
            noted_by=by.id or None,
            noted_by_name=by.name,
            noted_at=at,
        )
    )
    db.flush()
    follow_circumstances(claim, line, at=at)


def withdraw_circumstance(
    claim: Claim, line_id: UUID, kind: Circumstance, *, version: int, by: User, at: datetime
) -> None:
    """Take back what was noted by mistake: the usual period holds again."""
    step_for(claim, Action.NOTE_CIRCUMSTANCE, version, by)
    line = _line(claim, line_id)
    if kind not in timing.circumstances_of(claim).get(line.id, {}):
        raise NotAllowed

    facts = {"line": line.position, "circumstance": kind.value, "withdrawn": True}
    move(claim, Action.NOTE_CIRCUMSTANCE, version, by, at, facts=facts)
    _forget(claim, line, kind)
    follow_circumstances(claim, line, at=at)


def _check(claim: Claim, line: ClaimLine, note: Note, rules: list[Rule], at: datetime) -> date:
    """Return since when the circumstance is there; refuse what is incomplete or too late."""
    first = claim.demand_presented_on or day_of(claim, Fact.FILED, claim.filed_at or at).day
    details = DETAILS[note.kind]
    since_on = (note.since_on if details.day else first) or None
    lacks_until = details.until and note.until_on is None
    lacks_file = details.file and note.file_id not in _public_files(claim)
    if since_on is None or lacks_until or lacks_file:
        raise CircumstanceIncomplete
    if not first <= since_on <= day_of(claim, Fact.DEMANDED, at).day:
        raise CircumstanceDayWrong
    for rule in rules:
        _check_rule(claim, line, note, rule, since_on)
    return since_on


def _check_rule(claim: Claim, line: ClaimLine, note: Note, rule: Rule, since_on: date) -> None:
    usual = [
        clock
        for clock in timing.clocks_of(claim)
        if clock.line_id == line.id and clock.rule_code in rule.instead_of
    ]
    ended_on = max((clock.legal_on for clock in usual), default=None)
    if DETAILS[note.kind].day and ended_on and since_on > ended_on:
        raise PeriodIsOver(last_day=ended_on)
    duration = duration_of(rule)
    if note.until_on is None or duration is None:
        return
    demanded_on = max(
        (clock.trigger_on for clock in usual), default=claim.demand_presented_on or since_on
    )
    days = legal_days(claim.dealer.country, demanded_on)
    last_day = raw_last_day(demanded_on, duration, days)
    if not since_on <= note.until_on <= last_day:
        raise AgreedTooLate(last_day=last_day)


def _rules_with_needs(claim: Claim, at: datetime) -> Iterator[tuple[ClaimLine, Rule]]:
    """Give the rules of law for the demand of each line that need a circumstance."""
    clocks = timing.clocks_of(claim)
    in_force: dict[tuple[date, ...], list[Rule]] = {}  # lines of one demand share their days
    for line in claim.lines:
        if line.demand is None or line.accepted_quantity == 0:
            continue
        of_line = [clock for clock in clocks if clock.line_id == line.id]
        triggers = triggers_of(claim, of_line, at=at)
        days = tuple(triggers.values())
        if days not in in_force:
            in_force[days] = [rule for rule in rules_from(triggers) if rule.needs]
        for rule in in_force[days]:
            if timing.holds_for(claim, line.demand, rule):
                yield line, rule


def _public_files(claim: Claim) -> set[int]:
    """Return the files that both sides see: an agreement with the customer is one of them."""
    return {kept.id for kept in claim.files if not kept.is_internal}


def _line(claim: Claim, line_id: UUID) -> ClaimLine:
    line = next((line for line in claim.lines if line.id == line_id), None)
    if line is None:
        raise NotAllowed
    return line


def _forget(claim: Claim, line: ClaimLine, kind: Circumstance) -> None:
    row = timing.circumstances_of(claim).get(line.id, {}).get(kind)
    if row is not None:
        db.delete(row)
        db.flush()  # one row of a kind: the old one goes first
