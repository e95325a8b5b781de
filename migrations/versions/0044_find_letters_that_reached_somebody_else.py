"""Find letters that reached somebody else."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_claim_history_readdressed", "claim_history"


def upgrade() -> None:
    op.create_index(
        NAME,
        TABLE,
        ["at"],
        unique=False,
        postgresql_where=sa.text("jsonb_exists(facts, 'instead_of')"),
    )


def downgrade() -> None:
    op.drop_index(NAME, table_name=TABLE)
