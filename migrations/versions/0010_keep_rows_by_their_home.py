"""Keep dealers, items and shipments by their home."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ONLY = "erp"  # the connection of an installation that knew one ERP
KEYS = (("dealer", "ref"), ("dealer", "code"), ("item", "ref"), ("shipment", "ref"))


def upgrade() -> None:
    for table in ("dealer", "item", "shipment"):
        op.add_column(
            table, sa.Column("home", sa.String(length=64), nullable=False, server_default=ONLY)
        )
        op.alter_column(table, "home", server_default=None)
    for table, column in KEYS:
        op.drop_constraint(op.f(f"uq_{table}_{column}"), table, type_="unique")
        op.create_index(f"uq_{table}_home_{column}", table, ["home", column], unique=True)


def downgrade() -> None:
    for table, column in KEYS:
        op.drop_index(f"uq_{table}_home_{column}", table_name=table)
        op.create_unique_constraint(op.f(f"uq_{table}_{column}"), table, [column])
    for table in ("dealer", "item", "shipment"):
        op.drop_column(table, "home")
