"""Count how often a message has closed its connection, and remember which one did."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "outbox_message", sa.Column("closings", sa.Integer, nullable=False, server_default="0")
    )
    op.alter_column("outbox_message", "closings", server_default=None)
    op.add_column("connection", sa.Column("stopped_by", sa.BigInteger, nullable=True))


def downgrade() -> None:
    op.drop_column("connection", "stopped_by")
    op.drop_column("outbox_message", "closings")
