"""Compare everything and keep freshness."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


ACTS = (
    *("pull", "retry", "retry_class", "settle", "take_over", "pause", "resume"),
    *("mapping", "home", "release"),
)


def upgrade() -> None:
    _allow_acts(*ACTS, "pull_full")
    op.create_table(
        "erp_seen",
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "kind", "key", name=op.f("pk_erp_seen")),
    )
    op.create_table(
        "freshness",
        sa.Column("home", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("full_rows", sa.Integer(), nullable=True),
        sa.Column("full_missing", sa.Integer(), nullable=True),
        sa.Column("full_believed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("home", "kind", name=op.f("pk_freshness")),
    )
    op.add_column("erp_feed", sa.Column("full_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("erp_feed", sa.Column("full_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM exchange_action WHERE act = 'pull_full'")
    _allow_acts(*ACTS)
    op.drop_column("erp_feed", "full_at")
    op.drop_column("erp_feed", "full_since")
    op.drop_table("freshness")
    op.drop_table("erp_seen")


def _allow_acts(*acts: str) -> None:
    name = op.f("ck_exchange_action_deskact")
    op.drop_constraint(name, "exchange_action", type_="check")
    words = ", ".join(f"'{act}'" for act in acts)
    op.create_check_constraint(name, "exchange_action", f"act IN ({words})")
