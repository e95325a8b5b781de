"""How an expected end stands to the promise and to the law; pure."""

from collections.abc import Sequence
from datetime import date

from app.claims.forecast_models import Outlook
from app.deadlines.forecast import Actual, ForecastLeg
from app.deadlines.rules import Leg

GETS_WORSE = tuple(Outlook)


def outlook_of(
    finish: date, *, promise: date | None, safe: date | None, legal: date | None
) -> Outlook:
    """Return the worst that is true of an expected end; days that are not known bind nobody."""
    if legal is not None and finish > legal:
        return Outlook.BEYOND_LEGAL
    if safe is not None and finish > safe:
        return Outlook.BEYOND_SAFE
    if promise is not None and finish > promise:
        return Outlook.AT_RISK
    return Outlook.ON_TIME


def is_worse(new: Outlook, old: Outlook) -> bool:
    """Tell whether an outlook has become worse."""
    return GETS_WORSE.index(new) > GETS_WORSE.index(old)


def pack_legs(legs: Sequence[ForecastLeg]) -> list[dict[str, object]]:
    """Return legs as JSON keeps them; what is not known is left out."""
    return [
        {"plan": leg.plan.as_dict(), "forecast": leg.forecast.as_dict(), **_pack(leg.actual)}
        for leg in legs
    ]


def unpack_legs(kept: Sequence[dict[str, dict[str, str]]]) -> tuple[ForecastLeg, ...]:
    """Return the legs that `pack_legs` kept."""
    return tuple(
        ForecastLeg(
            Leg.from_dict(leg["plan"]), Leg.from_dict(leg["forecast"]), _unpack(leg.get("actual"))
        )
        for leg in kept
    )


def _pack(actual: Actual | None) -> dict[str, dict[str, str]]:
    known = {name: str(day) for name, day in vars(actual).items() if day} if actual else {}
    return {"actual": known} if known else {}


def _unpack(kept: dict[str, str] | None) -> Actual | None:
    if not kept:
        return None
    return Actual(**{name: date.fromisoformat(day) for name, day in kept.items()})
