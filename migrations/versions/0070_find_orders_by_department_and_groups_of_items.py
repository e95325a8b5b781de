"""Find the work orders of a department and the product groups of items without reading all."""

from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_work_order_department_id_claim_id", "work_order", ["department_id", "claim_id"]
    )
    op.create_index("ix_item_product_group", "item", ["product_group"])


def downgrade() -> None:
    op.drop_index("ix_item_product_group", table_name="item")
    op.drop_index("ix_work_order_department_id_claim_id", table_name="work_order")
