"""The whole history of a claim on screen: its transitions and all that was done beside them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from flask_babel import gettext
from flask_login import current_user

from app.claims import queries
from app.claims.customers import DataBasis
from app.claims.decided_words import NO_REASONS, Reasons
from app.claims.history import entries_of
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim, ClaimEvent
from app.claims.rules import Action, CustomerKind
from app.claims.views.blueprint import bp
from app.claims.views.stories import Story, tell
from app.core.access import needs
from app.core.errors import N_
from app.core.i18n import local_name, say, show_day, unit_name
from app.core.words import label
from app.deadlines.wording import stage_name
from app.outbox.history import troubles_of
from app.vocabulary import DEALERS, MANAGERS, Remedy, Visibility


class Topic(StrEnum):
    """The filters of the timeline."""

    ALL = "all"
    STEPS = "steps"
    MESSAGES = "messages"
    FILES = "files"
    WORK = "work"
    ERP = "erp"
    DATA = "data"


TOPICS: Mapping[Topic, str] = {
    Topic.ALL: N_("Everything"),
    Topic.STEPS: N_("Steps of the claim"),
    Topic.MESSAGES: N_("Messages and letters"),
    Topic.FILES: N_("Files and acts"),
    Topic.WORK: N_("Work of the departments"),
    Topic.ERP: N_("ERP"),
    Topic.DATA: N_("Changes of data"),
}

# For each kind its filter, icon and colour.
LOOKS: Mapping[HistoryKind, tuple[Topic, str, str]] = {
    HistoryKind.DATA_CHANGED: (Topic.DATA, "pencil", "grey"),
    HistoryKind.LINE_ADDED: (Topic.DATA, "plus", "grey"),
    HistoryKind.LINE_REMOVED: (Topic.DATA, "trash", "grey"),
    HistoryKind.FILE_ADDED: (Topic.FILES, "paperclip", "blue"),
    HistoryKind.FILE_REMOVED: (Topic.FILES, "trash", "grey"),
    HistoryKind.MESSAGE_WRITTEN: (Topic.MESSAGES, "message-2", "blue"),
    HistoryKind.NOTE_WRITTEN: (Topic.MESSAGES, "lock", "yellow"),
    HistoryKind.LETTER_SENT: (Topic.MESSAGES, "send", "grey"),
    HistoryKind.ACT_ISSUED: (Topic.FILES, "file-type-doc", "green"),
    HistoryKind.WORK_OPENED: (Topic.WORK, "route", "blue"),
    HistoryKind.WORK_STARTED: (Topic.WORK, "player-play", "blue"),
    HistoryKind.WORK_BLOCKED: (Topic.WORK, "hand-stop", "yellow"),
    HistoryKind.WORK_RESUMED: (Topic.WORK, "player-play", "blue"),
    HistoryKind.WORK_FINISHED: (Topic.WORK, "tool", "green"),
    HistoryKind.WORK_CANCELLED: (Topic.WORK, "ban", "grey"),
    HistoryKind.WORK_MOVED: (Topic.WORK, "clock", "yellow"),
    HistoryKind.WORK_ADDED: (Topic.WORK, "route", "blue"),
    HistoryKind.WORK_REDIRECTED: (Topic.WORK, "route", "yellow"),
    HistoryKind.WORK_TAKEN_BACK: (Topic.WORK, "ban", "yellow"),
    HistoryKind.STAGE_TOLD: (Topic.WORK, "truck-delivery", "blue"),
    HistoryKind.ERP_RECEIVED: (Topic.ERP, "arrows-exchange", "green"),
    HistoryKind.ERP_CHANGED: (Topic.ERP, "arrows-exchange", "yellow"),
    HistoryKind.SHIPMENT_CHANGED: (Topic.ERP, "truck-delivery", "yellow"),
    HistoryKind.DECISION_NOT_MADE: (Topic.STEPS, "alert-triangle", "red"),
    HistoryKind.ACCEPTANCE_NOT_RECORDED: (Topic.STEPS, "alert-triangle", "red"),
    HistoryKind.DECISION_HANDED_ON: (Topic.STEPS, "arrow-right", "yellow"),
    HistoryKind.DECISION_HANDED_BACK: (Topic.STEPS, "arrow-back-up", "yellow"),
    HistoryKind.PROPOSAL_WITHDRAWN: (Topic.STEPS, "arrow-back-up", "grey"),
    HistoryKind.PROPOSAL_OBSOLETE: (Topic.STEPS, "alert-triangle", "grey"),
    HistoryKind.PROPOSAL_DECIDED: (Topic.STEPS, "circle-check", "green"),
}

FIELDS: Mapping[str, str] = {
    "demand_presented_on": N_("The customer complained on"),
    "dealer_reference": N_("Your reference"),
    "end_customer": N_("End customer"),
    "sold_on": N_("Sold to the customer on"),
    "text": N_("In your words"),
    "customer_kind": N_("Type of end customer"),
    "customer_phone": N_("Phone"),
    "customer_email": N_("E-mail"),
    "customer_address": N_("Address"),
    "customer_basis": N_("Legal basis for these data"),
    "sale_document": N_("Document of the sale"),
    "quantity": N_("Quantity"),
    "unit": N_("Unit"),
    "defect_code": N_("Defect"),
    "description": N_("Description"),
    "demand": N_("Demand"),
    "demand_portion": N_("Demanded amount"),
    "currency": N_("Currency"),
    "item_name": N_("Item"),
    "serial": N_("Serial number"),
    "lot": N_("Lot"),
    "parts": N_("Defective parts"),
    "shows": N_("What the file shows"),
}


def _day(day: object) -> str:
    """Return a day that JSON holds as text."""
    return show_day(date.fromisoformat(str(day)))


VALUES: Mapping[str, Callable[[Any], str]] = {
    "unit": unit_name,
    "demand": lambda value: label(Remedy(value)),
    "customer_kind": lambda value: label(CustomerKind(value)),
    "customer_basis": lambda value: label(DataBasis(value)),
    "demand_presented_on": _day,
    "sold_on": _day,
    "shows": local_name,
}


@bp.get("/claims/<uuid:claim_id>/history")
@needs(*DEALERS, *MANAGERS)
def history(claim_id: UUID) -> str:
    """Show the history on a page of its own; scripts take its part for a claim's page."""
    claim = queries.get_claim(current_user, claim_id) or abort(404)
    chosen = request.args.get("show", "")
    topic = Topic(chosen) if chosen in set(Topic) else Topic.ALL
    return render_template(
        "claims/history.html", claim=claim, **timeline(claim, queries.events_of(claim.id), topic)
    )


def timeline(
    claim: Claim, events: Sequence[ClaimEvent], topic: Topic = Topic.ALL
) -> dict[str, Any]:
    """Return what `claims/timeline.html` shows: the stories of a topic, newest first."""
    entries = entries_of(current_user, claim)
    told = [
        *(tell(events, _reasons(events)) if topic in (Topic.ALL, Topic.STEPS) else ()),
        *_told(entry for entry in entries if topic in (Topic.ALL, LOOKS[entry.kind][0])),
        *(_exchange(claim) if topic in (Topic.ALL, Topic.ERP) else ()),
    ]
    return {
        "history": sorted(told, key=lambda story: story.at, reverse=True),
        "history_topics": [(one.value, gettext(words)) for one, words in TOPICS.items()],
        "history_topic": topic.value,
    }


def _reasons(events: Sequence[ClaimEvent]) -> Reasons:
    """Return what reasons for a rejection are called, where a revised decision is told."""
    is_revised = any(event.action is Action.REVISE for event in events)
    return queries.reason_names() if is_revised else NO_REASONS


def _told(entries: Iterable[HistoryEntry]) -> list[Story]:
    return [_story(entry) for entry in entries]


def _exchange(claim: Claim) -> list[Story]:
    """Return what did not go smoothly on the way to the ERP; it is no business of dealers."""
    if current_user.is_dealer:
        return []
    return [
        Story(
            row.at,
            gettext("The portal"),
            label(row.what),
            "arrows-exchange",
            "yellow",
            say(row.reason),
            is_internal=True,
        )
        for row in troubles_of(claim.id)
    ]


def _story(entry: HistoryEntry) -> Story:
    _, icon, colour = LOOKS[entry.kind]
    who = entry.actor_name or gettext("The portal")
    story = Story(entry.at, who, label(entry.kind), icon, colour, _note(entry.facts))
    return replace(story, is_internal=entry.visibility is Visibility.INTERNAL)


def _note(facts: Mapping[str, Any]) -> str:
    """Say what an entry holds, in the order of the table."""
    said = [tell_fact(facts[name]) for name, tell_fact in FACTS.items() if facts.get(name)]
    return " · ".join(said)


def _line(position: object) -> str:
    return str(gettext("Line %(position)s", position=position))


def _to(person: object) -> str:
    return str(gettext("to %(name)s", name=person))


def _until(day: object) -> str:
    return str(gettext("due %(day)s", day=_day(day)))


def _changes(changed: Mapping[str, Sequence[Any]]) -> str:
    return "\n".join(_change(name, *pair) for name, pair in changed.items())


def _change(name: str, before: Any, after: Any) -> str:
    position, _, field = name.rpartition("/")
    what = gettext(FIELDS.get(field, field))
    shown = (_shown(field, before), _shown(field, after))
    where = f"{_line(position)}, " if position else ""
    return f"{where}{what}: {shown[0]} → {shown[1]}"


def _shown(field: str, value: Any) -> str:
    return VALUES.get(field, str)(value) if value else "–"


FACTS: Mapping[str, Callable[[Any], str]] = {
    "line": _line,
    "item": str,
    "file": str,
    "files": " · ".join,
    "department": local_name,
    "to_department": lambda names: f"→ {local_name(names)}",
    "departments": lambda several: ", ".join(map(local_name, several)),
    "to_departments": lambda several: f"→ {', '.join(map(local_name, several))}",
    "to": _to,
    "instead_of": lambda name: gettext("instead of %(name)s, who cannot be reached", name=name),
    "proposed_by": lambda name: gettext("proposed by %(name)s", name=name),
    "subject": str,
    "document": gettext,
    "number": str,
    "revision": lambda revision: gettext("Revision %(number)s", number=revision),
    "text": str,
    "reason": str,
    "result": str,
    "stage": stage_name,
    "news": gettext,
    "day": _day,
    "was_due_on": lambda day: f"{_day(day)} →",
    "due_on": _until,
    "changed": _changes,
}
