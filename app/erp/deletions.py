"""What the ERP has deleted: nothing of ours that a claim may point to is ever removed."""

# ruff: noqa: S608  (all parts of the statements are our own constants)

from app.erp.fields import GUID
from app.erp.staging import Batch, run

_GONE = f"""
    SELECT CASE WHEN "Ref" ~ '{GUID.pattern}' THEN "Ref"::uuid END AS ref
    FROM staged_deleted WHERE "Kind" =
"""

# The key of a row without a reference of its own starts with its owner's: owner/name.
_PARTS = f"""
    SELECT CASE WHEN split_part("Ref", '/', 1) ~ '{GUID.pattern}'
        THEN split_part("Ref", '/', 1)::uuid END AS owner,
        substr("Ref", strpos("Ref", '/') + 1) AS name
    FROM staged_deleted WHERE "Kind" =
"""

_OF_THIS_ERP = "shipment.id = line.shipment_id AND shipment.home = %(connection)s"

# A line that is gone keeps what was claimed of it: nothing more can be.
_STATEMENTS = (
    f"""
    UPDATE shipment SET withdrawn_at = %(at)s
    FROM ({_GONE} 'Shipment') AS gone
    WHERE shipment.home = %(connection)s AND shipment.ref = gone.ref AND withdrawn_at IS NULL
    """,
    f"""
    UPDATE dealer SET is_active = false
    FROM ({_GONE} 'Dealer') AS gone
    WHERE dealer.home = %(connection)s AND dealer.ref = gone.ref AND is_active
    """,
    f"""
    UPDATE shipment_line AS line SET quantity = claimed_quantity
    FROM ({_GONE} 'ShipmentLine') AS gone, shipment
    WHERE line.ref = gone.ref AND quantity <> claimed_quantity AND {_OF_THIS_ERP}
    """,
    f"""
    DELETE FROM shipped_unit USING ({_PARTS} 'Unit') AS gone, shipment_line AS line, shipment
    WHERE line.ref = gone.owner AND shipped_unit.line_id = line.id
        AND serial = gone.name AND {_OF_THIS_ERP}
    """,
    f"""
    DELETE FROM component USING ({_PARTS} 'Component') AS gone, item
    WHERE item.home = %(connection)s AND item.ref = gone.owner AND component.item_id = item.id
        AND component_ref::text = lower(split_part(gone.name, '/', 1))
    """,
    f"""
    DELETE FROM package USING staged_deleted AS gone, shipment_line AS line, shipment
    WHERE gone."Kind" = 'Package' AND package.code = gone."Ref" AND package.line_id = line.id
        AND {_OF_THIS_ERP}
    """,
)

_KNOWN = "('Dealer', 'Item', 'Component', 'Shipment', 'ShipmentLine', 'Unit', 'Package')"


def apply_deletions(batch: Batch) -> int:
    """Follow the staged deletions; return how many rows were touched. Items stay as they are."""
    return sum(run(statement, batch.facts()) for statement in _STATEMENTS)


def put_strangers_aside(batch: Batch) -> int:
    """Keep deletions of a kind that we do not know for a person to look at."""
    return run(
        f"""
        INSERT INTO erp_rejected_row
            (connection, message_no, kind, reason, content, rejected_at)
        SELECT %(connection)s, %(message_no)s, 'Deleted', 'Kind is unknown',
            (to_jsonb(gone) - 'seq')::text, %(at)s
        FROM staged_deleted AS gone WHERE "Kind" NOT IN {_KNOWN}
        """,
        batch.facts(),
    )
