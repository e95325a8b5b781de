"""Leave open whether a document is posted where the ERP does not tell it."""

from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("erp_document", "posted", nullable=True)


def downgrade() -> None:
    op.execute("UPDATE erp_document SET posted = false WHERE posted IS NULL")
    op.alter_column("erp_document", "posted", nullable=False)
