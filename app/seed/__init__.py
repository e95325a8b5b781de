"""The demo's data, made by calling the services."""

from sqlalchemy import select

from app.accounts.models import Plant
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.core.outside import outside
from app.erp.intake import pull_now
from app.seed.lanes import load_lanes
from app.seed.people import load_people
from app.seed.progress import Say, silent
from app.seed.reference import load_reference


def is_seeded() -> bool:
    """Tell whether the demo was loaded to its end: its claims come last."""
    return db.execute(select(Claim.id).limit(1)).first() is not None


def load_world(password_hash: str, *, say: Say = silent) -> None:
    """Load everything that claims need, dealers and shipments from the ERPs; commits."""
    say("Plants, departments, calendars and rules of law")
    load_reference(now())
    _give_homes()
    db.commit()
    for connection in outside().erps:
        say("Dealers, items and shipments from the ERP")
        rows = sum(report.read for report in pull_now(connection))
        say(f"{rows:,} rows read")
    load_lanes(now())
    say(f"{len(load_people(password_hash))} people")
    db.commit()


def _give_homes() -> None:
    """Let each plant have its home in the ERP that is called after it, if there is one."""
    erps = outside().erps
    for plant in db.scalars(select(Plant)):
        if plant.home not in erps and plant.code.lower() in erps:
            plant.home = plant.code.lower()
