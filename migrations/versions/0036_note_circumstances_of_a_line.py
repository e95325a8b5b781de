"""Note circumstances of a line, by which another period of law holds."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KINDS = (
    "quality_check", "not_in_stock", "written_agreement", "expert_opinion", "built_in",
    "essential_defect",
)  # fmt: skip
NEW_WORDS = (
    ("claim_event", "action", "ck_claim_event_action", "note_circumstance"),
    ("clock_rule", "late", "ck_clock_rule_late", "right_to_withdraw"),
    ("claim_clock", "stop_reason", "ck_claim_clock_stopreason", "other_period"),
)
ALL_WORDS = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"


def upgrade() -> None:
    op.add_column("clock_rule", sa.Column("needs", sa.String(length=40)))
    op.create_check_constraint(
        op.f("ck_clock_rule_needs"), "clock_rule", _is_one_of("needs", KINDS)
    )
    op.add_column(
        "clock_rule",
        sa.Column("instead_of", ARRAY(sa.String(length=64)), server_default="{}", nullable=False),
    )
    op.create_table(
        "line_circumstance",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date()),
        sa.Column("file_id", sa.Integer()),
        sa.Column("noted_by", sa.Integer()),
        sa.Column("noted_by_name", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_is_one_of("kind", KINDS), name=op.f("ck_line_circumstance_kind")),
        sa.CheckConstraint(
            "until_on >= since_on", name=op.f("ck_line_circumstance_agreed_after_the_agreement")
        ),
        sa.CheckConstraint(
            "kind <> 'written_agreement' OR (until_on IS NOT NULL AND file_id IS NOT NULL)",
            name=op.f("ck_line_circumstance_agreements_have_a_day_and_a_paper"),
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_line_circumstance_claim_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["claim_line.id"], name=op.f("fk_line_circumstance_line_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["claim_file.id"], name=op.f("fk_line_circumstance_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["noted_by"], ["person.id"], name=op.f("fk_line_circumstance_noted_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_circumstance")),
        sa.UniqueConstraint("line_id", "kind", name=op.f("uq_line_circumstance_line_id_kind")),
    )  # fmt: skip
    op.create_index("ix_line_circumstance_claim_id", "line_circumstance", ["claim_id"])
    for table, column, name, word in NEW_WORDS:
        _allow(table, column, name, {*_allowed(name), word})


def downgrade() -> None:
    op.drop_table("line_circumstance")
    op.drop_column("clock_rule", "instead_of")
    op.drop_column("clock_rule", "needs")
    for table, column, name, word in NEW_WORDS:
        _allow(table, column, name, _allowed(name) - {word})


def _allowed(name: str) -> set[str]:
    """Return the words that a CHECK allows now, whichever migration added them."""
    definition = op.get_bind().execute(sa.text(ALL_WORDS), {"name": name}).scalar_one()
    return set(re.findall("'([^']+)'", definition))


def _allow(table: str, column: str, name: str, words: set[str]) -> None:
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, _is_one_of(column, sorted(words)))


def _is_one_of(column: str, words: tuple[str, ...] | list[str]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"
