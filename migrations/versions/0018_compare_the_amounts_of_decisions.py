"""Compare the amounts of decisions."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

DIFFERENCES = (
    "missing", "older", "newer", "deleted", "unposted", "number", "status", "doubled",
)  # fmt: skip
MENDINGS = ("push", "take_over", "gone")


def upgrade() -> None:
    _allow("what", (*DIFFERENCES, "amount"))
    _allow("mending", (*MENDINGS, "tell_anew"))


def downgrade() -> None:
    _allow("mending", MENDINGS)
    _allow("what", DIFFERENCES)


def _allow(column: str, words: tuple[str, ...]) -> None:
    name = op.f(f"ck_erp_difference_{column}")
    op.drop_constraint(name, "erp_difference", type_="check")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(name, "erp_difference", f"{column} IN ({listed})")
