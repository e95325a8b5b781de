"""Compare codes in one form."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# The form in which package codes, serial numbers and lots are compared: letters of one case and
# width, no spaces. Kept is what the ERP or a person wrote.
FUNCTION = """
CREATE FUNCTION code_key(code text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN upper(replace(normalize(code, NFKC), ' ', ''))
"""
CHANGED = (
    ("ix_shipped_unit_serial", "shipped_unit", "serial", ""),
    ("ix_claim_line_serial", "claim_line", "serial", "serial <> ''"),
    ("ix_claim_line_lot", "claim_line", "lot", "lot <> ''"),
    ("ix_package_parent_code", "package", "parent_code", "parent_code <> ''"),
)


def upgrade() -> None:
    op.execute(FUNCTION)
    for name, table, column, where in CHANGED:
        op.drop_index(name, table_name=table)
        _make_index(name, table, sa.text(f"code_key({column})"), where)
    _make_index("ix_package_code", "package", sa.text("code_key(code)"), "")


def downgrade() -> None:
    op.drop_index("ix_package_code", table_name="package")
    for name, table, column, where in CHANGED:
        op.drop_index(name, table_name=table)
        _make_index(name, table, column, where)
    op.execute("DROP FUNCTION code_key(text)")


def _make_index(name: str, table: str, column: str | sa.TextClause, where: str) -> None:
    condition = {"postgresql_where": sa.text(where)} if where else {}
    op.create_index(name, table, [column], unique=False, **condition)
