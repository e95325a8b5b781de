"""Remind of dead letters, halt the kinds of messages whose contract has drifted."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ACTS = ("pull", "retry", "retry_class", "settle", "take_over", "pause", "resume", "mapping", "home")


def upgrade() -> None:
    op.create_table(
        "halted_kind",
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("halted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "kind", name=op.f("pk_halted_kind")),
    )
    reminded_at = sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("outbox_message", reminded_at)
    reminders = sa.Column("reminders", sa.Integer(), nullable=False, server_default="0")
    op.add_column("outbox_message", reminders)
    op.alter_column("outbox_message", "reminders", server_default=None)
    _allow_acts((*ACTS, "release"))


def downgrade() -> None:
    op.execute("DELETE FROM exchange_action WHERE act = 'release'")
    _allow_acts(ACTS)
    op.drop_column("outbox_message", "reminders")
    op.drop_column("outbox_message", "reminded_at")
    op.drop_table("halted_kind")


def _allow_acts(acts: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_exchange_action_deskact"), "exchange_action", type_="check")
    words = ", ".join(f"'{act}'" for act in acts)
    op.create_check_constraint(
        op.f("ck_exchange_action_deskact"), "exchange_action", f"act IN ({words})"
    )
