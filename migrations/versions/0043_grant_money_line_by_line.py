"""Keep what is demanded and granted of each line, exact prices, one currency a claim."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

REMEDIES = ("repair", "replacement", "refund", "price_reduction", "spare_part", "documents")
CHECKS = {
    "a_price_has_rate_and_currency": (
        "(price IS NULL) = (vat_rate IS NULL) AND (price IS NULL OR currency IS NOT NULL)"
    ),
    "what_was_shipped_has_a_price": "price IS NOT NULL OR shipment_line_id IS NULL",
    "money_is_demanded_in_one_way": (
        "(demand_per_cent IS NULL AND demand_amount IS NULL)"
        " OR (demand IS NOT NULL AND demand IN ('refund', 'price_reduction')"
        " AND (demand_per_cent IS NULL OR demand_amount IS NULL))"
    ),
    "something_is_demanded": (
        "demand_per_cent > 0 AND demand_per_cent <= 100 OR demand_amount > 0"
        " OR (demand_per_cent IS NULL AND demand_amount IS NULL)"
    ),
    "money_is_granted_as_a_sum": (
        "(granted_amount IS NOT NULL)"
        " = (remedy IS NOT NULL AND remedy IN ('refund', 'price_reduction'))"
    ),
    "granted_sums_have_a_price": (
        "granted_amount IS NULL OR (granted_amount > 0 AND price IS NOT NULL)"
    ),
    "granted_per_cents_are_sums": "granted_per_cent IS NULL OR granted_amount IS NOT NULL",
    "more_than_the_price_has_a_reason": (
        "granted_amount IS NULL OR amount_reason <> ''"
        " OR granted_amount <= ceil(accepted_quantity * price)"
    ),
}


def upgrade() -> None:
    for table in ("item", "shipment_line", "claim_line"):
        op.execute(f"ALTER TABLE {table} ALTER price TYPE numeric")
    op.alter_column("claim_line", "price", nullable=True)
    op.alter_column("claim_line", "vat_rate", nullable=True)
    op.alter_column("claim_line", "currency", nullable=True)
    op.add_column("claim_line", sa.Column("demand_per_cent", sa.Numeric(5, 2)))
    op.add_column("claim_line", sa.Column("demand_amount", sa.Numeric(18, 3)))
    op.add_column("claim_line", sa.Column("granted_amount", sa.Numeric(18, 3)))
    op.add_column("claim_line", sa.Column("granted_per_cent", sa.Numeric(5, 2)))
    op.add_column(
        "claim_line", sa.Column("amount_reason", sa.Text(), server_default="", nullable=False)
    )
    op.execute(
        "UPDATE claim_line SET price = NULL, vat_rate = NULL"
        " WHERE shipment_line_id IS NULL AND price = 0"
    )
    # Until now a refund or reduction was the whole price; for what has none there was no sum.
    op.execute(
        "UPDATE claim_line SET granted_amount = round(accepted_quantity * price, 2)"
        " WHERE remedy IN ('refund', 'price_reduction') AND accepted_quantity * price > 0"
    )
    op.execute(
        "UPDATE claim_line SET remedy = 'repair'"
        " WHERE remedy IN ('refund', 'price_reduction') AND granted_amount IS NULL"
    )
    op.execute("UPDATE claim_line SET demand_per_cent = 100 WHERE demand = 'price_reduction'")
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_claim_line_{name}"), "claim_line", condition)
    op.create_exclude_constraint(
        "ex_claim_line_one_currency",
        "claim_line",
        ("claim_id", "="),
        ("currency", "<>"),
        using="gist",
        deferrable=True,
        initially="DEFERRED",
    )
    _add_settlements()
    _allow_checks("provisional", "found", "not_found", "taken", "elsewhere")


def _add_settlements() -> None:
    listed = ", ".join(f"'{remedy}'" for remedy in REMEDIES)
    op.create_table(
        "claim_settlement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("remedy", sa.String(length=40)),
        sa.CheckConstraint(f"remedy IN ({listed})", name=op.f("ck_claim_settlement_remedy")),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_settlement_claim_id_claim")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_settlement")),
        sa.UniqueConstraint(
            "claim_id",
            "remedy",
            name=op.f("uq_claim_settlement_claim_id_remedy"),
            postgresql_nulls_not_distinct=True,
        ),
    )


def downgrade() -> None:
    _allow_checks("provisional", "found", "not_found", "taken")
    op.drop_table("claim_settlement")
    op.drop_constraint("ex_claim_line_one_currency", "claim_line")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_claim_line_{name}"), "claim_line", type_="check")
    for column in (
        "amount_reason", "granted_per_cent", "granted_amount", "demand_amount", "demand_per_cent",
    ):  # fmt: skip
        op.drop_column("claim_line", column)
    op.execute("UPDATE claim_line SET price = 0, vat_rate = 0 WHERE price IS NULL")
    op.execute("UPDATE claim_line SET currency = 'EUR' WHERE currency IS NULL")
    for column in ("price", "vat_rate", "currency"):
        op.alter_column("claim_line", column, nullable=False)
    for table in ("item", "shipment_line", "claim_line"):
        op.execute(f"ALTER TABLE {table} ALTER price TYPE numeric(15, 2)")


def _allow_checks(*words: str) -> None:
    name = op.f("ck_claim_line_shipment_check")
    op.drop_constraint(name, "claim_line", type_="check")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(name, "claim_line", f"shipment_check IN ({listed})")
