"""Take returns, and lines that the ERP makes smaller than what was claimed of them."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

TABLE = "shipment_line"
NOT_MORE = "ck_shipment_line_no_more_claimed_than_shipped"


def upgrade() -> None:
    op.add_column(
        TABLE, sa.Column("returned_quantity", sa.Numeric(15, 3), server_default="0", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_shipment_line_nothing_negative_came_back"), TABLE, "returned_quantity >= 0"
    )
    op.drop_constraint(op.f(NOT_MORE), TABLE, type_="check")
    op.create_index(
        "ix_shipment_line_returns",
        TABLE,
        ["item_id"],
        unique=False,
        postgresql_where=sa.text("quantity < 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_shipment_line_returns", table_name=TABLE)
    op.create_check_constraint(op.f(NOT_MORE), TABLE, "claimed_quantity <= quantity")
    op.drop_column(TABLE, "returned_quantity")
