"""Keep what is asked of an ERP as jobs, with their progress and how they ended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

WORDS = {
    "kind": ("jobkind", ("read", "read_all", "compare", "examine")),
    "source": ("jobsource", ("page", "command", "erp", "schedule")),
    "state": ("jobstate", ("waiting", "running", "done", "stopped", "broken")),
}
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "erp_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("heartbeat_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("is_asked_again", sa.Boolean(), nullable=False),
        sa.Column("rows", JSONB(), nullable=False),
        sa.Column("result", JSONB(), nullable=False),
        sa.Column("reason", JSONB(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_erp_job_asked_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_job")),
        sa.CheckConstraint(
            "(state IN ('waiting', 'running')) = (ended_at IS NULL)",
            name=op.f("ck_erp_job_ended_means_a_moment"),
        ),
        *(
            sa.CheckConstraint(
                f"{column} IN ({', '.join(repr(word) for word in words)})",
                name=op.f(f"ck_erp_job_{enum}"),
            )
            for column, (enum, words) in WORDS.items()
        ),
    )
    op.create_index(
        "uq_erp_job_open",
        "erp_job",
        ["connection", "slot"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_index("ix_erp_job_asked_at", "erp_job", ["connection", "slot", "asked_at"])


def downgrade() -> None:
    op.drop_table("erp_job")
