"""Notice a restored ERP."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("erp_feed", sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("erp_feed", sa.Column("restored_after", sa.BigInteger(), nullable=True))
    op.add_column(
        "erp_feed", sa.Column("restored_words", sa.Text(), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("erp_feed", "restored_words")
    op.drop_column("erp_feed", "restored_after")
    op.drop_column("erp_feed", "restored_at")
