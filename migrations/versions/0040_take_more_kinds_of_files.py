"""Take more kinds of files, and keep what was changed in one."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = (
    "application/pdf", f"{OFFICE}spreadsheetml.sheet", f"{OFFICE}wordprocessingml.document",
    "image/heic", "image/jpeg", "image/png", "image/webp", "text/csv", "text/plain",
)  # fmt: skip
MORE = ("application/vnd.ms-excel", "application/zip", "message/rfc822", "video/mp4",
        "video/quicktime")  # fmt: skip


def upgrade() -> None:
    _allow_kinds((*KINDS, *MORE))
    op.add_column("stored_file", sa.Column("change", sa.String(length=40), nullable=True))
    op.create_check_constraint(
        op.f("ck_stored_file_change"), "stored_file", "change IN ('formulas_as_text')"
    )
    op.create_check_constraint(
        op.f("ck_stored_file_changed_means_shown_otherwise"),
        "stored_file",
        "change IS NULL OR derivative_key IS NOT NULL",
    )
    _tie_pictures(
        "num_nonnulls(thumbnail_key, width, height) IN (0, 3)"
        " AND (thumbnail_key IS NULL OR derivative_key IS NOT NULL)"
    )


def downgrade() -> None:
    _tie_pictures("num_nonnulls(derivative_key, thumbnail_key, width, height) IN (0, 4)")
    op.drop_constraint(
        op.f("ck_stored_file_changed_means_shown_otherwise"), "stored_file", type_="check"
    )
    op.drop_constraint(op.f("ck_stored_file_change"), "stored_file", type_="check")
    op.drop_column("stored_file", "change")
    _allow_kinds(KINDS)


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    name = op.f("ck_stored_file_media_type_is_accepted")
    op.drop_constraint(name, "stored_file", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in sorted(kinds))
    op.create_check_constraint(name, "stored_file", f"media_type IN ({listed})")


def _tie_pictures(condition: str) -> None:
    name = op.f("ck_stored_file_pictures_come_together")
    op.drop_constraint(name, "stored_file", type_="check")
    op.create_check_constraint(name, "stored_file", condition)
