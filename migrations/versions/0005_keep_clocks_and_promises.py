"""Keep clocks and promises."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW_ACTIONS = ("revise_promise", "change_demand", "deem_accepted", "contest")
ACTIONS = (
    "submit", "take", "request_info", "supply_info", "accept", "accept_partly", "reject", "route",
    "resolve", "confirm", "dispute", "close_rejected", "cancel",
)  # fmt: skip

# Promises that were made before they had versions.
FIRST_PROMISES = """
    insert into claim_promise
        (claim_id, number, promise_on, earliest_on, reason, author_id, author_name, promised_at)
    select claim.id, 1, claim.promise_on, claim.earliest_on, '', claim.decided_by,
           coalesce(person.name, ''), claim.decided_at
    from claim left join person on person.id = claim.decided_by
    where claim.promise_on is not null
"""


def upgrade() -> None:
    op.create_table(
        "clock_rule",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column(
            "party",
            sa.Enum(
                "B2B",
                "B2C",
                "ANY",
                name="party",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("duty", sa.String(length=64), nullable=False),
        sa.Column("claimant", sa.String(length=64), nullable=False),
        sa.Column("demands", postgresql.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "CD",
                "WD",
                "WD6",
                "MO",
                "YR",
                "SAME_DAY",
                "SAME_AS_DEMAND",
                "BEFORE_REMEDY",
                "EVENT",
                "NATIONAL",
                "ASAP",
                "REASONABLE",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column(
            "roll",
            sa.Enum(
                "next_working",
                "none",
                name="roll",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pause", sa.Text(), nullable=False),
        sa.Column(
            "stops_at",
            sa.Enum(
                "filing",
                "answer",
                "remedy",
                "event",
                name="stopsat",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "agreement",
            sa.Enum(
                "none",
                "capped",
                "free",
                name="agreement",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "late",
            sa.Enum(
                "deemed_accepted",
                "penalty_per_day",
                "loses_right",
                "none",
                name="late",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("late_text", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confidence", sa.String(length=64), nullable=False),
        sa.Column("without_sole_traders", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "unit NOT IN ('ASAP', 'REASONABLE') OR policy <> ''",
            name=op.f("ck_clock_rule_vague_units_have_a_policy"),
        ),
        sa.CheckConstraint(
            "unit NOT IN ('CD', 'WD', 'WD6', 'MO', 'YR') OR amount > 0",
            name=op.f("ck_clock_rule_counted_units_have_a_number"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_clock_rule_no_negative_period")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_clock_rule_saved_by")),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_clock_rule")),
    )
    op.create_index(
        "uq_clock_rule_current",
        "clock_rule",
        ["code"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "sla_policy",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "clock",
            sa.Enum(
                "first_response",
                "decision",
                "dealer_answer",
                "dealer_ships",
                "remedy",
                "appeal",
                "auto_close",
                name="slaclock",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("dealer_class", sa.String(length=64), nullable=False),
        sa.Column("product_group", sa.String(length=64), nullable=False),
        sa.Column(
            "demand",
            sa.Enum(
                "repair",
                "replacement",
                "refund",
                "price_reduction",
                "spare_part",
                "documents",
                name="demand",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("priority", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "WD",
                "CD",
                "WH",
                "PROMISE",
                name="slaunit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_pausable", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_sla_policy_no_negative_period")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_sla_policy_saved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_policy")),
    )
    op.create_index(
        "uq_sla_policy_current",
        "sla_policy",
        ["clock", "dealer_class", "product_group", "demand", "priority"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "claim_pause",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "clock",
            sa.Enum(
                "first_response",
                "decision",
                "dealer_answer",
                "dealer_ships",
                "remedy",
                "appeal",
                "auto_close",
                name="clock",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "needs_info",
                "awaiting_goods",
                "customer_not_available",
                name="pausereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("paused_on", sa.Date(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_by", sa.Integer(), nullable=True),
        sa.Column("paused_by_name", sa.Text(), nullable=False),
        sa.Column("resumed_on", sa.Date(), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_by", sa.Integer(), nullable=True),
        sa.Column("resumed_by_name", sa.Text(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(resumed_on IS NULL) = (resumed_at IS NULL) AND (resumed_on IS NULL) = (working_days IS NULL)",
            name=op.f("ck_claim_pause_ended_wholly"),
        ),
        sa.CheckConstraint(
            "resumed_on IS NULL OR resumed_on >= paused_on",
            name=op.f("ck_claim_pause_ends_after_begin"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_pause_claim_id")),
        sa.ForeignKeyConstraint(
            ["paused_by"], ["person.id"], name=op.f("fk_claim_pause_paused_by")
        ),
        sa.ForeignKeyConstraint(
            ["resumed_by"], ["person.id"], name=op.f("fk_claim_pause_resumed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_pause")),
    )
    op.create_index(op.f("ix_claim_pause_claim_id"), "claim_pause", ["claim_id"], unique=False)
    op.create_index(
        "uq_claim_pause_open",
        "claim_pause",
        ["claim_id", "clock"],
        unique=True,
        postgresql_where=sa.text("resumed_on IS NULL"),
    )
    op.create_table(
        "claim_clock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("rule_code", sa.String(length=64), nullable=True),
        sa.Column("rule_version", sa.Integer(), nullable=True),
        sa.Column("policy_id", sa.Integer(), nullable=True),
        sa.Column(
            "sla",
            sa.Enum(
                "first_response",
                "decision",
                "dealer_answer",
                "dealer_ships",
                "remedy",
                "appeal",
                "auto_close",
                name="sla",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("duty", sa.String(length=64), nullable=False),
        sa.Column(
            "stops_at",
            sa.Enum(
                "filing",
                "answer",
                "remedy",
                "event",
                name="stopsat",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("trigger_on", sa.Date(), nullable=False),
        sa.Column("raw_on", sa.Date(), nullable=False),
        sa.Column("legal_on", sa.Date(), nullable=False),
        sa.Column("safe_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "paused",
                "stopped",
                "breached",
                name="clockstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column(
            "stop_reason",
            sa.Enum(
                "done",
                "demand_changed",
                "promise_changed",
                "withdrawn",
                "accepted_by_silence",
                name="stopreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rule_code IS NULL OR state <> 'paused'", name=op.f("ck_claim_clock_law_never_pauses")
        ),
        sa.CheckConstraint(
            "state <> 'stopped' OR stopped_on IS NOT NULL",
            name=op.f("ck_claim_clock_stopped_knows_the_day"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('running', 'paused') OR stopped_on IS NULL",
            name=op.f("ck_claim_clock_stopped_has_stopped"),
        ),
        sa.CheckConstraint(
            "(rule_code IS NULL) <> (policy_id IS NULL) AND (rule_code IS NULL) = (rule_version IS NULL) AND (policy_id IS NULL) = (sla IS NULL)",
            name=op.f("ck_claim_clock_by_a_rule_or_by_a_policy"),
        ),
        sa.CheckConstraint(
            "(rule_code IS NULL) = (line_id IS NULL)", name=op.f("ck_claim_clock_law_is_of_a_line")
        ),
        sa.CheckConstraint(
            "(stopped_on IS NULL) = (stop_reason IS NULL)",
            name=op.f("ck_claim_clock_stopped_knows_the_reason"),
        ),
        sa.CheckConstraint(
            "legal_on >= raw_on AND safe_on <= raw_on", name=op.f("ck_claim_clock_safe_raw_legal")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_clock_claim_id")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["claim_line.id"], name=op.f("fk_claim_clock_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["sla_policy.id"], name=op.f("fk_claim_clock_policy_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_code", "rule_version"],
            ["clock_rule.code", "clock_rule.version"],
            name=op.f("fk_claim_clock_rule_code_rule_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_clock")),
    )
    op.create_index(op.f("ix_claim_clock_claim_id"), "claim_clock", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_clock_line_id"), "claim_clock", ["line_id"], unique=False)
    op.create_index(
        "ix_claim_clock_running_legal_on",
        "claim_clock",
        ["legal_on", "claim_id"],
        unique=False,
        postgresql_where=sa.text("stopped_on IS NULL"),
    )
    op.create_table(
        "claim_promise",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("promise_on", sa.Date(), nullable=False),
        sa.Column("earliest_on", sa.Date(), nullable=False),
        sa.Column("safe_on", sa.Date(), nullable=True),
        sa.Column("legal_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "number = 1 OR reason <> ''", name=op.f("ck_claim_promise_changes_have_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["claim_file.id"], name=op.f("fk_claim_promise_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_claim_promise_author_id")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_promise_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_promise")),
        sa.UniqueConstraint("claim_id", "number", name=op.f("uq_claim_promise_claim_id_number")),
    )
    op.create_index(op.f("ix_claim_promise_claim_id"), "claim_promise", ["claim_id"], unique=False)
    op.add_column(
        "claim",
        sa.Column(
            "customer_kind",
            sa.Enum(
                "consumer",
                "sole_trader",
                "business",
                name="customerkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column(
        "claim",
        sa.Column("deemed_accepted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    _allow_actions((*ACTIONS, *NEW_ACTIONS))
    op.execute(FIRST_PROMISES)


def downgrade() -> None:
    _allow_actions(ACTIONS)
    op.drop_column("claim", "deemed_accepted")
    op.drop_column("claim", "customer_kind")
    op.drop_index(op.f("ix_claim_promise_claim_id"), table_name="claim_promise")
    op.drop_table("claim_promise")
    op.drop_index(
        "ix_claim_clock_running_legal_on",
        table_name="claim_clock",
        postgresql_where=sa.text("stopped_on IS NULL"),
    )
    op.drop_index(op.f("ix_claim_clock_line_id"), table_name="claim_clock")
    op.drop_index(op.f("ix_claim_clock_claim_id"), table_name="claim_clock")
    op.drop_table("claim_clock")
    op.drop_index(
        "uq_claim_pause_open",
        table_name="claim_pause",
        postgresql_where=sa.text("resumed_on IS NULL"),
    )
    op.drop_index(op.f("ix_claim_pause_claim_id"), table_name="claim_pause")
    op.drop_table("claim_pause")
    op.drop_index(
        "uq_sla_policy_current",
        table_name="sla_policy",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.drop_table("sla_policy")
    op.drop_index(
        "uq_clock_rule_current",
        table_name="clock_rule",
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.drop_table("clock_rule")


def _allow_actions(actions: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_claim_event_action"), "claim_event", type_="check")
    words = ", ".join(f"'{action}'" for action in actions)
    op.create_check_constraint(op.f("ck_claim_event_action"), "claim_event", f"action IN ({words})")
