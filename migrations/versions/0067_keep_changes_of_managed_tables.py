"""Keep who changed the tables of defects, routing and attachments, with before and after."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

TABLE = "table_event"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("changed_table", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "changed_table IN ('defect_groups', 'routing', 'attachment_rules')",
            name=op.f("ck_table_event_managedtable"),
        ),
        sa.CheckConstraint(
            "before IS NOT NULL OR after IS NOT NULL",
            name=op.f("ck_table_event_something_changed"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_table_event_actor_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_event")),
    )
    op.create_index("ix_table_event_changed_table", TABLE, ["changed_table", "id"])
    op.execute(
        "CREATE TRIGGER table_event_only_grows BEFORE UPDATE OR DELETE ON table_event"
        " FOR EACH ROW EXECUTE FUNCTION refuse_to_change_history()"
    )


def downgrade() -> None:
    op.drop_table(TABLE)
