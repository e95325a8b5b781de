"""Telling how a stage goes, from a claim's page."""

from datetime import date
from uuid import UUID

from flask import abort, flash, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.policy import User
from app.claims.forecast_models import NewsKind
from app.claims.models import Claim
from app.claims.queries import get_claim
from app.core.access import needs
from app.core.clock import now
from app.core.errors import Refusal
from app.core.fields import BaseForm
from app.core.web import done
from app.deadlines.stages import Stage
from app.schedule import news
from app.schedule.forms import NewsForm
from app.schedule.queries import tracked_legs
from app.schedule.views.blueprint import bp
from app.vocabulary import DEALERS, MANAGERS


@bp.post("/claims/<uuid:claim_id>/news")
@needs(*DEALERS, *MANAGERS)
def tell(claim_id: UUID) -> Response:
    claim = get_claim(current_user, claim_id) or abort(404)
    form = news_form(claim, current_user) or abort(409)
    page = url_for("claims.show", claim_id=claim_id, _anchor="promise")
    if not form.validate():
        flash(first_fault(form), "danger")
        return done(page)
    tell_or_say_why(claim, Stage(form.stage.data), NewsKind(form.kind.data), form.day.data)
    return done(page)


def news_form(claim: Claim, user: User) -> NewsForm | None:
    """Return the form for the stages whose end is not known and that this person may tell of."""
    if claim.state not in news.TOLD_IN:
        return None
    stages = [
        Stage(leg.stage)
        for leg in tracked_legs(claim)
        if leg.actual is None and news.may_tell_of(user, Stage(leg.stage))
    ]
    return NewsForm(stages) if stages else None


def tell_or_say_why(claim: Claim, stage: Stage, kind: NewsKind, day: date) -> None:
    """Tell, and say on the next page how it went."""
    try:
        news.tell_news(claim, stage, kind, day, by=current_user, at=now())
    except Refusal as refusal:
        flash(refusal.words(), "danger")
    else:
        flash(gettext("Noted. The expected days are updated in a moment."), "success")


def first_fault(form: BaseForm) -> str:
    """Return what is wrong first."""
    return next(str(fault) for faults in form.errors.values() for fault in faults)
