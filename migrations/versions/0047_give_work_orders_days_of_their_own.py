"""Give each work order its own due day beside the promise, and an order of work to keep."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("route", "work_order"):
        waits = sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False)
        op.add_column(table, waits)
    op.add_column("work_order", sa.Column("promise_on", sa.Date()))
    op.execute("UPDATE work_order SET promise_on = due_on")
    op.alter_column("work_order", "promise_on", nullable=False)


def downgrade() -> None:
    op.drop_column("work_order", "promise_on")
    for table in ("work_order", "route"):
        op.drop_column(table, "waits")
