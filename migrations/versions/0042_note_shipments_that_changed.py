"""Note shipments that the ERP has changed after they were claimed."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

NAME, TABLE = "ck_claim_history_historykind", "claim_history"
KINDS = (
    "data_changed", "line_added", "line_removed", "file_added", "file_removed", "message_written",
    "note_written", "letter_sent", "act_issued", "work_opened", "work_started", "work_blocked",
    "work_resumed", "work_finished", "work_cancelled", "work_moved", "stage_told", "erp_received",
    "erp_changed",
)  # fmt: skip


def upgrade() -> None:
    _allow((*KINDS, "shipment_changed"))


def downgrade() -> None:
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(NAME), TABLE, type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f(NAME), TABLE, f"kind IN ({listed})")
