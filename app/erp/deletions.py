"""What the ERP has deleted: nothing of ours that a claim may point to is ever removed."""

# ruff: noqa: S608  (all parts of the statements are our own constants)

from app.erp.casts import GUID, row_fault
from app.erp.reasons import RowReason
from app.erp.staging import Batch, run
from connectors.erp.port import RowKind

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

_WITHDRAWN = {
    RowKind.CONTRACT: "contract",
    RowKind.GROUP: "item_group",
    RowKind.ITEM: "item",
    RowKind.SHIPMENT: "shipment",
}
_OF_THIS_ERP = "shipment.id = line.shipment_id AND shipment.home = %(connection)s"

# What is withdrawn stays as it was, with all that was claimed of it: nothing more can be.
_STATEMENTS = (
    f"""
    UPDATE dealer SET is_active = false
    FROM ({_GONE} 'Dealer') AS gone
    WHERE dealer.home = %(connection)s AND dealer.ref = gone.ref AND is_active
    """,
    f"""
    UPDATE shipment_line AS line SET withdrawn_at = %(at)s
    FROM ({_GONE} 'ShipmentLine') AS gone, shipment
    WHERE line.ref = gone.ref AND line.withdrawn_at IS NULL AND {_OF_THIS_ERP}
    """,
    *(
        f"""
        UPDATE {table} SET withdrawn_at = %(at)s
        FROM ({_GONE} '{kind}') AS gone
        WHERE {table}.home = %(connection)s AND {table}.ref = gone.ref AND withdrawn_at IS NULL
        """
        for kind, table in _WITHDRAWN.items()
    ),
    f"""
    DELETE FROM shipped_lot USING ({_PARTS} 'LineLot') AS gone, shipment_line AS line, shipment
    WHERE line.ref = gone.owner AND shipped_lot.line_id = line.id
        AND shipped_lot.lot = gone.name AND {_OF_THIS_ERP}
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
    """
    DELETE FROM package USING staged_deleted AS gone
    WHERE gone."Kind" = 'Package' AND package.code = gone."Ref" AND package.home = %(connection)s
    """,
)

# A document of ours that the ERP has deleted is the business of the nightly reconciliation.
_KNOWN = ", ".join(f"'{kind}'" for kind in RowKind if kind is not RowKind.DELETED)


def apply_deletions(batch: Batch) -> int:
    """Follow the staged deletions; return how many rows were touched."""
    return sum(run(statement, batch.facts()) for statement in _STATEMENTS)


def put_strangers_aside(batch: Batch) -> int:
    """Keep deletions of a kind that we do not know for a person to look at."""
    return run(
        f"""
        INSERT INTO erp_rejected_row
            (connection, message_no, kind, reasons, content, rejected_at)
        SELECT %(connection)s, %(message_no)s, 'Deleted',
            ('[' || {row_fault(RowReason.UNKNOWN_KIND)} || ']')::jsonb,
            (to_jsonb(gone) - 'seq')::text, %(at)s
        FROM staged_deleted AS gone WHERE "Kind" NOT IN ({_KNOWN})
        """,
        batch.facts(),
    )
