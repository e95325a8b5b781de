"""Know contracts groups lots pallets."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_group",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("home", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("parent_ref", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_group")),
    )
    op.create_index("uq_item_group_home_ref", "item_group", ["home", "ref"], unique=True)
    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("home", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("dealer_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(length=64), nullable=False),
        sa.Column("payment_days", sa.Integer(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name=op.f("fk_contract_dealer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
    )
    op.create_index(op.f("ix_contract_dealer_id"), "contract", ["dealer_id"], unique=False)
    op.create_index("uq_contract_home_ref", "contract", ["home", "ref"], unique=True)
    op.create_table(
        "shipped_lot",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["shipment_line.id"], name=op.f("fk_shipped_lot_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipped_lot")),
    )
    op.create_index("uq_shipped_lot_line_id_lot", "shipped_lot", ["line_id", "lot"], unique=True)
    op.add_column("item", sa.Column("group_ref", sa.Uuid(), nullable=True))
    op.add_column("item", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "package", sa.Column("home", sa.String(length=64), server_default="erp", nullable=False)
    )
    op.execute(
        "UPDATE package SET home = shipment.home FROM shipment_line AS line"
        " JOIN shipment ON shipment.id = line.shipment_id WHERE line.id = package.line_id"
    )
    op.add_column("package", sa.Column("parent_code", sa.Text(), server_default="", nullable=False))
    op.alter_column("package", "line_id", existing_type=sa.INTEGER(), nullable=True)
    op.drop_index(op.f("uq_package_code_line_id"), table_name="package")
    op.create_index(
        "ix_package_parent_code",
        "package",
        ["parent_code"],
        unique=False,
        postgresql_where=sa.text("parent_code <> ''"),
    )
    op.create_index(
        "uq_package_code_home_line_id",
        "package",
        ["code", "home", "line_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.add_column("shipment", sa.Column("contract_ref", sa.Uuid(), nullable=True))
    op.add_column(
        "shipment_line", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("shipment_line", "withdrawn_at")
    op.drop_column("shipment", "contract_ref")
    op.drop_index(
        "uq_package_code_home_line_id", table_name="package", postgresql_nulls_not_distinct=True
    )
    op.drop_index(
        "ix_package_parent_code",
        table_name="package",
        postgresql_where=sa.text("parent_code <> ''"),
    )
    op.execute("DELETE FROM package WHERE line_id IS NULL")
    op.create_index(op.f("uq_package_code_line_id"), "package", ["code", "line_id"], unique=True)
    op.alter_column("package", "line_id", existing_type=sa.INTEGER(), nullable=False)
    op.drop_column("package", "parent_code")
    op.drop_column("package", "home")
    op.drop_column("item", "withdrawn_at")
    op.drop_column("item", "group_ref")
    op.drop_index("uq_shipped_lot_line_id_lot", table_name="shipped_lot")
    op.drop_table("shipped_lot")
    op.drop_index("uq_contract_home_ref", table_name="contract")
    op.drop_index(op.f("ix_contract_dealer_id"), table_name="contract")
    op.drop_table("contract")
    op.drop_index("uq_item_group_home_ref", table_name="item_group")
    op.drop_table("item_group")
