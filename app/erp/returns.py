"""After a message: which goods were returned, worked out anew where the message touched them.

A file of its own, because a return takes from lines that no row of the message may be about.
"""

# ruff: noqa: S608  (all parts of the statements are our own constants)

from app.core.db import db
from app.erp.merge import judged
from app.erp.staging import Batch, run
from app.shipments.service import Goods, take_back
from connectors.erp.port import RowKind

_TABLE = (
    "DROP TABLE IF EXISTS pg_temp.touched_goods",
    "CREATE TEMP TABLE touched_goods (dealer_id integer, item_id integer) ON COMMIT DROP",
)
# Most ERPs tell no returns: then the database sees at once that there is nothing to look for.
_ANY = "EXISTS (SELECT FROM shipment_line WHERE quantity < 0)"
_HAS_RETURNS = """(line.returned_quantity > 0 OR EXISTS (
    SELECT FROM shipment_line AS back JOIN shipment AS sent ON sent.id = back.shipment_id
    WHERE back.quantity < 0 AND back.item_id = line.item_id AND sent.dealer_id = shipment.dealer_id
))"""
_WITH_SHIPMENTS = "shipment_line AS line JOIN shipment ON shipment.id = line.shipment_id"
_NEWS = {
    RowKind.SHIPMENT: "news.home = shipment.home AND news.ref = shipment.ref",
    RowKind.LINE: "news.ref = line.ref",
    RowKind.UNIT: "news.line_id = line.id",
}


def begin_returns() -> None:
    """Begin a message: nothing is touched yet."""
    for statement in _TABLE:
        run(statement)


def note_touched(kind: RowKind) -> None:
    """Note the goods with returns that judged rows of a kind are about; they are in our tables."""
    if kind in _NEWS:
        run(f"""
            INSERT INTO touched_goods
            SELECT DISTINCT shipment.dealer_id, line.item_id
            FROM {_WITH_SHIPMENTS} JOIN {judged(kind)} AS news ON {_NEWS[kind]}
            WHERE {_ANY} AND news.fault = '' AND {_HAS_RETURNS}
        """)


def finish_returns(batch: Batch) -> None:
    """Spread the returns of all that was touched anew, and of what this message withdrew."""
    gone = f"""
        SELECT DISTINCT shipment.dealer_id, line.item_id FROM {_WITH_SHIPMENTS}
        WHERE {_ANY} AND shipment.home = %(connection)s
            AND %(at)s IN (line.withdrawn_at, shipment.withdrawn_at) AND {_HAS_RETURNS}
    """
    statement = f"SELECT dealer_id, item_id FROM touched_goods UNION {gone}"
    touched = db.connection().exec_driver_sql(statement, batch.facts())
    take_back([Goods(*row) for row in touched])
