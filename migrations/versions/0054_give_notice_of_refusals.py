"""Give notice of refusals, and tell the acts of a decision from those of a demand."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

TABLES = ("act", "act_number")
KINDS = ("reclamation_act", "refund_act")


def upgrade() -> None:
    _allow((*KINDS, "refusal_notice"))
    op.add_column(
        "act", sa.Column("is_decided", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute("UPDATE act SET is_decided = revision > 1")


def downgrade() -> None:
    op.drop_column("act", "is_decided")
    op.execute("DELETE FROM act WHERE kind = 'refusal_notice'")
    op.execute("DELETE FROM act_number WHERE kind = 'refusal_notice'")
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    for table in TABLES:
        check = op.f(f"ck_{table}_actkind")
        op.drop_constraint(check, table)
        op.create_check_constraint(check, table, f"kind IN ({allowed})")
