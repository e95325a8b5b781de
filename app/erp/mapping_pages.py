"""The administrator's pages of the ERP connections and their mappings."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.accounts.models import Plant
from app.core.access import needs
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.fields import read_id
from app.core.outside import outside
from app.core.text import clean_text
from app.core.web import done
from app.erp import mappings, queries, tryouts
from app.erp.installed import FROM_FILE, Fault, InstalledErps, newest_version
from app.erp.known import erp_titles
from app.erp.queries import Freshness
from app.erp.tryouts import Trial
from app.erp.words import CONNECTION_COLOURS
from app.outbox.connections import list_connections
from app.outbox.models import Connection
from app.vocabulary import Role

bp = Blueprint("mapping", __name__)

LONGEST_NAME = 100
ONE = "/exchange/connections/<connection>"
VERSION = "/versions/<int(max=2147483647):version>"


@dataclass(frozen=True)
class ConnectionRow:
    """An ERP as the list shows it; `version` is None where no mapping can be changed."""

    name: str
    title: str
    state: Connection
    feed: Freshness
    version: int | None
    faults: int


@bp.get("/exchange/connections")
@needs(Role.ADMINISTRATOR)
def list_erps() -> str:
    titles = erp_titles()
    return render_template(
        "erp/connections.html",
        rows=[_row(state, titles[state.name]) for state in list_connections(titles)],
        colours=CONNECTION_COLOURS,
        plants=mappings.list_plants(),
        titles=titles,
    )


@bp.post("/exchange/homes/<int(max=2147483647):plant_id>")
@needs(Role.ADMINISTRATOR)
def give_home(plant_id: int) -> ResponseReturnValue:
    plant = db.get(Plant, plant_id) or abort(404)
    home = request.form.get("home", "")
    if home not in outside().erps:
        abort(404)
    mappings.give_home(plant, home, by=current_user, at=now())
    flash(gettext("The plant belongs to this ERP now."), "success")
    return done(url_for(".list_erps"))


@bp.get(ONE)
@needs(Role.ADMINISTRATOR)
def show(connection: str) -> str:
    erps = _erps(connection)
    version = newest_version(connection)
    text = mappings.text_at(erps, connection, version) or ""
    return _page(erps, connection, version, text, erps[connection].faults)


@bp.post(ONE)
@needs(Role.ADMINISTRATOR)
def save(connection: str) -> ResponseReturnValue:
    """Keep the text; with a fault the page comes back with everything that was written."""
    erps = _erps(connection)
    text = clean_text(request.form.get("text", ""))
    reason = request.form.get("reason", "")
    base = request.form.get("base", FROM_FILE, read_id)
    if "preview" in request.form:
        return _preview(erps, connection, base, text, reason)
    if "try" in request.form:
        return _try(erps, connection, base, text, reason)
    refusal = ""
    faults: tuple[Fault, ...] = ()
    try:
        faults = mappings.save(erps, connection, text, reason, base=base, by=current_user, at=now())
    except Refusal as error:
        refusal = error.words()
    if faults or refusal:
        db.rollback()
        page = _page(erps, connection, base, text, faults, reason=reason, refusal=refusal)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("Version %(number)s is in force.", number=base + 1), "success")
    return done(url_for(".show", connection=connection))


@bp.get(ONE + VERSION)
@needs(Role.ADMINISTRATOR)
def show_version(connection: str, version: int) -> str:
    erps = _erps(connection)
    text = mappings.text_at(erps, connection, version)
    if text is None:
        abort(404)
    before = mappings.text_at(erps, connection, version - 1)
    return render_template(
        "erp/mapping_version.html",
        name=connection,
        title=erps[connection].title,
        version=version,
        newest=newest_version(connection),
        row=next((one for one in mappings.history(connection) if one.version == version), None),
        lines=mappings.difference(before, text) if before is not None else [],
        text=text,
    )


@bp.post(ONE + VERSION + "/restore")
@needs(Role.ADMINISTRATOR)
def restore(connection: str, version: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    erps = _erps(connection)
    if not mappings.restore(erps, connection, version, reason, by=current_user, at=now()):
        abort(404)
    flash(gettext("The text of version %(number)s is in force again.", number=version), "success")
    return done(url_for(".show", connection=connection))


def _preview(
    erps: InstalledErps, connection: str, base: int, text: str, reason: str
) -> ResponseReturnValue:
    """Show what would change, or the faults; nothing is kept, the key of the form neither."""
    faults = erps.read(connection, text).faults
    changes = None if faults else mappings.changes_by(erps, connection, text)
    db.rollback()
    page = _page(erps, connection, base, text, faults, reason=reason, changes=changes)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK


def _try(
    erps: InstalledErps, connection: str, base: int, text: str, reason: str
) -> ResponseReturnValue:
    """Show what the text makes of a reply; nothing is kept, the key of the form neither."""
    operation = request.form.get("operation", "")[:LONGEST_NAME]
    reply = request.form.get("reply", "")
    trial = tryouts.try_reply(erps, connection, text, operation, reply)
    db.rollback()
    page = _page(erps, connection, base, text, (), reason=reason, trial=trial, reply=reply)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if trial.faults else HTTPStatus.OK


def _page(
    erps: InstalledErps,
    connection: str,
    base: int,
    text: str,
    faults: tuple[Fault, ...],
    *,
    reason: str = "",
    refusal: str = "",
    changes: list[str] | None = None,
    trial: Trial | None = None,
    reply: str = "",
) -> str:
    return render_template(
        "erp/mapping.html",
        name=connection,
        title=erps[connection].title,
        text=text,
        base=base,
        newest=newest_version(connection),
        reason=reason,
        refusal=refusal,
        changes=changes,
        trial=trial,
        trial_faults=mappings.in_place(text, trial.faults) if trial else [],
        reply=reply,
        operations=tryouts.choices(erps, connection, text),
        is_refused=request.method == "POST",
        faults=mappings.in_place(text, faults),
        fixed=erps.fixed(connection),
        history=mappings.history(connection),
    )


def _row(state: Connection, title: str) -> ConnectionRow:
    is_changed_here = mappings.installed() is not None
    return ConnectionRow(
        name=state.name,
        title=title,
        state=state,
        feed=queries.freshness(state.name),
        version=newest_version(state.name) if is_changed_here else None,
        faults=len(outside().erps[state.name].faults),
    )


def _erps(connection: str) -> InstalledErps:
    """Return the connections, if this is one of them and has a mapping to be changed."""
    erps = mappings.installed()
    if erps is None or connection not in erps:
        abort(404)
    return erps
