"""Name several defective components of a claim line, each with its lot, serial and quantity."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

TABLE, LINE, SEARCHED = "claim_line_part", "claim_line", ("name", "lot", "serial")
OF_ONE = ("part_name", "part_lot", "part_ref")
OLD_INDEX = "ix_claim_line_part_ref"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("component_ref", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("named_by", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_claim_line_part_parts_have_a_name")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_claim_line_part_some_part_is_defective")),
        sa.CheckConstraint(
            "position BETWEEN 1 AND 10", name=op.f("ck_claim_line_part_ten_parts_at_most")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["claim_line.id"],
            name=op.f("fk_claim_line_part_line_id_claim_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["named_by"], ["person.id"], name=op.f("fk_claim_line_part_named_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_claim_line_part_department_id_department"),
        ),
        sa.PrimaryKeyConstraint("line_id", "position", name=op.f("pk_claim_line_part")),
    )
    op.execute(
        "INSERT INTO claim_line_part (line_id, position, component_ref, name, lot, serial, quantity,"
        " named_by, named_at) SELECT line.id, 1, part_ref, part_name, part_lot, '', 1,"
        " claim.created_by, claim.created_at FROM claim_line line JOIN claim"
        " ON claim.id = line.claim_id WHERE part_ref IS NOT NULL"
    )
    op.create_index("ix_claim_line_part_lot", TABLE, ["component_ref", sa.text("code_key(lot)")])
    op.create_index(
        "ix_claim_line_part_search",
        TABLE,
        list(SEARCHED),
        postgresql_using="gin",
        postgresql_ops=dict.fromkeys(SEARCHED, "gin_trgm_ops"),
    )
    op.drop_index(OLD_INDEX, LINE)
    for name in OF_ONE:
        op.drop_column(LINE, name)


def downgrade() -> None:
    for name in ("part_name", "part_lot"):
        op.add_column(LINE, sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column(LINE, sa.Column("part_ref", sa.Uuid()))
    op.create_index(OLD_INDEX, LINE, ["part_ref"], postgresql_where=sa.text("part_ref IS NOT NULL"))
    op.drop_table(TABLE)
