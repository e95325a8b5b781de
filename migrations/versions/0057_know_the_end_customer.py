"""Keep how an end customer is reached, on what basis in law, and the document of the sale."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

ADDED = ("customer_phone", "customer_email", "customer_address", "sale_document")
BEFORE = ("number", "dealer_reference")
SEARCHED = (
    *("number", "dealer_reference", "end_customer", "customer_phone", "customer_email"),
    *("customer_address", "sale_document"),
)


def upgrade() -> None:
    for name in ADDED:
        op.add_column("claim", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("claim", sa.Column("customer_basis", sa.String(length=40), nullable=True))
    op.create_check_constraint(
        op.f("ck_claim_databasis"),
        "claim",
        "customer_basis IN ('contract', 'legal_duty', 'consent')",
    )
    _index(SEARCHED)


def downgrade() -> None:
    _index(BEFORE)
    op.drop_constraint(op.f("ck_claim_databasis"), "claim")
    for name in ("customer_basis", *ADDED):
        op.drop_column("claim", name)


def _index(columns: tuple[str, ...]) -> None:
    op.drop_index("ix_claim_search", table_name="claim")
    op.create_index(
        "ix_claim_search",
        "claim",
        list(columns),
        postgresql_using="gin",
        postgresql_ops=dict.fromkeys(columns, "gin_trgm_ops"),
    )
