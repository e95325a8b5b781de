"""Keep the whole history of a claim."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KINDS = (
    "data_changed", "line_added", "line_removed", "file_added", "file_removed", "message_written",
    "note_written", "letter_sent", "act_issued", "work_opened", "work_started", "work_blocked",
    "work_resumed", "work_finished", "work_cancelled", "work_moved", "stage_told", "erp_received",
    "erp_changed",
)  # fmt: skip

# The history of a filed claim is evidence. A draft is its dealer's own: it is deleted with what
# was noted of it, and a change that is typed in several goes is one entry.
KEEP_HISTORY = """
CREATE FUNCTION refuse_to_change_filed_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM claim WHERE id = OLD.claim_id AND state <> 'draft') THEN
        RAISE EXCEPTION 'the history of a filed claim is never changed';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER claim_history_only_grows BEFORE UPDATE OR DELETE ON claim_history
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_filed_history();
"""


def upgrade() -> None:
    op.create_table(
        "claim_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", _words("historykind", KINDS), nullable=False),
        sa.Column("visibility", _words("visibility", ("public", "internal")), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_claim_history_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"],
            ["claim.id"],
            name=op.f("fk_claim_history_claim_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_history")),
    )
    op.create_index("ix_claim_history_claim_id", "claim_history", ["claim_id", "id"])
    op.execute(KEEP_HISTORY)


def downgrade() -> None:
    op.drop_table("claim_history")
    op.execute("DROP FUNCTION refuse_to_change_filed_history")


def _words(name: str, members: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)
