"""Let attachments be internal."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "claim_file",
        sa.Column("visibility", sa.String(length=40), server_default="public", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_claim_file_visibility"), "claim_file", "visibility IN ('public', 'internal')"
    )


def downgrade() -> None:
    op.drop_column("claim_file", "visibility")
