"""Keep the first due day of each claim, so that the worklist sorts by all clocks at once."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# Whoever changes a clock, by whichever door, changes what is due first of its claim. Law is
# planned for its safe day; what is paused does not count.
NOTE_FIRST_DUE = """
CREATE FUNCTION note_first_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE claim SET due_on = first.day
    FROM (
        SELECT touched.claim_id, coalesce(
            min(CASE WHEN clock.sla IS NULL THEN clock.safe_on ELSE clock.legal_on END),
            DATE '9999-12-31'
        ) AS day
        FROM (SELECT DISTINCT claim_id FROM touched) AS touched
        LEFT JOIN claim_clock AS clock ON clock.claim_id = touched.claim_id
            AND clock.stopped_on IS NULL AND clock.state <> 'paused'
        GROUP BY touched.claim_id
    ) AS first
    WHERE claim.id = first.claim_id AND claim.due_on <> first.day;
    RETURN NULL;
END $$;
CREATE TRIGGER added_clock_notes_due AFTER INSERT ON claim_clock
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_first_due();
CREATE TRIGGER changed_clock_notes_due AFTER UPDATE ON claim_clock
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_first_due();
CREATE TRIGGER removed_clock_notes_due AFTER DELETE ON claim_clock
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_first_due();
"""
FILL = "UPDATE claim_clock SET state = state WHERE stopped_on IS NULL"


def upgrade() -> None:
    op.add_column(
        "claim", sa.Column("due_on", sa.Date(), server_default="9999-12-31", nullable=False)
    )
    op.create_index("ix_claim_due_on", "claim", ["due_on", "id"])
    op.execute(NOTE_FIRST_DUE)
    op.execute(FILL)


def downgrade() -> None:
    for name in ("added", "changed", "removed"):
        op.execute(f"DROP TRIGGER {name}_clock_notes_due ON claim_clock")
    op.execute("DROP FUNCTION note_first_due")
    op.drop_index("ix_claim_due_on", table_name="claim")
    op.drop_column("claim", "due_on")
