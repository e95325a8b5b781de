"""The frame of every page: the way around for each role, the languages, the news about the ERP."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_login import current_user

from app.accounts.policy import User
from app.accounts.queries import count_role_requests, home_of
from app.claims.silence_board import count_threatened
from app.core.clock import local_day, now
from app.core.errors import N_
from app.core.i18n import LANGUAGE_NAMES, reader_language
from app.core.outside import outside
from app.core.words import label
from app.erp.queries import feed_notice
from app.messages.views import count_unread
from app.outbox.queries import count_alarms
from app.vocabulary import DEALERS, MANAGERS, Language, Role

FRAME = "portal.page_frame"

# The screens whose texts are translated; acts speak all four languages.
SCREEN_LANGUAGES = (Language.RU, Language.PL, Language.CS, Language.EN)


@dataclass(frozen=True)
class Place:
    """An entry of the menu."""

    endpoint: str
    text: str
    icon: str
    roles: tuple[Role, ...]
    count: Callable[[], int] | None = None


def _threatened_soon() -> int:
    """Return how many claims silence will accept within the next working days."""
    today = local_day(now(), current_user.time_zone)
    return count_threatened(current_user, today=today)


def _requested_roles() -> int:
    """Return how many role changes wait for the reader's word."""
    return count_role_requests(current_user)


PLACES = (
    Place("claims.home", N_("Home"), "home", DEALERS),
    Place("claims.list_claims", N_("Claims"), "clipboard-list", DEALERS),
    Place("messages.inbox", N_("Messages"), "message-2", DEALERS, count_unread),
    Place("shipments.list_lines", N_("Shipments"), "truck-delivery", DEALERS),
    Place("claims.worklist", N_("Worklist"), "list-check", MANAGERS),
    Place(
        "schedule.silence",
        N_("Deemed acceptance"),
        "hand-stop",
        MANAGERS,
        _threatened_soon,
    ),
    Place("messages.inbox", N_("Messages"), "message-2", MANAGERS, count_unread),
    Place("shipments.list_lines", N_("Shipments"), "truck-delivery", MANAGERS),
    Place("work.mine", N_("My work"), "tool", (Role.DEPARTMENT_WORKER,)),
    Place("messages.inbox", N_("Messages"), "message-2", (Role.DEPARTMENT_WORKER,), count_unread),
    Place("work.mine", N_("Work orders"), "tool", MANAGERS),
    Place(
        "schedule.calendar",
        N_("Calendar"),
        "calendar",
        (*DEALERS, *MANAGERS, Role.DEPARTMENT_WORKER),
    ),
    Place("accounts.absences", N_("Absences"), "user-cog", MANAGERS),
    Place("schedule.desk", N_("Deadlines"), "hourglass", (Role.ADMINISTRATOR, Role.HEAD_OF_CLAIMS)),
    Place(
        "claims.attachment_rules",
        N_("Required attachments"),
        "paperclip",
        (Role.ADMINISTRATOR, Role.HEAD_OF_CLAIMS),
    ),
    Place(
        "claims.defect_groups",
        N_("Defects by product group"),
        "list-check",
        (Role.ADMINISTRATOR, Role.HEAD_OF_CLAIMS),
    ),
    Place("routing.table", N_("Routing table"), "route", (Role.ADMINISTRATOR, Role.HEAD_OF_CLAIMS)),
    Place("accounts.people", N_("People"), "users", (Role.DEALER_ADMIN, Role.ADMINISTRATOR)),
    Place(
        "accounts.role_requests",
        N_("Role changes"),
        "user-cog",
        (Role.DEALER_ADMIN, Role.ADMINISTRATOR, Role.HEAD_OF_CLAIMS),
        _requested_roles,
    ),
    Place(
        "erp.exchange", N_("ERP exchange"), "arrows-exchange", (Role.ADMINISTRATOR,), count_alarms
    ),
)


def page_frame() -> dict[str, Any]:
    """Return what `base.html` shows around every page; made once a request.

    Each panel of a page is a template of its own, and every template asks for the frame.
    """
    made: dict[str, Any] | None = request.environ.get(FRAME) if request else None
    if made is None:
        made = _make_frame()
        if request:
            request.environ[FRAME] = made
    return made


def _make_frame() -> dict[str, Any]:
    if not (current_user and current_user.is_authenticated):
        return {"language": reader_language(), "languages": _languages(), "navigation": []}
    return {
        "language": current_user.language,
        "languages": _languages(),
        "person": _person(current_user),
        "navigation": [_entry(place) for place in PLACES if current_user.role in place.roles],
        "erp_notice": feed_notice(homes_of(current_user), at=now()),
    }


def homes_of(user: User) -> Collection[str]:
    """Return the ERPs whose silence matters to a reader: a dealer's own, or every one."""
    erps = outside().erps
    if user.dealer_id is None or len(erps) == 1:
        return erps
    return {home_of(user.dealer_id)}


def _entry(place: Place) -> dict[str, Any]:
    """Return an entry that knows whether the reader is on its page or on one below it."""
    url = url_for(place.endpoint)
    is_within = request.path.startswith(f"{url}/")
    return {
        "url": url,
        "text": gettext(place.text),
        "icon": place.icon,
        "here": "page" if request.path == url else "true" if is_within else "",
        "badge": place.count() if place.count else None,
    }


def _person(user: User) -> dict[str, Any]:
    is_worker = user.role is Role.DEPARTMENT_WORKER
    return {
        "name": user.name,
        "role": label(user.role),
        "company": user.belongs_to if user.is_dealer else "",
        "is_dealer": user.is_dealer,
        "is_manager": user.is_manager,
        "is_worker": is_worker,
    }


def _languages() -> list[tuple[str, str]]:
    return [(language.value, LANGUAGE_NAMES[language]) for language in SCREEN_LANGUAGES]
