"""Lighten shipment lines."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_shipment_line_dealer_id_lot"), table_name="shipment_line")
    op.drop_index(op.f("ix_shipment_line_item_id"), table_name="shipment_line")
    op.drop_constraint(op.f("fk_shipment_line_dealer_id"), "shipment_line", type_="foreignkey")
    op.drop_column("shipment_line", "dealer_id")


def downgrade() -> None:
    op.add_column("shipment_line", sa.Column("dealer_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE shipment_line SET dealer_id = shipment.dealer_id"
        " FROM shipment WHERE shipment.id = shipment_id"
    )
    op.alter_column("shipment_line", "dealer_id", nullable=False)
    op.create_foreign_key(
        op.f("fk_shipment_line_dealer_id"), "shipment_line", "dealer", ["dealer_id"], ["id"]
    )
    op.create_index("ix_shipment_line_item_id", "shipment_line", ["item_id"])
    op.create_index("ix_shipment_line_dealer_id_lot", "shipment_line", ["dealer_id", "lot"])
