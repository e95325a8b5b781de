"""Keep reasons as codes with their values, so that each reader gets them in his own language."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

# A sentence that was kept in English stays, as a person's words would.
REASONS = (
    ("outbox_message", "last_error", "last_error"),
    ("message_event", "words", "reason"),
    ("connection", "reason", "reason"),
    ("connection", "last_error", "last_error"),
    ("erp_feed", "last_error", "last_error"),
    ("erp_feed", "restored_words", "restored_reason"),
)
PACKED = "jsonb_build_object('code', 'own_words', 'values', jsonb_build_object('words', {0}))"
SAID = "coalesce({0} -> 'values' ->> 'words', {0} ->> 'code', '')"


def upgrade() -> None:
    for table, before, after in REASONS:
        op.alter_column(table, before, server_default=None, nullable=True)
        _retype(
            table, before, JSONB(), f"CASE WHEN {before} <> '' THEN {PACKED.format(before)} END"
        )
        if before != after:
            op.alter_column(table, before, new_column_name=after)
    _retype("erp_rejected_row", "reason", JSONB(), f"jsonb_build_array({PACKED.format('reason')})")
    op.alter_column("erp_rejected_row", "reason", new_column_name="reasons")


def downgrade() -> None:
    op.alter_column("erp_rejected_row", "reasons", new_column_name="reason")
    _retype("erp_rejected_row", "reason", sa.Text(), SAID.format("(reason -> 0)"))
    for table, before, after in REASONS:
        if before != after:
            op.alter_column(table, after, new_column_name=before)
        _retype(table, before, sa.Text(), SAID.format(before))
        op.alter_column(table, before, nullable=False)
    op.alter_column("erp_feed", "restored_words", server_default="")


def _retype(table: str, column: str, kind: sa.types.TypeEngine, using: str) -> None:
    op.alter_column(table, column, type_=kind, postgresql_using=using)
