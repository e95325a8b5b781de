"""Keep what is done to accounts: links, requests for roles, history, and guesses by browser."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "added",
                "changed",
                "role_requested",
                "role_granted",
                "role_refused",
                "deactivated",
                "reactivated",
                "link_sent",
                "password_set",
                name="accountaction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_account_event_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_event_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_event")),
    )
    op.create_index(
        op.f("ix_account_event_person_id"), "account_event", ["person_id"], unique=False
    )
    op.create_table(
        "password_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_password_link_made_by")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_password_link_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_link")),
    )
    op.create_index(
        op.f("ix_password_link_person_id"), "password_link", ["person_id"], unique=False
    )
    op.create_table(
        "role_request",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "dealer_user",
                "dealer_admin",
                "claim_manager",
                "head_of_claims",
                "department_worker",
                "administrator",
                "erp_service",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("requested_by", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_access", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(granted IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_role_request_decided_at_a_moment"),
        ),
        sa.CheckConstraint(
            "(granted IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_role_request_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "person_id <> decided_by", name=op.f("ck_role_request_nobody_grants_himself_a_role")
        ),
        sa.CheckConstraint(
            "requested_by <> decided_by", name=op.f("ck_role_request_two_people_change_a_role")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_role_request_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_role_request_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_request_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["person.id"], name=op.f("fk_role_request_requested_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_request")),
    )
    op.create_index(
        "uq_role_request_open",
        "role_request",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("granted IS NULL"),
    )
    op.add_column(
        "failed_sign_in",
        sa.Column("device", sa.String(length=64), server_default="", nullable=False),
    )
    op.drop_index(op.f("ix_failed_sign_in_email_address_at"), table_name="failed_sign_in")
    op.create_index(
        "ix_failed_sign_in_address_at", "failed_sign_in", ["address", "at"], unique=False
    )
    op.create_index("ix_failed_sign_in_email_at", "failed_sign_in", ["email", "at"], unique=False)
    op.add_column("person", sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_to_change_history() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RAISE EXCEPTION 'the history in % is never changed', TG_TABLE_NAME; END $$"
    )
    op.execute(
        "CREATE TRIGGER account_event_only_grows BEFORE UPDATE OR DELETE ON account_event"
        " FOR EACH ROW EXECUTE FUNCTION refuse_to_change_history()"
    )


def downgrade() -> None:
    op.drop_column("person", "password_set_at")
    op.drop_index("ix_failed_sign_in_email_at", table_name="failed_sign_in")
    op.drop_index("ix_failed_sign_in_address_at", table_name="failed_sign_in")
    op.create_index(
        op.f("ix_failed_sign_in_email_address_at"),
        "failed_sign_in",
        ["email", "address", "at"],
        unique=False,
    )
    op.drop_column("failed_sign_in", "device")
    op.drop_index("uq_role_request_open", table_name="role_request")
    op.drop_table("role_request")
    op.drop_index(op.f("ix_password_link_person_id"), table_name="password_link")
    op.drop_table("password_link")
    op.drop_index(op.f("ix_account_event_person_id"), table_name="account_event")
    op.drop_table("account_event")
