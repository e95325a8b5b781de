"""Stop connections, keep what was said, own dead letters."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "connection",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "working",
                "closed",
                "broken",
                "denied",
                "paused",
                name="connectionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("last_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'working') = (stopped_at IS NULL)",
            name=op.f("ck_connection_stopped_means_since"),
        ),
        sa.CheckConstraint(
            "(state IN ('working', 'paused')) = (paused_until IS NULL)",
            name=op.f("ck_connection_stopped_by_itself_means_asked_again"),
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_connection")),
    )
    op.create_table(
        "exchange_record",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_message.id"],
            name=op.f("fk_exchange_record_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_exchange_record")),
    )
    op.create_index(op.f("ix_exchange_record_at"), "exchange_record", ["at"], unique=False)
    op.create_table(
        "exchange_action",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "pull",
                "retry",
                "retry_class",
                "settle",
                "take_over",
                "pause",
                "resume",
                name="deskact",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_exchange_action_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_action")),
    )
    op.create_index(
        op.f("ix_exchange_action_message_id"), "exchange_action", ["message_id"], unique=False
    )
    op.add_column(
        "outbox_message", sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("outbox_message", sa.Column("owner_id", sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ck_outbox_message_owners_of_dead_letters"),
        "outbox_message",
        "owner_id IS NULL OR state = 'parked'",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_outbox_message_owners_of_dead_letters"), "outbox_message")
    op.drop_column("outbox_message", "owner_id")
    op.drop_column("outbox_message", "parked_at")
    op.drop_index(op.f("ix_exchange_action_message_id"), table_name="exchange_action")
    op.drop_table("exchange_action")
    op.drop_index(op.f("ix_exchange_record_at"), table_name="exchange_record")
    op.drop_table("exchange_record")
    op.drop_table("connection")
