"""Say of an attachment what it shows, so that the requirement that it meets is known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("shows", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    op.add_column("claim_file", column)


def downgrade() -> None:
    op.drop_column("claim_file", "shows")
