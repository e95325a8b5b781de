"""Revise decisions: the step, why its clock stops, and by which way an order was routed."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

NEW_WORDS = (
    ("claim_event", "action", "ck_claim_event_action", "revise"),
    ("claim_clock", "stop_reason", "ck_claim_clock_stopreason", "decision_revised"),
)
ALL_WORDS = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"


def upgrade() -> None:
    op.add_column(
        "work_order", sa.Column("way", sa.String(length=64), server_default="", nullable=False)
    )
    op.execute(
        "UPDATE work_order SET way = claim.way_choice ->> 'kind' FROM claim"
        " WHERE claim.id = work_order.claim_id AND claim.way_choice ->> 'kind' IS NOT NULL"
    )
    for table, column, name, word in NEW_WORDS:
        _allow(table, column, name, {*_allowed(name), word})


def downgrade() -> None:
    op.drop_column("work_order", "way")
    for table, column, name, word in NEW_WORDS:
        _allow(table, column, name, _allowed(name) - {word})


def _allowed(name: str) -> set[str]:
    """Return the words that a CHECK allows now, whichever migration added them."""
    definition = op.get_bind().execute(sa.text(ALL_WORDS), {"name": name}).scalar_one()
    return set(re.findall("'([^']+)'", definition))


def _allow(table: str, column: str, name: str, words: set[str]) -> None:
    op.drop_constraint(op.f(name), table, type_="check")
    listed = ", ".join(f"'{word}'" for word in sorted(words))
    op.create_check_constraint(op.f(name), table, f"{column} IN ({listed})")
