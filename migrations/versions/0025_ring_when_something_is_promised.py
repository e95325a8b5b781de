"""Ring when something is promised."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OWED = sa.text("state IN ('waiting', 'leased')")

RING = """
CREATE FUNCTION ring_for_promises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox', '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_message_rings AFTER INSERT ON outbox_message FOR EACH STATEMENT
    EXECUTE FUNCTION ring_for_promises();
"""


def upgrade() -> None:
    op.drop_index("ix_outbox_message_due", table_name="outbox_message", postgresql_where=OWED)
    op.create_index(
        "ix_outbox_message_due",
        "outbox_message",
        ["connection", "due_at", "id"],
        unique=False,
        postgresql_where=OWED,
    )
    op.execute(RING)


def downgrade() -> None:
    op.execute("DROP TRIGGER outbox_message_rings ON outbox_message")
    op.execute("DROP FUNCTION ring_for_promises()")
    op.drop_index("ix_outbox_message_due", table_name="outbox_message", postgresql_where=OWED)
    op.create_index(
        "ix_outbox_message_due",
        "outbox_message",
        ["due_at", "id"],
        unique=False,
        postgresql_where=OWED,
    )
