"""Index the items of a group, in the order of their names."""

from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_item_group", "item", ["home", "group_ref", "name", "id"])


def downgrade() -> None:
    op.drop_index("ix_item_group", table_name="item")
