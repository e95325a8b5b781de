"""Keep in the history why a deemed acceptance could not be recorded."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

NAME = "ck_claim_history_historykind"
WORD = "acceptance_not_recorded"
DEFINITION = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"


def upgrade() -> None:
    _allow(_allowed() | {WORD})


def downgrade() -> None:
    op.execute("ALTER TABLE claim_history DISABLE TRIGGER USER")
    op.execute(f"DELETE FROM claim_history WHERE kind = '{WORD}'")  # noqa: S608  (our own word)
    op.execute("ALTER TABLE claim_history ENABLE TRIGGER USER")
    _allow(_allowed() - {WORD})


def _allowed() -> set[str]:
    definition = op.get_bind().execute(sa.text(DEFINITION), {"name": NAME}).scalar_one()
    return set(re.findall("'([^']+)'", definition))


def _allow(words: set[str]) -> None:
    op.drop_constraint(op.f(NAME), "claim_history", type_="check")
    listed = ", ".join(f"'{word}'" for word in sorted(words))
    op.create_check_constraint(op.f(NAME), "claim_history", f"kind IN ({listed})")
