"""Remember which infobase answers on each connection."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

ACTS = (
    *("pull", "retry", "retry_class", "settle", "take_over", "pause", "resume"),
    *("mapping", "home", "release", "pull_full", "send_again"),
)
STATES = ("working", "closed", "broken", "denied", "paused")


def upgrade() -> None:
    op.create_table(
        "erp_infobase",
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("infobase", sa.Text(), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pinned_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["pinned_by"], ["person.id"], name=op.f("fk_erp_infobase_pinned_by_person")
        ),
        sa.PrimaryKeyConstraint("connection", name=op.f("pk_erp_infobase")),
    )
    _allow("exchange_action", "act", "deskact", *ACTS, "infobase")
    _allow("connection", "state", "connectionstate", *STATES, "foreign")


def downgrade() -> None:
    op.execute("DELETE FROM exchange_action WHERE act = 'infobase'")
    op.execute("UPDATE connection SET state = 'broken' WHERE state = 'foreign'")
    _allow("exchange_action", "act", "deskact", *ACTS)
    _allow("connection", "state", "connectionstate", *STATES)
    op.drop_table("erp_infobase")


def _allow(table: str, column: str, enum: str, *words: str) -> None:
    name = op.f(f"ck_{table}_{enum}")
    op.drop_constraint(name, table, type_="check")
    known = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(name, table, f"{column} IN ({known})")
