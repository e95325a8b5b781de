"""The first schema: every table of the walking portal, the queue, a history that only grows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import install_queue

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The history of a claim is evidence: not even a mistake of ours may change it.
KEEP_HISTORY = """
CREATE FUNCTION refuse_to_change_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a claim is never changed';
END $$;
CREATE TRIGGER claim_event_only_grows BEFORE UPDATE OR DELETE ON claim_event
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_history();
"""


def upgrade() -> None:
    op.create_table(
        "command",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_command")),
    )
    op.create_table(
        "defect_code",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "safety",
                "main_function",
                "reduced_function",
                "cosmetic",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_defect_code")),
    )
    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("code", name=op.f("uq_department_code")),
    )
    op.create_table(
        "erp_feed",
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("message_no", sa.BigInteger(), nullable=False),
        sa.Column("pulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_erp_feed")),
    )
    op.create_table(
        "erp_rejected_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("message_no", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_rejected_row")),
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    op.create_index(
        "ix_failed_sign_in_email_address_at",
        "failed_sign_in",
        ["email", "address", "at"],
        unique=False,
    )
    op.create_table(
        "job",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )
    op.create_table(
        "number_series",
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_number_series")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "leased",
                "done",
                "parked",
                name="messagestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)",
            name=op.f("ck_outbox_message_done_means_a_moment"),
        ),
        sa.CheckConstraint(
            "(state = 'leased') = (lease_token IS NOT NULL)",
            name=op.f("ck_outbox_message_leased_means_a_token"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
    )
    op.create_index(
        op.f("ix_outbox_message_claim_id"), "outbox_message", ["claim_id"], unique=False
    )
    op.create_index(
        "ix_outbox_message_due",
        "outbox_message",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'leased')"),
    )
    op.create_index(
        "ix_outbox_message_queue",
        "outbox_message",
        ["queue", "id"],
        unique=False,
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_index("ix_outbox_message_subject_id", "outbox_message", ["subject_id"], unique=False)
    op.create_table(
        "plant",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column(
            "language",
            sa.Enum(
                "ru",
                "pl",
                "cs",
                "en",
                name="language",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tax_id", sa.Text(), nullable=False),
        sa.Column("tax_code", sa.Text(), nullable=False),
        sa.Column("registry_no", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("signer_basis", sa.Text(), nullable=False),
        sa.Column("bank_name", sa.Text(), nullable=False),
        sa.Column("bank_account", sa.Text(), nullable=False),
        sa.Column("bank_code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plant")),
        sa.UniqueConstraint("code", name=op.f("uq_plant_code")),
    )
    op.create_table(
        "rejection_reason",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_rejection_reason")),
    )
    op.create_table(
        "stage_norm",
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stage", name=op.f("pk_stage_norm")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dealer_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("original_key", sa.String(length=64), nullable=False),
        sa.Column("derivative_key", sa.String(length=64), nullable=True),
        sa.Column("thumbnail_key", sa.String(length=64), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.Column("camera", sa.Text(), nullable=True),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'image/heic', 'image/jpeg', 'image/png', 'image/webp', 'text/csv', 'text/plain')",
            name=op.f("ck_stored_file_media_type_is_accepted"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_stored_file_has_a_name")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_stored_file_sha256_is_hex")),
        sa.CheckConstraint(
            "num_nonnulls(derivative_key, thumbnail_key, width, height) IN (0, 4)",
            name=op.f("ck_stored_file_pictures_come_together"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_is_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("derivative_key", name=op.f("uq_stored_file_derivative_key")),
        sa.UniqueConstraint("original_key", name=op.f("uq_stored_file_original_key")),
        sa.UniqueConstraint("thumbnail_key", name=op.f("uq_stored_file_thumbnail_key")),
    )
    op.create_index(op.f("ix_stored_file_dealer_id"), "stored_file", ["dealer_id"], unique=False)
    op.create_table(
        "dealer",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("partner_ref", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tax_id", sa.Text(), nullable=False),
        sa.Column("tax_code", sa.Text(), nullable=False),
        sa.Column("registry_no", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "language",
            sa.Enum(
                "ru",
                "pl",
                "cs",
                "en",
                name="language",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("priority_class", sa.String(length=64), nullable=False),
        sa.Column("bank_name", sa.Text(), nullable=False),
        sa.Column("bank_account", sa.Text(), nullable=False),
        sa.Column("bank_code", sa.Text(), nullable=False),
        sa.Column("contract_number", sa.Text(), nullable=False),
        sa.Column("contract_date", sa.Date(), nullable=True),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("signer_basis", sa.Text(), nullable=False),
        sa.Column("plant_id", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["plant_id"], ["plant.id"], name=op.f("fk_dealer_plant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dealer")),
        sa.UniqueConstraint("code", name=op.f("uq_dealer_code")),
        sa.UniqueConstraint("ref", name=op.f("uq_dealer_ref")),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("product_group", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("price", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("vat_rate", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("warranty_months", sa.Integer(), nullable=False),
        sa.Column(
            "tracking",
            sa.Enum(
                "serial",
                "lot",
                name="tracking",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("gtin", sa.String(length=64), nullable=False),
        sa.Column("plant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plant_id"], ["plant.id"], name=op.f("fk_item_plant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("ref", name=op.f("uq_item_ref")),
    )
    op.create_index(op.f("ix_item_sku"), "item", ["sku"], unique=False)
    op.create_table(
        "route",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "remedy",
            sa.Enum(
                "repair",
                "replacement",
                "refund",
                "price_reduction",
                "spare_part",
                "documents",
                name="remedy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("plant_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_route_department_id")
        ),
        sa.ForeignKeyConstraint(["plant_id"], ["plant.id"], name=op.f("fk_route_plant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route")),
    )
    op.create_index(
        "uq_route_remedy_plant_id_department_id",
        "route",
        ["remedy", "plant_id", "department_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "component",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("component_ref", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_component_item_id")),
        sa.PrimaryKeyConstraint("item_id", "component_ref", name=op.f("pk_component")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
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
        sa.Column("dealer_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column(
            "language",
            sa.Enum(
                "ru",
                "pl",
                "cs",
                "en",
                name="language",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(role = 'department_worker') = (department_id IS NOT NULL)",
            name=op.f("ck_person_workers_have_a_department"),
        ),
        sa.CheckConstraint(
            "(role IN ('dealer_user', 'dealer_admin')) = (dealer_id IS NOT NULL)",
            name=op.f("ck_person_dealers_people_have_a_dealer"),
        ),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name=op.f("fk_person_dealer_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_person_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_index(op.f("ix_person_dealer_id"), "person", ["dealer_id"], unique=False)
    op.create_table(
        "shipment",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("shipped_on", sa.Date(), nullable=False),
        sa.Column("dealer_id", sa.Integer(), nullable=False),
        sa.Column("plant_id", sa.Integer(), nullable=False),
        sa.Column("contract_number", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("waybill", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name=op.f("fk_shipment_dealer_id")),
        sa.ForeignKeyConstraint(["plant_id"], ["plant.id"], name=op.f("fk_shipment_plant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("ref", name=op.f("uq_shipment_ref")),
    )
    op.create_index(
        "ix_shipment_dealer_id_shipped_on",
        "shipment",
        ["dealer_id", "shipped_on", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_shipment_number"), "shipment", ["number"], unique=False)
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plant_id", sa.Integer(), nullable=True),
        sa.Column("dealer_id", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("cut_off", sa.Time(), nullable=False),
        sa.CheckConstraint(
            "(dealer_id IS NULL) <> (plant_id IS NULL)", name=op.f("ck_site_plant_or_dealer")
        ),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name=op.f("fk_site_dealer_id")),
        sa.ForeignKeyConstraint(["plant_id"], ["plant.id"], name=op.f("fk_site_plant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("dealer_id", name=op.f("uq_site_dealer_id")),
        sa.UniqueConstraint("plant_id", name=op.f("uq_site_plant_id")),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("dealer_id", sa.Integer(), nullable=False),
        sa.Column("plant_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "verification",
                "needs_info",
                "accepted",
                "partially_accepted",
                "rejected",
                "execution",
                "resolved",
                "closed",
                "cancelled",
                name="claimstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "return_state",
            sa.Enum(
                "draft",
                "submitted",
                "verification",
                "needs_info",
                "accepted",
                "partially_accepted",
                "rejected",
                "execution",
                "resolved",
                "closed",
                "cancelled",
                name="return_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decision_revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demand_presented_on", sa.Date(), nullable=True),
        sa.Column("dealer_reference", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("end_customer", sa.Text(), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("answer_on", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("earliest_on", sa.Date(), nullable=True),
        sa.Column("promise_on", sa.Date(), nullable=True),
        sa.Column("promise_reason", sa.Text(), nullable=False),
        sa.Column("logistics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (number IS NULL)", name=op.f("ck_claim_only_drafts_have_no_number")
        ),
        sa.CheckConstraint(
            "(state = 'needs_info') = (return_state IS NOT NULL)",
            name=op.f("ck_claim_only_asked_claims_return"),
        ),
        sa.CheckConstraint(
            "state <> 'rejected' OR decided_at IS NOT NULL",
            name=op.f("ck_claim_rejected_means_decided"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR (filed_at IS NOT NULL AND answer_on IS NOT NULL)",
            name=op.f("ck_claim_filed_claims_have_an_answer_day"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'partially_accepted', 'execution', 'resolved') OR (decided_at IS NOT NULL AND promise_on IS NOT NULL)",
            name=op.f("ck_claim_accepted_claims_have_a_promise"),
        ),
        sa.CheckConstraint(
            "promise_on IS NULL OR earliest_on IS NOT NULL",
            name=op.f("ck_claim_promises_know_the_earliest"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_claim_created_by")),
        sa.ForeignKeyConstraint(["dealer_id"], ["dealer.id"], name=op.f("fk_claim_dealer_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_claim_decided_by")),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_claim_manager_id")),
        sa.ForeignKeyConstraint(["plant_id"], ["plant.id"], name=op.f("fk_claim_plant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("number", name=op.f("uq_claim_number")),
    )
    op.create_index(
        "ix_claim_dealer_id_created_at", "claim", ["dealer_id", "created_at", "id"], unique=False
    )
    op.create_index(op.f("ix_claim_manager_id"), "claim", ["manager_id"], unique=False)
    op.create_index(
        "ix_claim_open_answer_on",
        "claim",
        ["answer_on", "id"],
        unique=False,
        postgresql_where=sa.text("state NOT IN ('draft', 'closed', 'cancelled')"),
    )
    op.create_table(
        "lane",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=64), nullable=False),
        sa.Column("departures", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("transit_days", sa.Integer(), nullable=False),
        sa.Column(
            "transit_unit",
            sa.Enum(
                "calendar_days",
                "working_days",
                name="transitunit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("border_days", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.CheckConstraint("cardinality(departures) > 0", name=op.f("ck_lane_lanes_depart")),
        sa.CheckConstraint(
            "transit_days >= 0 AND border_days >= 0", name=op.f("ck_lane_no_time_travel")
        ),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["site.id"], name=op.f("fk_lane_destination_id")
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["site.id"], name=op.f("fk_lane_origin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
        sa.UniqueConstraint(
            "origin_id",
            "destination_id",
            "mode",
            name=op.f("uq_lane_origin_id_destination_id_mode"),
        ),
    )
    op.create_table(
        "shipment_line",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Integer(), nullable=False),
        sa.Column("dealer_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column(
            "claimed_quantity",
            sa.Numeric(precision=15, scale=3),
            server_default="0",
            nullable=False,
        ),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("price", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("vat_rate", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "claimed_quantity <= quantity",
            name=op.f("ck_shipment_line_no_more_claimed_than_shipped"),
        ),
        sa.CheckConstraint(
            "claimed_quantity >= 0", name=op.f("ck_shipment_line_nothing_negative_is_claimed")
        ),
        sa.ForeignKeyConstraint(
            ["dealer_id"], ["dealer.id"], name=op.f("fk_shipment_line_dealer_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_shipment_line_item_id")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_shipment_line_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_line")),
        sa.UniqueConstraint("ref", name=op.f("uq_shipment_line_ref")),
    )
    op.create_index(
        "ix_shipment_line_dealer_id_lot", "shipment_line", ["dealer_id", "lot"], unique=False
    )
    op.create_index(op.f("ix_shipment_line_item_id"), "shipment_line", ["item_id"], unique=False)
    op.create_index(
        op.f("ix_shipment_line_shipment_id"), "shipment_line", ["shipment_id"], unique=False
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"], unique=False)
    op.create_table(
        "site_day",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_day_site_id")),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_site_day")),
    )
    op.create_table(
        "act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reclamation_act",
                "refund_act",
                name="actkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column(
            "language",
            sa.Enum(
                "ru",
                "pl",
                "cs",
                "en",
                name="language",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_act_claim_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_act_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
        sa.UniqueConstraint(
            "claim_id", "kind", "revision", name=op.f("uq_act_claim_id_kind_revision")
        ),
    )
    op.create_index(op.f("ix_act_claim_id"), "act", ["claim_id"], unique=False)
    op.create_table(
        "claim_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "submit",
                "take",
                "request_info",
                "supply_info",
                "accept",
                "accept_partly",
                "reject",
                "route",
                "resolve",
                "confirm",
                "dispute",
                "close_rejected",
                "cancel",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column(
            "from_state",
            sa.Enum(
                "draft",
                "submitted",
                "verification",
                "needs_info",
                "accepted",
                "partially_accepted",
                "rejected",
                "execution",
                "resolved",
                "closed",
                "cancelled",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "draft",
                "submitted",
                "verification",
                "needs_info",
                "accepted",
                "partially_accepted",
                "rejected",
                "execution",
                "resolved",
                "closed",
                "cancelled",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_claim_event_actor_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_event_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_event")),
    )
    op.create_index(
        "uq_claim_event_claim_id_version", "claim_event", ["claim_id", "version"], unique=True
    )
    op.create_table(
        "claim_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shipment_line_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("shipment_number", sa.Text(), nullable=False),
        sa.Column("shipped_on", sa.Date(), nullable=True),
        sa.Column("shipped_quantity", sa.Numeric(precision=15, scale=3), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("price", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("vat_rate", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("reserved_quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("defect_code", sa.String(length=64), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
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
        sa.Column("accepted_quantity", sa.Numeric(precision=15, scale=3), nullable=True),
        sa.Column(
            "remedy",
            sa.Enum(
                "repair",
                "replacement",
                "refund",
                "price_reduction",
                "spare_part",
                "documents",
                name="remedy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("rejected_quantity", sa.Numeric(precision=15, scale=3), nullable=True),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("reason_text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(accepted_quantity IS NULL) = (rejected_quantity IS NULL)",
            name=op.f("ck_claim_line_decided_wholly"),
        ),
        sa.CheckConstraint(
            "accepted_quantity >= 0 AND rejected_quantity >= 0",
            name=op.f("ck_claim_line_nothing_negative_decided"),
        ),
        sa.CheckConstraint(
            "accepted_quantity IS NULL OR (accepted_quantity > 0) = (remedy IS NOT NULL)",
            name=op.f("ck_claim_line_accepted_means_a_remedy"),
        ),
        sa.CheckConstraint(
            "accepted_quantity IS NULL OR accepted_quantity + rejected_quantity = quantity",
            name=op.f("ck_claim_line_decided_quantities_add_up"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_claim_line_something_is_claimed")),
        sa.CheckConstraint(
            "rejected_quantity IS NULL OR (rejected_quantity > 0) = (reason_code IS NOT NULL)",
            name=op.f("ck_claim_line_rejected_means_a_reason"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_line_claim_id")),
        sa.ForeignKeyConstraint(
            ["defect_code"], ["defect_code.code"], name=op.f("fk_claim_line_defect_code")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_claim_line_item_id")),
        sa.ForeignKeyConstraint(
            ["reason_code"], ["rejection_reason.code"], name=op.f("fk_claim_line_reason_code")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_line_id"], ["shipment_line.id"], name=op.f("fk_claim_line_shipment_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_line")),
    )
    op.create_index(op.f("ix_claim_line_claim_id"), "claim_line", ["claim_id"], unique=False)
    op.create_index(
        "ix_claim_line_lot",
        "claim_line",
        ["lot"],
        unique=False,
        postgresql_where=sa.text("lot <> ''"),
    )
    op.create_index(
        "ix_claim_line_serial",
        "claim_line",
        ["serial"],
        unique=False,
        postgresql_where=sa.text("serial <> ''"),
    )
    op.create_index(
        op.f("ix_claim_line_shipment_line_id"), "claim_line", ["shipment_line_id"], unique=False
    )
    op.create_table(
        "erp_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "claim",
                "decision",
                "act",
                "evidence",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("posted", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_erp_document_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_document")),
    )
    op.create_index("ix_erp_document_claim_id", "erp_document", ["claim_id"], unique=False)
    op.create_table(
        "package",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["shipment_line.id"], name=op.f("fk_package_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
    )
    op.create_index("ix_package_line_id", "package", ["line_id"], unique=False)
    op.create_index("uq_package_code_line_id", "package", ["code", "line_id"], unique=True)
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_question_answers_have_an_author"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_question_answered_by")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_question_asked_by")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_question_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_claim_id"), "question", ["claim_id"], unique=False)
    op.create_table(
        "shipped_unit",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["shipment_line.id"], name=op.f("fk_shipped_unit_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipped_unit")),
    )
    op.create_index("ix_shipped_unit_serial", "shipped_unit", ["serial"], unique=False)
    op.create_index(
        "uq_shipped_unit_line_id_serial", "shipped_unit", ["line_id", "serial"], unique=True
    )
    op.create_table(
        "claim_file",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_claim_file_added_by")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_file_claim_id")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_claim_file_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["claim_line.id"], name=op.f("fk_claim_file_line_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_claim_file_file_id")),
    )
    op.create_index(op.f("ix_claim_file_claim_id"), "claim_file", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_file_line_id"), "claim_file", ["line_id"], unique=False)
    op.create_table(
        "work_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("claim_line_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "remedy",
            sa.Enum(
                "repair",
                "replacement",
                "refund",
                "price_reduction",
                "spare_part",
                "documents",
                name="remedy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "in_progress",
                "blocked",
                "done",
                "cancelled",
                name="workstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("blocked_reason", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'blocked') = (blocked_reason <> '')",
            name=op.f("ck_work_order_blocked_means_a_reason"),
        ),
        sa.CheckConstraint(
            "state <> 'done' OR result <> ''", name=op.f("ck_work_order_done_means_a_result")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_work_order_claim_id")),
        sa.ForeignKeyConstraint(
            ["claim_line_id"], ["claim_line.id"], name=op.f("fk_work_order_claim_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_work_order_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["finished_by"], ["person.id"], name=op.f("fk_work_order_finished_by")
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["person.id"], name=op.f("fk_work_order_started_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order")),
        sa.UniqueConstraint(
            "claim_line_id",
            "department_id",
            "round",
            name=op.f("uq_work_order_claim_line_id_department_id_round"),
        ),
    )
    op.create_index(op.f("ix_work_order_claim_id"), "work_order", ["claim_id"], unique=False)
    op.create_index(
        "ix_work_order_open",
        "work_order",
        ["department_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'in_progress', 'blocked')"),
    )
    op.execute(KEEP_HISTORY)
    install_queue(op.get_bind())


def downgrade() -> None:
    op.execute("DROP TRIGGER claim_event_only_grows ON claim_event")
    op.execute("DROP FUNCTION refuse_to_change_history")
    op.drop_index(
        "ix_work_order_open",
        table_name="work_order",
        postgresql_where=sa.text("state IN ('queued', 'in_progress', 'blocked')"),
    )
    op.drop_index(op.f("ix_work_order_claim_id"), table_name="work_order")
    op.drop_table("work_order")
    op.drop_index(op.f("ix_claim_file_line_id"), table_name="claim_file")
    op.drop_index(op.f("ix_claim_file_claim_id"), table_name="claim_file")
    op.drop_table("claim_file")
    op.drop_index("uq_shipped_unit_line_id_serial", table_name="shipped_unit")
    op.drop_index("ix_shipped_unit_serial", table_name="shipped_unit")
    op.drop_table("shipped_unit")
    op.drop_index(op.f("ix_question_claim_id"), table_name="question")
    op.drop_table("question")
    op.drop_index("uq_package_code_line_id", table_name="package")
    op.drop_index("ix_package_line_id", table_name="package")
    op.drop_table("package")
    op.drop_index("ix_erp_document_claim_id", table_name="erp_document")
    op.drop_table("erp_document")
    op.drop_index(op.f("ix_claim_line_shipment_line_id"), table_name="claim_line")
    op.drop_index(
        "ix_claim_line_serial", table_name="claim_line", postgresql_where=sa.text("serial <> ''")
    )
    op.drop_index(
        "ix_claim_line_lot", table_name="claim_line", postgresql_where=sa.text("lot <> ''")
    )
    op.drop_index(op.f("ix_claim_line_claim_id"), table_name="claim_line")
    op.drop_table("claim_line")
    op.drop_index("uq_claim_event_claim_id_version", table_name="claim_event")
    op.drop_table("claim_event")
    op.drop_index(op.f("ix_act_claim_id"), table_name="act")
    op.drop_table("act")
    op.drop_table("site_day")
    op.drop_index(op.f("ix_sign_in_person_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(op.f("ix_shipment_line_shipment_id"), table_name="shipment_line")
    op.drop_index(op.f("ix_shipment_line_item_id"), table_name="shipment_line")
    op.drop_index("ix_shipment_line_dealer_id_lot", table_name="shipment_line")
    op.drop_table("shipment_line")
    op.drop_table("lane")
    op.drop_index(
        "ix_claim_open_answer_on",
        table_name="claim",
        postgresql_where=sa.text("state NOT IN ('draft', 'closed', 'cancelled')"),
    )
    op.drop_index(op.f("ix_claim_manager_id"), table_name="claim")
    op.drop_index("ix_claim_dealer_id_created_at", table_name="claim")
    op.drop_table("claim")
    op.drop_table("site")
    op.drop_index(op.f("ix_shipment_number"), table_name="shipment")
    op.drop_index("ix_shipment_dealer_id_shipped_on", table_name="shipment")
    op.drop_table("shipment")
    op.drop_index(op.f("ix_person_dealer_id"), table_name="person")
    op.drop_table("person")
    op.drop_table("component")
    op.drop_index(
        "uq_route_remedy_plant_id_department_id",
        table_name="route",
        postgresql_nulls_not_distinct=True,
    )
    op.drop_table("route")
    op.drop_index(op.f("ix_item_sku"), table_name="item")
    op.drop_table("item")
    op.drop_table("dealer")
    op.drop_index(op.f("ix_stored_file_dealer_id"), table_name="stored_file")
    op.drop_table("stored_file")
    op.drop_table("stage_norm")
    op.drop_table("rejection_reason")
    op.drop_table("plant")
    op.drop_index("ix_outbox_message_subject_id", table_name="outbox_message")
    op.drop_index(
        "ix_outbox_message_queue",
        table_name="outbox_message",
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.drop_index(
        "ix_outbox_message_due",
        table_name="outbox_message",
        postgresql_where=sa.text("state IN ('waiting', 'leased')"),
    )
    op.drop_index(op.f("ix_outbox_message_claim_id"), table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_table("number_series")
    op.drop_table("job")
    op.drop_index("ix_failed_sign_in_email_address_at", table_name="failed_sign_in")
    op.drop_table("failed_sign_in")
    op.drop_table("erp_rejected_row")
    op.drop_table("erp_feed")
    op.drop_table("department")
    op.drop_table("defect_code")
    op.drop_table("command")
