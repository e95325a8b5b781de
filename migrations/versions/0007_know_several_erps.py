"""Know several ERPs: a connection instead of the one node, and the home of each plant."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ONLY = "erp"  # the connection of an installation that knew one ERP
BY_CONNECTION = {
    "erp_feed": "coalesce(pulled_at, '-infinity')",
    "erp_checkup": "examined_at",
    "erp_reconciliation": "compared_at",
}
WAYS = """
    UPDATE outbox_message SET connection = split_part(kind, '.', 1)
    WHERE split_part(kind, '.', 1) IN ('erp', 'mail')
"""


def upgrade() -> None:
    for table, moment in BY_CONNECTION.items():
        # Of nodes that were used one after the other only the last is still spoken to.
        op.execute(
            f"DELETE FROM {table} WHERE node <> "  # noqa: S608  (names of our own)
            f"(SELECT node FROM {table} ORDER BY {moment} DESC, node LIMIT 1)"
        )
        op.alter_column(table, "node", new_column_name="connection")
        op.execute(f"UPDATE {table} SET connection = '{ONLY}'")  # noqa: S608
    op.alter_column("erp_rejected_row", "node", new_column_name="connection")
    op.execute(f"UPDATE erp_rejected_row SET connection = '{ONLY}'")  # noqa: S608

    _add_filled("plant", "home", ONLY)
    _add_filled("erp_document", "connection", ONLY)
    _add_filled("erp_difference", "connection", ONLY)
    _add_filled("outbox_message", "connection", "")
    op.execute(WAYS)


def downgrade() -> None:
    op.drop_column("outbox_message", "connection")
    op.drop_column("erp_difference", "connection")
    op.drop_column("erp_document", "connection")
    op.drop_column("plant", "home")
    for table in (*BY_CONNECTION, "erp_rejected_row"):
        op.alter_column(table, "connection", new_column_name="node")


def _add_filled(table: str, column: str, value: str) -> None:
    """Add a column that must not be empty, with a value for the rows that are there."""
    op.add_column(
        table, sa.Column(column, sa.String(length=64), nullable=False, server_default=value)
    )
    op.alter_column(table, column, server_default=None)
