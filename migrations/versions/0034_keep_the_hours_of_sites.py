"""Keep the hours of sites: deadlines in working hours count between opening and closing."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

VERSION_TRIGGER = """
DROP TRIGGER site_raises_version ON site;
CREATE TRIGGER site_raises_version BEFORE UPDATE ON site FOR EACH ROW
    WHEN (({old}) IS DISTINCT FROM ({new}))
    EXECUTE FUNCTION raise_calendar_version();
"""
BEFORE = ("country", "time_zone", "weekdays", "cut_off")
COLUMNS = (*BEFORE, "opens_at", "closes_at")


def upgrade() -> None:
    op.add_column("site", sa.Column("opens_at", sa.Time(), server_default="09:00", nullable=False))
    op.add_column("site", sa.Column("closes_at", sa.Time(), server_default="18:00", nullable=False))
    op.create_check_constraint(
        op.f("ck_site_opens_before_it_closes"), "site", "opens_at < closes_at"
    )
    op.execute(_trigger(COLUMNS))


def downgrade() -> None:
    op.execute(_trigger(BEFORE))
    op.drop_constraint(op.f("ck_site_opens_before_it_closes"), "site", type_="check")
    op.drop_column("site", "closes_at")
    op.drop_column("site", "opens_at")


def _trigger(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return VERSION_TRIGGER.format(old=old, new=new)
