"""The manager's screens: the worklist and the questions. The decision is in `deciding`."""

from http import HTTPStatus
from uuid import UUID

from flask import abort, flash, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.claims import queries, service, triage
from app.claims.decisions import AskForm
from app.claims.models import Claim
from app.claims.triage import Filter
from app.claims.views.blueprint import bp
from app.claims.views.unread import unread_of
from app.core.access import needs
from app.core.clock import local_day, now
from app.core.db import db
from app.core.errors import Refusal
from app.core.fields import StepForm
from app.core.web import done
from app.vocabulary import MANAGERS

LIST = "worklist"  # in the session: the filter and the search that the manager works through


@bp.get("/worklist")
@needs(*MANAGERS)
def worklist() -> str:
    today = local_day(now(), current_user.time_zone)
    search = request.args.get("search", "").strip()[:100]
    # Who searches looks for a claim wherever it stands, unless a filter is chosen besides.
    chosen = _chosen(request.args.get("filter", Filter.ALL if search else ""))
    session[LIST] = [chosen.value, search]
    page = triage.list_worklist(
        current_user, chosen=chosen, search=search, after=request.args.get("after", ""), today=today
    )
    counts = triage.count_filters(current_user, today=today)
    return render_template(
        "claims/worklist.html",
        page=page, chosen=chosen, counts=counts, search=search, today=today, filters=list(Filter),
        unread=unread_of(page.rows),
    )  # fmt: skip


@bp.post("/claims/<uuid:claim_id>/take")
@needs(*MANAGERS)
def take(claim_id: UUID) -> Response:
    claim = _claim(claim_id)
    service.take(claim, version=_version(), by=current_user, at=now())
    return done(url_for("claims.decide", claim_id=claim_id))


@bp.route("/claims/<uuid:claim_id>/ask", methods=["GET", "POST"])
@needs(*MANAGERS)
def ask(claim_id: UUID) -> Response | str | tuple[str, int]:
    claim = _claim(claim_id)
    form = AskForm(version=claim.version)
    if not form.validate_on_submit():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return render_template("claims/ask.html", claim=claim, form=form), status
    try:
        service.ask(claim, form.texts(), version=form.version.data, by=current_user, at=now())
    except Refusal as refusal:
        return _refused(refusal, claim_id, form)
    flash(gettext("The questions are with the dealer."), "success")
    return done(url_for("claims.show", claim_id=claim_id))


def next_in_list(claim: Claim) -> UUID | None:
    """Return what follows in the list that the manager came from, None after its last claim."""
    name, search = session.get(LIST, ("", ""))
    today = local_day(now(), current_user.time_zone)
    return triage.next_in_list(
        current_user, claim, chosen=_chosen(name), search=search, today=today
    )


def _refused(refusal: Refusal, claim_id: UUID, form: AskForm) -> tuple[str, int]:
    """Show the page again with the refusal's words; what was typed is still in the form."""
    words = refusal.words()
    db.rollback()
    page = render_template("claims/ask.html", claim=_claim(claim_id), form=form, refused=words)
    return page, refusal.status


def _version() -> int:
    form = StepForm()
    if not form.validate():
        abort(400)
    return int(form.version.data)


def _chosen(name: str) -> Filter:
    return Filter(name) if name in set(Filter) else Filter.TO_DECIDE


def _claim(claim_id: UUID) -> Claim:
    return queries.get_claim(current_user, claim_id) or abort(404)
