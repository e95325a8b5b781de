"""Keep the number of an act apart from the act, so that it is taken before the act is rendered."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "act_number",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('refund_act', 'reclamation_act')", name=op.f("ck_act_number_actkind")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_act_number_claim_id_claim")
        ),
        sa.PrimaryKeyConstraint("claim_id", "kind", name=op.f("pk_act_number")),
    )
    op.execute(
        "INSERT INTO act_number (claim_id, kind, number)"
        " SELECT claim_id, kind, min(number) FROM act GROUP BY claim_id, kind"
    )


def downgrade() -> None:
    op.drop_table("act_number")
