"""Choose the departments of a decided line in place of those of the routing table."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

TABLE = "chosen_department"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("chosen_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_chosen_department_choices_have_a_reason")),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["claim_line.id"],
            name=op.f("fk_chosen_department_line_id_claim_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_chosen_department_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["chosen_by"], ["person.id"], name=op.f("fk_chosen_department_chosen_by_person")
        ),
        sa.PrimaryKeyConstraint("line_id", "department_id", name=op.f("pk_chosen_department")),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
