"""Fills an empty store with the demo, or one plant's part of it, once and in one transaction."""

from datetime import date

from connectors.erp.simulator import feed
from connectors.erp.simulator.demo_data import generate
from connectors.erp.simulator.demo_plant import of_plant
from connectors.erp.simulator.ledger import Ledger


def load_demo(
    ledger: Ledger, seed: int, today: date, *, shipments: int, lines: int, plant: str = ""
) -> None:
    """Store the demo unless the store has been filled before; a killed load starts over."""
    with ledger.transaction() as connection:
        if connection.execute("SELECT 1 FROM setting WHERE name = 'demo'").fetchone():
            return
        rows = generate(seed, today, shipments=shipments, lines=lines)
        feed.store_rows(connection, of_plant(rows, plant) if plant else rows)
        connection.executemany(
            "INSERT INTO setting (name, value) VALUES (?, ?)",
            [("demo", f"{seed} {today}"), ("plant", plant)],
        )
