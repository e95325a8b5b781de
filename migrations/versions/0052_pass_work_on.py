"""Keep why work was passed on, and let a department get again what was taken back from it."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

ORDERS = "work_order"
UNIQUE = "uq_work_order_claim_line_id_department_id_round"
LIVE = "uq_work_order_one_a_department"
COLUMNS = ["claim_line_id", "department_id", "round"]

NAME, TABLE = "ck_claim_history_historykind", "claim_history"
KINDS = (
    "data_changed", "line_added", "line_removed", "file_added", "file_removed", "message_written",
    "note_written", "letter_sent", "act_issued", "work_opened", "work_started", "work_blocked",
    "work_resumed", "work_finished", "work_cancelled", "work_moved", "stage_told", "erp_received",
    "erp_changed", "shipment_changed", "decision_not_made",
)  # fmt: skip
ADDED = ("work_added", "work_redirected", "work_taken_back")


def upgrade() -> None:
    op.add_column(ORDERS, sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.drop_constraint(op.f(UNIQUE), ORDERS, type_="unique")
    op.create_index(
        LIVE, ORDERS, COLUMNS, unique=True, postgresql_where=sa.text("state <> 'cancelled'")
    )
    _allow((*KINDS, *ADDED))


def downgrade() -> None:
    _allow(KINDS)
    op.drop_index(LIVE, ORDERS)
    op.create_unique_constraint(op.f(UNIQUE), ORDERS, COLUMNS)
    op.drop_column(ORDERS, "note")


def _allow(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(NAME), TABLE, type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f(NAME), TABLE, f"kind IN ({listed})")
