"""The way to the promise as a part of a claim's page."""

from datetime import date

from flask import render_template
from markupsafe import Markup

from app.accounts.policy import User
from app.claims.days import Fact, day_of
from app.claims.models import Claim
from app.claims.timing import running_clocks
from app.core.clock import now
from app.deadlines.clocks import StopsAt
from app.schedule.places import closed_days
from app.schedule.queries import find_forecast, tracked_legs
from app.schedule.strip import draw_strip
from app.schedule.views.news import news_form


def panel(claim: Claim, user: User) -> Markup:
    """Return the strip of legs, nothing for a claim without a plan."""
    at, legs = now(), tracked_legs(claim)
    strip = draw_strip(
        legs,
        today=day_of(claim, Fact.WORKED_ON, at).day,
        days={"promise": claim.promise_on, **_days_of_law(claim)},
        is_closed=closed_days(claim, [leg.stage for leg in legs], at=at),
    )
    page = render_template(
        "schedule/strip.html",
        strip=strip,
        claim=claim,
        forecast=find_forecast(claim),
        news=news_form(claim, user),
    )
    return Markup(page)  # noqa: S704  (rendered by our own template)


def _days_of_law(claim: Claim) -> dict[str, date | None]:
    """Return the first days by which the law wants the remedy, None where no clock runs."""
    clocks = [
        clock
        for clock in running_clocks(claim)
        if clock.rule_code is not None and clock.stops_at is StopsAt.REMEDY
    ]
    return {
        "safe": min((clock.safe_on for clock in clocks), default=None),
        "legal": min((clock.legal_on for clock in clocks), default=None),
    }
