"""What people change about time: promise, demand, return of goods, acceptance by silence."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.claims import queries
from app.claims.amounts import currency_of
from app.claims.circumstances import (
    note_circumstance,
    possible_circumstances,
    withdraw_circumstance,
)
from app.claims.decisions import (
    CircumstanceForm,
    DemandForm,
    GoodsForm,
    NoteForm,
    PromiseForm,
)
from app.claims.demands import change_demand
from app.claims.goods_back import note_goods, waiting_for_goods
from app.claims.models import Claim
from app.claims.promising import promises_of, revise_promise
from app.claims.rules import Action, actions_for
from app.claims.silence import contest
from app.claims.views.blueprint import bp
from app.core.access import needs
from app.core.clock import now
from app.core.db import db
from app.core.errors import NotAllowed, Refusal
from app.core.fields import StepForm
from app.core.web import done
from app.deadlines.closures import guessed_years
from app.vocabulary import DEALERS, MANAGERS, Role

Answer = Response | str | tuple[str, int]


@bp.route("/claims/<uuid:claim_id>/promise", methods=["GET", "POST"])
@needs(*MANAGERS)
def promise_again(claim_id: UUID) -> Answer:
    claim = _claim(claim_id, Action.REVISE_PROMISE)
    form = PromiseForm.of(claim)
    return _answer(
        "claims/promise.html",
        claim,
        form,
        lambda: revise_promise(
            claim, form.wish(), version=form.version.data, by=current_user, at=now()
        ),
        gettext("The new day is promised; the dealer is informed."),
        promises=promises_of(claim),
        guesses=guessed_years(
            claim.dealer_id, claim.plant_id, (form.promise_on.data, claim.promise_on)
        ),
    )


@bp.route("/claims/<uuid:claim_id>/demand", methods=["GET", "POST"])
@needs(*MANAGERS)
def demand_again(claim_id: UUID) -> Answer:
    claim = _claim(claim_id, Action.CHANGE_DEMAND)
    form = DemandForm.of(claim)
    return _answer(
        "claims/demand.html",
        claim,
        form,
        lambda: change_demand(
            claim,
            form.line_id(),
            form.remedy(),
            presented_on=form.presented_on.data,
            portion=form.portion.data,
            currency=form.currency.data,
            version=form.version.data,
            by=current_user,
            at=now(),
        ),
        gettext("The changed demand is noted; its deadlines run."),
        lacks_currency=currency_of(claim.lines) is None,
    )


@bp.route("/claims/<uuid:claim_id>/goods-back", methods=["GET", "POST"])
@needs(*DEALERS, *MANAGERS)
def goods_back(claim_id: UUID) -> Answer:
    claim = _claim(claim_id, Action.GOODS_BACK)
    form = GoodsForm(version=claim.version)
    return _answer(
        "claims/goods_back.html",
        claim,
        form,
        lambda: note_goods(
            claim, form.received_on.data, version=form.version.data, by=current_user, at=now()
        ),
        gettext("Noted; the statutory periods that start on this day have begun."),
        waiting=list(waiting_for_goods(claim, at=now())),
    )


@bp.route("/claims/<uuid:claim_id>/circumstances", methods=["GET", "POST"])
@needs(*DEALERS, *MANAGERS)
def circumstances(claim_id: UUID) -> Answer:
    claim = _claim(claim_id, Action.NOTE_CIRCUMSTANCE)
    possible = possible_circumstances(claim, at=now())
    form = CircumstanceForm.of(claim, possible)
    is_withdrawn = "withdraw" in request.form

    def change() -> None:
        note, step = form.note(), {"version": form.version.data, "by": current_user, "at": now()}
        if is_withdrawn:
            withdraw_circumstance(claim, note.line_id, note.kind, **step)
        else:
            note_circumstance(claim, note, **step)

    return _answer(
        "claims/circumstances.html",
        claim,
        form,
        change,
        gettext("Noted; the deadlines of the line are recalculated."),
        possible=possible,
    )


@bp.route("/claims/<uuid:claim_id>/contest", methods=["GET", "POST"])
@needs(Role.HEAD_OF_CLAIMS)
def contest_silence(claim_id: UUID) -> Answer:
    claim = _claim(claim_id, Action.CONTEST)
    form = NoteForm(version=claim.version)
    return _answer(
        "claims/contest.html",
        claim,
        form,
        lambda: contest(
            claim, form.note.data, version=form.version.data, by=current_user, at=now()
        ),
        gettext("The claim is open again and waits for a decision."),
    )


def _answer(
    template: str,
    claim: Claim,
    form: StepForm,
    act: Callable[[], None],
    words: str,
    **shown: Any,
) -> Answer:
    """Show the form, or do what it says; a refused one shows again what was typed."""
    if not form.validate_on_submit():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return render_template(template, claim=claim, form=form, **shown), status
    claim_id = claim.id
    try:
        act()
    except Refusal as refusal:
        db.rollback()
        page = render_template(
            template, claim=_found(claim_id), form=form, refused=refusal.words(), **shown
        )
        return page, refusal.status
    flash(words, "success")
    return done(url_for("claims.show", claim_id=claim_id))


def _claim(claim_id: UUID, action: Action) -> Claim:
    claim = _found(claim_id)
    if action not in actions_for(claim.state, current_user.role):
        raise NotAllowed
    return claim


def _found(claim_id: UUID) -> Claim:
    return queries.get_claim(current_user, claim_id) or abort(404)
