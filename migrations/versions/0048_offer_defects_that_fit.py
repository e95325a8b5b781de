"""Know which groups of items a defect is possible for; none named means all."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "defect_code",
        sa.Column(
            "product_groups", postgresql.ARRAY(sa.String()), nullable=False, server_default="{}"
        ),
    )


def downgrade() -> None:
    op.drop_column("defect_code", "product_groups")
