"""Name the position of who signs acts for a plant and for a dealer."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

TABLES = ("plant", "dealer")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("signer_position", sa.Text(), server_default="", nullable=False)
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "signer_position")
