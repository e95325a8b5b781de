"""Name the defective component of a claim line, with its lot."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

TABLE, INDEX = "claim_line", "ix_claim_line_part_ref"


def upgrade() -> None:
    for name in ("part_name", "part_lot"):
        op.add_column(TABLE, sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column(TABLE, sa.Column("part_ref", sa.Uuid()))
    op.create_index(INDEX, TABLE, ["part_ref"], postgresql_where=sa.text("part_ref IS NOT NULL"))


def downgrade() -> None:
    op.drop_index(INDEX, TABLE)
    for name in ("part_ref", "part_lot", "part_name"):
        op.drop_column(TABLE, name)
