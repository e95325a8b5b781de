"""The way to the promise as a part of a claim's page."""

from datetime import date

from flask import render_template
from markupsafe import Markup

from app.accounts.policy import User
from app.claims.models import Claim
from app.core.clock import local_day, now
from app.schedule.queries import find_forecast, tracked_legs
from app.schedule.strip import draw_strip
from app.schedule.views.news import news_form

SATURDAY = 5


def panel(claim: Claim, user: User) -> Markup:
    """Return the strip of legs, nothing for a claim without a plan."""
    strip = draw_strip(
        tracked_legs(claim),
        today=local_day(now(), claim.plant.time_zone),
        days={"promise": claim.promise_on},
        is_closed=_is_weekend,
    )
    page = render_template(
        "schedule/strip.html",
        strip=strip,
        claim=claim,
        forecast=find_forecast(claim.id),
        news=news_form(claim, user),
    )
    return Markup(page)  # noqa: S704  (rendered by our own template)


def _is_weekend(_stage: str, day: date) -> bool:
    return day.weekday() >= SATURDAY
