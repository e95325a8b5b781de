"""Let a person say that a message in doubt never arrived, and tell what was sent again unasked."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ACTS = (
    *("pull", "retry", "retry_class", "settle", "take_over", "pause", "resume"),
    *("mapping", "home", "release", "pull_full"),
)
HAPPENINGS = ("postponed", "in_doubt", "found", "not_found", "stopped", "parked")


def upgrade() -> None:
    _allow("exchange_action", "act", "deskact", *ACTS, "send_again")
    _allow("message_event", "what", "happening", *HAPPENINGS, "repeated")


def downgrade() -> None:
    op.execute("DELETE FROM exchange_action WHERE act = 'send_again'")
    op.execute("DELETE FROM message_event WHERE what = 'repeated'")
    _allow("exchange_action", "act", "deskact", *ACTS)
    _allow("message_event", "what", "happening", *HAPPENINGS)


def _allow(table: str, column: str, enum: str, *words: str) -> None:
    name = op.f(f"ck_{table}_{enum}")
    op.drop_constraint(name, table, type_="check")
    known = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(name, table, f"{column} IN ({known})")
