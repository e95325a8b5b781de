"""Hand decisions on to the head of claims, with a note, and back with words."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

TABLE = "pending_decision"
STATES = {"handed_on", "handed_back", "withdrawn", "obsolete"}
KINDS = {
    "decision_handed_on", "decision_handed_back", "proposal_withdrawn", "proposal_obsolete",
    "proposal_decided",
}  # fmt: skip
NEW_WORDS = (
    (TABLE, "state", "ck_pending_decision_pendingstate", STATES),
    ("claim_history", "kind", "ck_claim_history_historykind", KINDS),
)
ALL_WORDS = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
OPEN_OR_ENDED = "ck_pending_decision_open_or_ended"


def upgrade() -> None:
    for table, column, name, words in NEW_WORDS:
        _allow(table, column, name, _allowed(name) | words)
    op.add_column(TABLE, sa.Column("ended_by", sa.Integer(), nullable=True))
    for name in ("note", "answer"):
        op.add_column(TABLE, sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_foreign_key(
        op.f("fk_pending_decision_ended_by_person"), TABLE, "person", ["ended_by"], ["id"]
    )
    op.drop_constraint(op.f(OPEN_OR_ENDED), TABLE, type_="check")
    op.create_check_constraint(
        op.f(OPEN_OR_ENDED), TABLE, "(state IN ('open', 'handed_on')) = (ended_at IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_pending_decision_handed_back_with_words"),
        TABLE,
        "state <> 'handed_back' OR answer <> ''",
    )
    op.create_index(
        "uq_pending_decision_handed_on",
        TABLE,
        ["claim_id"],
        unique=True,
        postgresql_where=sa.text("state = 'handed_on'"),
    )


def downgrade() -> None:
    listed = ", ".join(f"'{state}'" for state in sorted(STATES))
    op.execute(f"DELETE FROM {TABLE} WHERE state IN ({listed})")  # noqa: S608  (our own words)
    op.drop_index("uq_pending_decision_handed_on", TABLE)
    op.drop_constraint(op.f("ck_pending_decision_handed_back_with_words"), TABLE, type_="check")
    op.drop_constraint(op.f(OPEN_OR_ENDED), TABLE, type_="check")
    op.create_check_constraint(op.f(OPEN_OR_ENDED), TABLE, "(state = 'open') = (ended_at IS NULL)")
    for name in ("note", "answer", "ended_by"):
        op.drop_column(TABLE, name)
    for table, column, name, words in NEW_WORDS:
        _allow(table, column, name, _allowed(name) - words)


def _allowed(name: str) -> set[str]:
    """Return the words that a CHECK allows now, whichever migration added them."""
    definition = op.get_bind().execute(sa.text(ALL_WORDS), {"name": name}).scalar_one()
    return set(re.findall("'([^']+)'", definition))


def _allow(table: str, column: str, name: str, words: set[str]) -> None:
    op.drop_constraint(op.f(name), table, type_="check")
    listed = ", ".join(f"'{word}'" for word in sorted(words))
    op.create_check_constraint(op.f(name), table, f"{column} IN ({listed})")
