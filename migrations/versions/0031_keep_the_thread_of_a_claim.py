"""Keep the thread of a claim."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# What was written is evidence; the function is that of the history of claims.
KEEP_MESSAGES = """
CREATE TRIGGER claim_message_only_grows BEFORE UPDATE OR DELETE ON claim_message
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_history();
CREATE TRIGGER claim_message_file_only_grows BEFORE UPDATE OR DELETE ON claim_message_file
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_history();
"""


def upgrade() -> None:
    op.create_table(
        "claim_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column(
            "visibility",
            sa.Enum(
                "public",
                "internal",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_claim_message_author_id")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_message_claim_id")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["claim_line.id"], name=op.f("fk_claim_message_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_message")),
        sa.UniqueConstraint("number", name=op.f("uq_claim_message_number")),
    )
    op.create_index("ix_claim_message_claim_id_number", "claim_message", ["claim_id", "number"])
    op.create_table(
        "claim_message_file",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["claim_file.id"], name=op.f("fk_claim_message_file_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["claim_message.id"],
            name=op.f("fk_claim_message_file_message_id"),
        ),
        sa.PrimaryKeyConstraint("message_id", "file_id", name=op.f("pk_claim_message_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_claim_message_file_file_id")),
    )
    op.create_table(
        "claim_message_read",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("read_to", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_message_read_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_claim_message_read_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "claim_id", name=op.f("pk_claim_message_read")),
    )
    op.execute(KEEP_MESSAGES)


def downgrade() -> None:
    op.drop_table("claim_message_read")
    op.drop_table("claim_message_file")
    op.drop_table("claim_message")
