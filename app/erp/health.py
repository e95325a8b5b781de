"""The administrator's pages of the doctor, the reconciliation, the rejected rows, the dealers."""

from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.access import needs
from app.core.clock import now
from app.core.web import done
from app.erp import doctor, jobs, parties, reconcile, reconciled, rejected, service
from app.erp.job_models import SLOTS, JobKind
from app.erp.known import chosen, erp_titles
from app.erp.words import KINDS, job_words
from app.vocabulary import Role

bp = Blueprint("health", __name__)


@bp.get("/exchange/doctor", defaults={"connection": ""})
@bp.get("/exchange/doctor/<connection>")
@needs(Role.ADMINISTRATOR)
def show_doctor(connection: str) -> str:
    name = _erp(connection)
    return render_template(
        "erp/doctor.html",
        chosen=name,
        erps=erp_titles(),
        last=doctor.last_checkup(name),
        stranger=doctor.stranger_in(name),
        **_jobs(name, JobKind.EXAMINE),
    )


@bp.post("/exchange/doctor/<connection>")
@needs(Role.ADMINISTRATOR)
def examine(connection: str) -> Response:
    service.ask_for(_erp(connection), JobKind.EXAMINE, by=current_user, at=now())
    return done(url_for(".show_doctor", connection=connection))


@bp.post("/exchange/doctor/<connection>/infobase")
@needs(Role.ADMINISTRATOR)
def accept_infobase(connection: str) -> Response:
    seen, reason = request.form.get("seen", ""), request.form.get("reason", "")
    service.accept_infobase(_erp(connection), seen, reason, by=current_user, at=now())
    flash(
        gettext("The connection uses this infobase from now on; its data is read anew."), "success"
    )
    return done(url_for(".show_doctor", connection=connection))


@bp.get("/exchange/reconciliation", defaults={"connection": ""})
@bp.get("/exchange/reconciliation/<connection>")
@needs(Role.ADMINISTRATOR)
def show_reconciliation(connection: str) -> str:
    name = _erp(connection)
    return render_template(
        "erp/reconcile.html",
        chosen=name,
        erps=erp_titles(),
        last=reconciled.last_run(name),
        differences=reconciled.open_differences(name),
        log=reconciled.mended_differences(name),
        **_jobs(name, JobKind.COMPARE),
    )


@bp.post("/exchange/reconciliation/<connection>")
@needs(Role.ADMINISTRATOR)
def compare(connection: str) -> Response:
    service.ask_for(_erp(connection), JobKind.COMPARE, by=current_user, at=now())
    return done(url_for(".show_reconciliation", connection=connection))


@bp.post("/exchange/reconciliation/<connection>/<int(max=9223372036854775807):difference_id>/mend")
@needs(Role.ADMINISTRATOR)
def mend(connection: str, difference_id: int) -> Response:
    if reconcile.mend(difference_id, by=current_user.id, at=now()):
        flash(gettext("Corrected; the next comparison will verify it."), "success")
    else:
        flash(gettext("This has already been corrected."), "info")
    return done(url_for(".show_reconciliation", connection=connection))


@bp.post("/exchange/reconciliation/<connection>/push-all")
@needs(Role.ADMINISTRATOR)
def push_all(connection: str) -> Response:
    number = reconcile.push_all_again(_erp(connection), by=current_user.id, at=now())
    flash(gettext("%(number)s documents are pushed again.", number=number), "success")
    return done(url_for(".show_reconciliation", connection=connection))


@bp.get("/exchange/rejected", defaults={"connection": ""})
@bp.get("/exchange/rejected/<connection>")
@needs(Role.ADMINISTRATOR)
def show_rejected(connection: str) -> str:
    name = _erp(connection)
    wanted = rejected.Faulty.read(request.args)
    return render_template(
        "erp/rejected.html",
        chosen=name,
        erps=erp_titles(),
        wanted=wanted,
        reasons=rejected.list_reasons(name),
        page=rejected.list_rejected(name, wanted, after=request.args.get("after", "")),
        kind_names=KINDS,
    )


@bp.get("/exchange/dealers", defaults={"connection": ""})
@bp.get("/exchange/dealers/<connection>")
@needs(Role.ADMINISTRATOR)
def show_dealers(connection: str) -> str:
    name = _erp(connection)
    search = request.args.get("q", "").strip()[:64]
    return render_template(
        "erp/dealers.html",
        chosen=name,
        erps=erp_titles(),
        search=search,
        page=parties.list_entities(name, search, after=request.args.get("after", "")),
    )


def _jobs(connection: str, kind: JobKind) -> dict[str, Any]:
    slot = SLOTS[kind]
    return {"slot": slot, "jobs": jobs.of_slot(connection, slot, at=now()), **job_words()}


def _erp(connection: str) -> str:
    return chosen(connection) or abort(404)
