"""Adding what is not there yet."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from app.core.db import Base, db


def add_missing(model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Insert the rows whose keys are new; what somebody changed since stays as it is."""
    rows = list(rows)
    if rows:
        db.execute(insert(model).on_conflict_do_nothing(), rows)
