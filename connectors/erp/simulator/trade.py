"""Life after the demo: new shipments and cancelled ones, for the next pull to bring."""

import sqlite3
from datetime import date

from connectors.erp.port import RowKind
from connectors.erp.simulator import demo_data, feed
from connectors.erp.simulator.ledger import Ledger


def ship_again(ledger: Ledger, today: date) -> None:
    """Ship three more lines to one of the dealers."""
    with ledger.transaction() as connection:
        row = connection.execute(
            """INSERT INTO setting (name, value) VALUES ('shipped', '1')
               ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"""
        ).fetchone()
        plant = connection.execute("SELECT value FROM setting WHERE name = 'plant'").fetchone()
        rows = demo_data.one_shipment(int(row["value"]), today, plant["value"] if plant else "")
        feed.change_rows(connection, rows)


def cancel_last(ledger: Ledger) -> None:
    """Delete the newest shipment, what hangs on it first."""
    with ledger.transaction() as connection:
        shipment = connection.execute(
            "SELECT key FROM item_row WHERE kind = ? ORDER BY id DESC LIMIT 1", (RowKind.SHIPMENT,)
        ).fetchone()
        if shipment is None:
            return
        lines = connection.execute(
            "SELECT key FROM item_row WHERE kind = ? AND instr(xml, ?) > 0",
            (RowKind.LINE, f"<ShipmentRef>{shipment['key']}<"),
        ).fetchall()
        for line in lines:
            for kind in (RowKind.PACKAGE, RowKind.UNIT, RowKind.LOT):
                parts = connection.execute(
                    "SELECT key FROM item_row WHERE kind = ? AND owner = ?", (kind, line["key"])
                ).fetchall()
                for part in parts:
                    feed.delete_row(connection, kind, part["key"])
            feed.delete_row(connection, RowKind.LINE, line["key"])
        _delete_empty_pallets(connection)
        feed.delete_row(connection, RowKind.SHIPMENT, shipment["key"])


def _delete_empty_pallets(connection: sqlite3.Connection) -> None:
    """Delete pallets in which no box is left."""
    pallets = connection.execute(
        "SELECT key FROM item_row WHERE kind = ? AND owner = ''", (RowKind.PACKAGE,)
    ).fetchall()
    for pallet in pallets:
        inside = connection.execute(
            "SELECT 1 FROM item_row WHERE kind = ? AND instr(xml, ?) > 0",
            (RowKind.PACKAGE, f"<ParentCode>{pallet['key']}<"),
        ).fetchone()
        if inside is None:
            feed.delete_row(connection, RowKind.PACKAGE, pallet["key"])
