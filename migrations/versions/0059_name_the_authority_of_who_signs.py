"""Name the power of attorney of who signs acts, by number and day."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

TABLES = ("plant", "dealer")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("signer_basis_number", sa.Text(), server_default="", nullable=False)
        )
        op.add_column(table, sa.Column("signer_basis_on", sa.Date(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "signer_basis_on")
        op.drop_column(table, "signer_basis_number")
