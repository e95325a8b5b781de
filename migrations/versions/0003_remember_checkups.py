"""Remember checkups and reconciliations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erp_checkup",
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("examined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("examined_by", sa.Integer(), nullable=True),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "shape", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["examined_by"], ["person.id"], name=op.f("fk_erp_checkup_examined_by")
        ),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_erp_checkup")),
    )
    op.create_table(
        "erp_reconciliation",
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_by", sa.Integer(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("on_its_way", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compared_by"], ["person.id"], name=op.f("fk_erp_reconciliation_compared_by")
        ),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_erp_reconciliation")),
    )
    op.create_table(
        "erp_difference",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "claim",
                "decision",
                "act",
                "evidence",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "missing",
                "older",
                "newer",
                "deleted",
                "unposted",
                "number",
                "status",
                "doubled",
                name="what",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "theirs", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mended_by", sa.Integer(), nullable=True),
        sa.Column(
            "mending",
            sa.Enum(
                "push",
                "take_over",
                "gone",
                name="mending",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(mended_at IS NULL) = (mending IS NULL)",
            name=op.f("ck_erp_difference_mended_means_in_a_certain_way"),
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_erp_difference_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["mended_by"], ["person.id"], name=op.f("fk_erp_difference_mended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_difference")),
    )
    op.create_index("ix_erp_difference_claim_id", "erp_difference", ["claim_id"], unique=False)
    op.create_index(
        "uq_erp_difference_open",
        "erp_difference",
        ["document_id", "what"],
        unique=True,
        postgresql_where=sa.text("mended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("erp_difference")
    op.drop_table("erp_reconciliation")
    op.drop_table("erp_checkup")
