"""Take dealers without a code."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NAME = "uq_dealer_home_code"


def upgrade() -> None:
    op.drop_index(NAME, table_name="dealer")
    op.create_index(
        NAME, "dealer", ["home", "code"], unique=True, postgresql_where=sa.text("code <> ''")
    )


def downgrade() -> None:
    op.drop_index(NAME, table_name="dealer")
    op.create_index(NAME, "dealer", ["home", "code"], unique=True)
