"""Promise no time to appeal: nobody can appeal in the portal yet."""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

CHECKS = (
    ("sla_policy", "clock", "slaclock"),
    ("claim_clock", "sla", "sla"),
    ("claim_pause", "clock", "clock"),
)
CLOCKS = ("first_response", "decision", "dealer_answer", "dealer_ships", "remedy", "auto_close")


def upgrade() -> None:
    op.execute("DELETE FROM claim_clock WHERE sla = 'appeal'")
    op.execute("DELETE FROM claim_pause WHERE clock = 'appeal'")
    op.execute("DELETE FROM sla_policy WHERE clock = 'appeal'")
    _allow(CLOCKS)


def downgrade() -> None:
    _allow((*CLOCKS, "appeal"))


def _allow(clocks: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{clock}'" for clock in clocks)
    for table, column, name in CHECKS:
        check = op.f(f"ck_{table}_{name}")
        op.drop_constraint(check, table)
        op.create_check_constraint(check, table, f"{column} IN ({allowed})")
