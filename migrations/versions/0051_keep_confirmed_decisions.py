"""Keep confirmed decisions until they take effect, so that they can be undone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

HISTORY = "claim_history"
KINDS = (
    "data_changed", "line_added", "line_removed", "file_added", "file_removed", "message_written",
    "note_written", "letter_sent", "act_issued", "work_opened", "work_started", "work_blocked",
    "work_resumed", "work_finished", "work_cancelled", "work_moved", "stage_told", "erp_received",
    "erp_changed", "shipment_changed",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "pending_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'undone', 'made', 'refused')",
            name=op.f("ck_pending_decision_pendingstate"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at IS NULL)", name=op.f("ck_pending_decision_open_or_ended")
        ),
        sa.CheckConstraint(
            "effective_at >= confirmed_at", name=op.f("ck_pending_decision_effective_later")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"],
            ["claim.id"],
            name=op.f("fk_pending_decision_claim_id_claim"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pending_decision_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_decision")),
    )
    op.create_index(
        "uq_pending_decision_open",
        "pending_decision",
        ["claim_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_pending_decision_claim_id", "pending_decision", ["claim_id", "confirmed_at"]
    )
    _allow((*KINDS, "decision_not_made"))


def downgrade() -> None:
    op.drop_table("pending_decision")
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    name = op.f("ck_claim_history_historykind")
    op.drop_constraint(name, HISTORY, type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(name, HISTORY, f"kind IN ({listed})")
