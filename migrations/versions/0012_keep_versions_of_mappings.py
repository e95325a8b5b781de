"""Keep versions of mappings."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ACTS = ["pull", "retry", "retry_class", "settle", "take_over", "pause", "resume"]
CHECK = "ck_exchange_action_deskact"


def upgrade() -> None:
    _allow(*ACTS, "mapping", "home")
    op.create_table(
        "erp_mapping",
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_erp_mapping_written_by")
        ),
        sa.PrimaryKeyConstraint("connection", "version", name=op.f("pk_erp_mapping")),
    )


def downgrade() -> None:
    op.drop_table("erp_mapping")
    _allow(*ACTS)


def _allow(*acts: str) -> None:
    """Let these be the acts of administrators."""
    op.drop_constraint(op.f(CHECK), "exchange_action", type_="check")
    op.create_check_constraint(op.f(CHECK), "exchange_action", sa.column("act").in_(acts))
