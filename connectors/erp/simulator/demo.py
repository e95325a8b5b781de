"""Fills an empty store with the demo, once and in one transaction."""

from datetime import date

from connectors.erp.simulator import feed
from connectors.erp.simulator.demo_data import generate
from connectors.erp.simulator.ledger import Ledger


def load_demo(ledger: Ledger, seed: int, today: date, *, shipments: int, lines: int) -> None:
    """Store the demo unless the store has been filled before; a killed load starts over."""
    with ledger.transaction() as connection:
        if connection.execute("SELECT 1 FROM setting WHERE name = 'demo'").fetchone():
            return
        feed.store_rows(connection, generate(seed, today, shipments=shipments, lines=lines))
        connection.execute(
            "INSERT INTO setting (name, value) VALUES ('demo', ?)", (f"{seed} {today}",)
        )
