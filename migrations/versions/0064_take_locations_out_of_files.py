"""Say of a film or archive that the place of recording was taken out of it."""

from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

NAME, TABLE = "ck_stored_file_change", "stored_file"
BEFORE = "change IN ('formulas_as_text')"


def upgrade() -> None:
    _replace("change IN ('formulas_as_text', 'location_removed')")


def downgrade() -> None:
    op.execute("UPDATE stored_file SET change = NULL WHERE change = 'location_removed'")
    _replace(BEFORE)


def _replace(rule: str) -> None:
    op.drop_constraint(op.f(NAME), TABLE, type_="check")
    op.create_check_constraint(op.f(NAME), TABLE, rule)
