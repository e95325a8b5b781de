"""Shipments on screen: the list, one line with its pieces, the answer to a code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from app.catalog import tree
from app.catalog.models import Tracking
from app.catalog.queries import group_paths
from app.catalog.tree import NamedItem
from app.core.access import needs
from app.core.clock import local_day, now
from app.core.fields import read_id
from app.core.text import clean_line
from app.core.web import is_partial
from app.shipments import queries
from app.shipments import words as _words  # noqa: F401  (registers what documents are called)
from app.shipments.bought import shipped_of
from app.shipments.forms import LONGEST_SEARCH, CodeForm, SearchForm
from app.shipments.pieces import LotPart, lots_of, serials_of
from app.shipments.queries import FoundLine
from app.shipments.rules import UnreadableCode, parse_code
from app.vocabulary import DEALERS, MANAGERS

bp = Blueprint("shipments", __name__, template_folder="templates")


@bp.get("/shipments")
@needs(*DEALERS, *MANAGERS)
def list_lines() -> str:
    search, item = _search(), _item()
    page = queries.list_lines(
        current_user,
        search=search,
        item_id=item.id if item else None,
        after=request.args.get("after", ""),
    )
    return render_template(
        "shipments/list.html",
        item=item,
        form=SearchForm(formdata=None, q=search),
        page=page,
        search=search,
        claim_id=_claim_id(),
        today=_today(),
        as_of=queries.data_as_of_for(current_user),
    )


@bp.get("/catalog")
@needs(*DEALERS)
def catalog() -> str:
    """Show a branch of the dealer's catalogue, or what a text finds in all of it."""
    search, group = _search(), _uuid("group")
    home = queries.home_of(current_user)
    groups = tree.tree_of(home)
    way = [] if search else groups.way_to(group)
    if group and not way and not search:
        abort(404)
    page = tree.list_items(home, group=group, search=search, after=request.args.get("after", ""))
    return render_template(
        "shipments/catalog.html",
        form=SearchForm(formdata=None, q=search),
        search=search,
        way=way,
        branches=groups.named(search) if search else groups.below(group),
        page=page,
        shipped=shipped_of(current_user, (item.id for item in page.rows)),
        claim_id=_claim_id(),
    )


@bp.get("/shipments/lines/<uuid:ref>")
@needs(*DEALERS, *MANAGERS)
def show_line(ref: UUID) -> str:
    line = queries.get_line(current_user, ref) or abort(404)
    return render_template(
        "shipments/show.html",
        line=line,
        around=_around([line]),
        claim_id=_claim_id(),
        today=_today(),
        as_of=queries.data_as_of_for(current_user),
    )


@bp.get("/shipments/lookup")
@needs(*DEALERS, *MANAGERS)
def look_up() -> str:
    raw = request.args.get("code", "")
    found, trouble = _find(raw)
    template = "shipments/found.html" if is_partial() else "shipments/look_up.html"
    return render_template(
        template,
        form=CodeForm(formdata=None, code=raw[:LONGEST_SEARCH]),
        code=clean_line(raw)[:LONGEST_SEARCH],
        found=found,
        trouble=trouble,
        around=_around(found),
        claim_id=_claim_id(),
        today=_today(),
        as_of=queries.data_as_of_for(current_user),
    )


def _find(raw: str) -> tuple[list[FoundLine], str]:
    """Return the lines of a code, or the words why it cannot be one; no code, no words."""
    if not raw.strip():
        return [], ""
    try:
        code = parse_code(raw)
    except UnreadableCode as refusal:
        return [], refusal.words()
    found = queries.find_by_code(current_user, code)
    return found, "" if found or code.is_likely else UnreadableCode().words()


@dataclass(frozen=True)
class Around:
    """What is shown beside lines: the pieces and lots to choose from, the groups of the items."""

    serials: Mapping[int, list[str]]
    lots: Mapping[int, list[LotPart]]
    groups: Mapping[int, str]


def _around(lines: list[FoundLine]) -> Around:
    """Return the pieces where a line has pieces and none was named, lots and groups."""
    return Around(
        serials={
            line.line_id: serials_of(line.line_id)
            for line in lines
            if line.tracking is Tracking.SERIAL and not line.serial
        },
        lots=lots_of(line.line_id for line in lines),
        groups=group_paths({line.item_id for line in lines}),
    )


def _search() -> str:
    return clean_line(request.args.get("q", ""))[:LONGEST_SEARCH]


def _item() -> NamedItem | None:
    """Return the item that the address narrows a dealer's list to, if it names one."""
    asked = request.args.get("item", "")
    if not asked or not current_user.is_dealer:
        return None
    try:
        return tree.get_item(queries.home_of(current_user), read_id(asked)) or abort(404)
    except ValueError:
        return abort(404)


def _claim_id() -> UUID | None:
    """Return the draft that a line is looked for, if there is one."""
    return _uuid("claim")


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def _today() -> date:
    return local_day(now(), current_user.time_zone)
