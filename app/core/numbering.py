"""Gap-free numbers: allocated under a row lock, given back when the transaction fails."""

from sqlalchemy import literal
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.core.models import NumberSeries


def next_number(series: str) -> int:
    """Return the next number; everybody else who wants one of this series waits for our commit."""
    first = insert(NumberSeries).values(series=series, last=1)
    query = first.on_conflict_do_update(
        index_elements=[NumberSeries.series], set_={"last": NumberSeries.last + literal(1)}
    ).returning(NumberSeries.last)
    return db.execute(query).scalar_one()
