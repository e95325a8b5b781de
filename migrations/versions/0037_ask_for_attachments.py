"""Ask for attachments by demand and defect."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

REMEDIES = ("repair", "replacement", "refund", "price_reduction", "spare_part", "documents")


def upgrade() -> None:
    op.create_table(
        "attachment_rule",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("demand", _words("demand", REMEDIES), nullable=True),
        sa.Column("defect_code", sa.String(length=64), nullable=True),
        sa.Column("kind", _words("attachmentkind", ("photo", "file")), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("level", _words("attachmentlevel", ("mandatory", "wanted")), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "count BETWEEN 1 AND 10", name=op.f("ck_attachment_rule_asks_for_a_few")
        ),
        sa.ForeignKeyConstraint(
            ["defect_code"], ["defect_code.code"], name=op.f("fk_attachment_rule_defect_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment_rule")),
    )


def downgrade() -> None:
    op.drop_table("attachment_rule")


def _words(name: str, members: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)
