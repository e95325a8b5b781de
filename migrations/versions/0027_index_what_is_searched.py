"""Index what is searched for a part of it, and the lines of an item and of a day."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SEARCHED = {
    "claim": ("number", "dealer_reference"),
    "claim_line": ("serial", "lot", "sku", "item_name"),
    "dealer": ("name",),
    "item": ("sku", "name"),
    "shipment": ("number",),
    "shipment_line": ("lot",),
    "shipped_lot": ("lot",),
    "shipped_unit": ("serial",),
}


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for table, columns in SEARCHED.items():
        op.create_index(
            f"ix_{table}_search",
            table,
            list(columns),
            postgresql_using="gin",
            postgresql_ops=dict.fromkeys(columns, "gin_trgm_ops"),
        )
    op.create_index("ix_shipment_line_item_id", "shipment_line", ["item_id"])
    op.create_index("ix_shipment_shipped_on", "shipment", ["shipped_on"])


def downgrade() -> None:
    op.drop_index("ix_shipment_shipped_on", table_name="shipment")
    op.drop_index("ix_shipment_line_item_id", table_name="shipment_line")
    for table in reversed(SEARCHED):
        op.drop_index(f"ix_{table}_search", table_name=table)
