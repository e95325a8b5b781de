"""Find the rejected rows of an ERP without reading all."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_erp_rejected_row_connection", "erp_rejected_row", ["connection", "id"])


def downgrade() -> None:
    op.drop_index("ix_erp_rejected_row_connection", table_name="erp_rejected_row")
