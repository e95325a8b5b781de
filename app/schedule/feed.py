"""The dues of a person as a calendar that programs subscribe to (RFC 5545)."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from flask_babel import gettext
from icalendar import Calendar, Event

from app.core.words import label
from app.schedule.dues import DueRow

PRODUCT = "-//Dealer Claims Portal//Dues//EN"
READ_EVERY = timedelta(hours=1)
_DAY = timedelta(days=1)


def as_icalendar(dues: Iterable[DueRow], *, link_to: Callable[[DueRow], str]) -> bytes:
    """Return the dues as whole-day events, in the language that is in force now.

    An event keeps its id for ever; its sequence and its last change are those of its claim, so
    that the same dues are the same bytes. Nothing of the end customer is in it.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", gettext("Dealer Claims: what is due"))
    calendar.add("x-wr-calname", gettext("Dealer Claims: what is due"))
    calendar.add("refresh-interval", READ_EVERY, parameters={"VALUE": "DURATION"})
    for due in dues:
        calendar.add_component(_event(due, link_to(due)))
    return bytes(calendar.to_ical())


def _event(due: DueRow, url: str) -> Event:
    event = Event()
    event.add("uid", f"{due.kind}-{due.subject_id}@dealer-claims")
    event.add("sequence", due.sequence)
    event.add("dtstamp", due.changed_at.replace(microsecond=0))
    event.add("last-modified", due.changed_at.replace(microsecond=0))
    event.add("dtstart", due.on)
    event.add("dtend", due.on + _DAY)
    event.add("summary", f"{label(due.kind)}: {due.number}")
    event.add("description", f"{due.dealer}\n{due.item_name}")
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
