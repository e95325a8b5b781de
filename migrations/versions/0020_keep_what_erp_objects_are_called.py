"""Keep what the objects of ERPs are called, and compare what they store of files."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

DIFFERENCES = (
    "missing", "older", "newer", "deleted", "unposted", "number", "status", "doubled", "amount",
)  # fmt: skip


def upgrade() -> None:
    column = sa.Column("object", sa.Text(), server_default="", nullable=False)
    op.add_column("erp_document", column)
    _allow((*DIFFERENCES, "content"))


def downgrade() -> None:
    _allow(DIFFERENCES)
    op.drop_column("erp_document", "object")


def _allow(words: tuple[str, ...]) -> None:
    name = op.f("ck_erp_difference_what")
    op.drop_constraint(name, "erp_difference", type_="check")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(name, "erp_difference", f"what IN ({listed})")
