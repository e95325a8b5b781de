"""A claim's life in plain words: the strip of its stages and its history."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext

from app.claims.decided import DecidedLine, decision_versions
from app.claims.decided_words import NO_REASONS, Reasons, in_words
from app.claims.models import Claim, ClaimEvent
from app.claims.rules import Action, ClaimState, ShipmentCheck
from app.core.errors import N_
from app.core.i18n import show_day, show_money
from app.core.words import label
from app.deadlines.circumstances import Circumstance
from app.vocabulary import Remedy

_FILED = (N_("Filing"), (ClaimState.SUBMITTED,))
_WORKED = (N_("Execution"), (ClaimState.EXECUTION, ClaimState.RESOLVED))
_STAGES = (
    _FILED,
    (N_("Check"), (ClaimState.VERIFICATION, ClaimState.NEEDS_INFO)),
    (N_("Decision"), (ClaimState.ACCEPTED, ClaimState.PARTIALLY_ACCEPTED, ClaimState.REJECTED)),
    _WORKED,
    (N_("Closing"), (ClaimState.CLOSED,)),
)
_WITHDRAWN = (N_("Withdrawal"), (ClaimState.CANCELLED,))
_ICONS = {
    Action.SUBMIT: ("send", "blue"),
    Action.TAKE: ("user", "blue"),
    Action.REQUEST_INFO: ("message-question", "yellow"),
    Action.SUPPLY_INFO: ("message-2", "blue"),
    Action.ACCEPT: ("circle-check", "green"),
    Action.ACCEPT_PARTLY: ("circle-check", "green"),
    Action.REJECT: ("circle-x", "red"),
    Action.ROUTE: ("route", "blue"),
    Action.RESOLVE: ("tool", "green"),
    Action.CONFIRM: ("checks", "green"),
    Action.DISPUTE: ("arrow-back-up", "yellow"),
    Action.CLOSE_REJECTED: ("lock", "grey"),
    Action.CANCEL: ("ban", "grey"),
    Action.CHECK_SHIPMENT: ("truck-delivery", "blue"),
    Action.REVISE_PROMISE: ("clock", "yellow"),
    Action.CHANGE_DEMAND: ("arrows-sort", "yellow"),
    Action.GOODS_BACK: ("package", "blue"),
    Action.NOTE_CIRCUMSTANCE: ("scale", "blue"),
    Action.DEEM_ACCEPTED: ("alert-triangle", "red"),
    Action.CONTEST: ("scale", "yellow"),
    Action.REVISE: ("pencil", "yellow"),
}


@dataclass(frozen=True)
class Stage:
    """A place on the strip: done, current or next."""

    text: str
    state: str
    note: str = ""


@dataclass(frozen=True)
class Story:
    """An event as `components/history.html` shows it."""

    at: datetime
    who: str
    words: str
    icon: str
    colour: str
    note: str
    is_internal: bool = False


def stages_of(claim: Claim) -> list[Stage]:
    """Return the strip of stages with the present one marked."""
    way = _way_of(claim)
    present = next(place for place, (_, states) in enumerate(way) if claim.state in states)
    is_over = claim.closed_at is not None
    return [
        Stage(gettext(text), _when(place, present, is_over=is_over))
        for place, (text, _) in enumerate(way)
    ]


def tell(events: Sequence[ClaimEvent], reasons: Reasons = NO_REASONS) -> list[Story]:
    """Return the events as sentences; a revised decision with what was decided before and now."""
    revised = {one.event_version: one for one in decision_versions(events) if one.is_revision}
    stories = []
    for event in events:
        story = _story(event)
        if version := revised.get(event.version):
            changes = [_revised(before, after, reasons) for before, after in version.changes]
            story = replace(story, note="\n".join([story.note, *changes]))
        stories.append(story)
    return stories


def _revised(before: DecidedLine | None, after: DecidedLine, reasons: Reasons) -> str:
    """Say what was decided of a line, and what is decided now."""
    line = gettext("Line %(position)s", position=after.position)
    return f"{line}: {in_words(before, reasons)} → {in_words(after, reasons)}"


def _way_of(claim: Claim) -> tuple[tuple[str, tuple[ClaimState, ...]], ...]:
    """Leave out the stages that this claim never comes to."""
    if claim.state is ClaimState.CANCELLED:
        return (_FILED, _WITHDRAWN)
    if claim.decided_at is not None and claim.promise_on is None:
        return tuple(stage for stage in _STAGES if stage is not _WORKED)
    return _STAGES


def _when(place: int, present: int, *, is_over: bool) -> str:
    if place < present or is_over:
        return "done"
    return "current" if place == present else "next"


def _story(event: ClaimEvent) -> Story:
    icon, colour = _ICONS[event.action]
    who = event.actor_name or gettext("The portal")
    return Story(event.at, who, label(event.action), icon, colour, _note(event.facts))


def _note(facts: dict[str, object]) -> str:
    said: list[str] = []
    for name in ("questions", "answers"):
        said += [str(text) for text in _as_list(facts.get(name))]
    said += [_checked(line) for line in _as_list(facts.get("checked")) if isinstance(line, dict)]
    if facts.get("reason"):
        said.append(str(facts["reason"]))
    if facts.get("demand"):
        said.append(_changed_demand(facts))
    if facts.get("promise_on"):
        day = date.fromisoformat(str(facts["promise_on"]))
        said.append(gettext("Promised by %(day)s", day=show_day(day)))
        if facts.get("was"):
            before = date.fromisoformat(str(facts["was"]))
            said.append(gettext("before: %(day)s", day=show_day(before)))
    if facts.get("circumstance"):
        said.append(_circumstance(facts))
    return " · ".join(said)


def _circumstance(facts: dict[str, object]) -> str:
    """Say what was noted about which line, or taken back."""
    parts = [label(Circumstance(str(facts["circumstance"])))]
    if facts.get("until_on"):
        day = show_day(date.fromisoformat(str(facts["until_on"])))
        parts.append(gettext("agreed until %(day)s", day=day))
    if facts.get("withdrawn"):
        parts.append(gettext("withdrawn"))
    return f"{gettext('line %(number)s', number=facts['line'])}: {', '.join(parts)}"


def _changed_demand(facts: dict[str, object]) -> str:
    """Say which line demands what now, and what it demanded before."""
    before, after = (
        _demand(facts.get(demand), facts.get(money))
        for demand, money in (("was", "was_sum"), ("demand", "sum"))
    )
    line = gettext("Line %(position)s", position=facts.get("line"))
    return f"{line}: {before} → {after}"


def _demand(demand: object, money: object) -> str:
    """Say a demand with the sum that belongs to it."""
    words = label(Remedy(str(demand))) if demand else "–"
    if not isinstance(money, list):
        return words
    amount, currency = money
    return f"{words} {show_money(Decimal(amount), currency)}"


def _checked(line: dict[str, object]) -> str:
    """Say what became of one provisional line."""
    parts = [line.get("item"), line.get("shipment"), line.get("reason")]
    outcome = label(ShipmentCheck(str(line["outcome"])))
    return f"{', '.join(str(part) for part in parts if part)}: {outcome}"


def _as_list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
