"""Keep the document by which a shipment was billed, and the day of its contract."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

TEXTS = {"base_kind": sa.String(64), "base_number": sa.Text()}
DAYS = ("contract_date", "base_on")


def upgrade() -> None:
    for name, kind in TEXTS.items():
        op.add_column("shipment", sa.Column(name, kind, server_default="", nullable=False))
    for name in DAYS:
        op.add_column("shipment", sa.Column(name, sa.Date(), nullable=True))


def downgrade() -> None:
    for name in (*DAYS, *TEXTS):
        op.drop_column("shipment", name)
