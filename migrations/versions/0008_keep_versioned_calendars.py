"""Keep versioned calendars, lanes with carriers and validity, norms by product, buffers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

REMEDIES = ("repair", "replacement", "refund", "price_reduction", "spare_part", "documents")

# Whoever changes the days of a site, by whichever door, changes the version of its calendar.
COUNT_VERSIONS = """
CREATE FUNCTION raise_calendar_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'site' THEN
        NEW.calendar_version := OLD.calendar_version + 1;
        RETURN NEW;
    ELSIF TG_TABLE_NAME = 'site_override' THEN
        IF TG_OP <> 'INSERT' THEN
            UPDATE site SET calendar_version = calendar_version + 1 WHERE id = OLD.site_id;
        END IF;
        IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.site_id <> OLD.site_id) THEN
            UPDATE site SET calendar_version = calendar_version + 1 WHERE id = NEW.site_id;
        END IF;
    ELSE
        IF TG_OP <> 'INSERT' THEN
            UPDATE site SET calendar_version = calendar_version + 1 WHERE country = OLD.country;
        END IF;
        IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.country <> OLD.country) THEN
            UPDATE site SET calendar_version = calendar_version + 1 WHERE country = NEW.country;
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER site_raises_version BEFORE UPDATE ON site FOR EACH ROW
    WHEN ((OLD.country, OLD.time_zone, OLD.weekdays, OLD.cut_off)
        IS DISTINCT FROM (NEW.country, NEW.time_zone, NEW.weekdays, NEW.cut_off))
    EXECUTE FUNCTION raise_calendar_version();
CREATE TRIGGER override_raises_version AFTER INSERT OR UPDATE OR DELETE ON site_override
    FOR EACH ROW EXECUTE FUNCTION raise_calendar_version();
CREATE TRIGGER country_day_raises_version AFTER INSERT OR UPDATE OR DELETE ON country_day
    FOR EACH ROW EXECUTE FUNCTION raise_calendar_version();
"""

# What was written in the code until now, for the sites and lanes that are there already.
FILL_SITES = """
UPDATE site SET kind = CASE WHEN plant_id IS NULL THEN 'dealer' ELSE 'plant' END;
INSERT INTO site_override (site_id, starts_on, ends_on, is_open, reason)
    SELECT site_id, day, day, is_open, coalesce(nullif(reason, ''), '-') FROM site_day;
INSERT INTO site (kind, code, name, country, time_zone, weekdays, cut_off)
    SELECT 'carrier', code, name, country, 'UTC', weekdays::smallint[], '23:59'
    FROM (VALUES
        ('ltl', 'LTL', NULL, '{0,1,2,3,4,5}'), ('pallet', 'Pallet', 'PL', '{0,1,2,3,4}'),
        ('van', 'Van', 'RU', '{0,1,2,3,4}'), ('rail', 'Rail', NULL, '{0,1,2,3,4,5,6}'),
        ('air', 'Air', NULL, '{0,1,2,3,4}')
    ) AS known (code, name, country, weekdays)
    WHERE EXISTS (SELECT FROM lane WHERE mode = code);
INSERT INTO site_override (site_id, starts_on, ends_on, is_open, reason)
    SELECT site.id, make_date(year, month, first), make_date(year + days / 3, last_month, last),
        false, '-'
    FROM site, generate_series(2025, 2029) AS year, (VALUES (12, 31, 1, 3, 3), (1, 7, 1, 7, 0))
        AS rest (month, first, last_month, last, days)
    WHERE code = 'ltl';
INSERT INTO site (kind, code, name, country, time_zone, weekdays, cut_off)
    SELECT office.kind, office.kind || '-' || country, office.kind || ' ' || country, country, min(time_zone),
        '{0,1,2,3,4}', '23:59'
    FROM site, (VALUES ('bank'), ('customs')) AS office (kind)
    WHERE plant_id IS NOT NULL OR dealer_id IS NOT NULL GROUP BY office.kind, country;
"""
FILL_LANES = """
UPDATE lane SET carrier_id = site.id FROM site WHERE site.code = lane.mode;
UPDATE lane SET customs_id = customs.id FROM site AS destination, site AS customs
    WHERE border_days > 0 AND destination.id = destination_id
        AND customs.code = 'customs-' || destination.country;
UPDATE lane SET currency = 'EUR' WHERE cost IS NOT NULL;
INSERT INTO lane (origin_id, destination_id, load, mode, departures, lead_days, transit_days,
        transit_unit, carrier_id, border_days, currency, is_default)
    SELECT plant.id, bank.id, 'money', 'payment', '{1,3}', 0, 1, 'working_days', own.id, 0, '', true
    FROM site AS plant, site AS bank, site AS own
    WHERE plant.kind = 'plant' AND bank.kind = 'bank' AND own.code = 'bank-' || plant.country;
INSERT INTO promise_buffer (working_days, reason) SELECT 2, '' WHERE EXISTS (SELECT FROM site);
"""

FILLED = {
    "somebody_clears": "border_days = 0 OR customs_id IS NOT NULL",
    "costs_have_a_currency": "cost IS NULL OR currency <> ''",
}


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    _create_tables()
    _widen_sites()
    op.execute(FILL_SITES)
    _bind_sites()
    op.drop_table("site_day")
    _widen_lanes()
    op.execute(FILL_LANES)
    for name, condition in FILLED.items():
        op.create_check_constraint(op.f(f"ck_lane_{name}"), "lane", condition)
    _widen_norms()
    op.execute(COUNT_VERSIONS)


def _create_tables() -> None:
    op.create_table(
        "country_day",
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("country", "day", name=op.f("pk_country_day")),
    )
    op.create_table(
        "stage_duration",
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("product_group", sa.Text(), nullable=False),
        sa.Column("remedy", _words("remedy", *REMEDIES), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "working_days >= 0", name=op.f("ck_stage_duration_took_no_negative_time")
        ),
        sa.PrimaryKeyConstraint("stage", "subject", name=op.f("pk_stage_duration")),
    )
    op.create_index(
        op.f("ix_stage_duration_finished_on"), "stage_duration", ["finished_on"], unique=False
    )
    op.create_table(
        "promise_buffer",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plant_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "working_days >= 0", name=op.f("ck_promise_buffer_never_promises_too_early")
        ),
        sa.CheckConstraint(
            "starts_on <= ends_on", name=op.f("ck_promise_buffer_starts_before_it_ends")
        ),
        sa.ForeignKeyConstraint(
            ["plant_id"], ["plant.id"], name=op.f("fk_promise_buffer_plant_id")
        ),
        postgresql.ExcludeConstraint(
            (sa.literal_column("coalesce(plant_id, 0)"), "="),
            (sa.literal_column("((coalesce(starts_on, ends_on) IS NULL)::int)"), "="),
            (sa.literal_column("daterange(starts_on, ends_on, '[]')"), "&&"),
            using="gist",
            name="one_buffer_a_day",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_buffer")),
    )
    op.create_table(
        "site_override",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_site_override_has_a_reason")),
        sa.CheckConstraint(
            "starts_on <= ends_on", name=op.f("ck_site_override_starts_before_it_ends")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_override_site_id")),
        postgresql.ExcludeConstraint(
            (sa.column("site_id"), "="),
            (sa.literal_column("daterange(starts_on, ends_on, '[]')"), "&&"),
            using="gist",
            name="one_override_a_day",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_override")),
    )


def _widen_sites() -> None:
    kinds = _words("sitekind", "plant", "dealer", "carrier", "customs", "bank")
    op.add_column("site", sa.Column("kind", kinds, nullable=False, server_default="dealer"))
    op.alter_column("site", "kind", server_default=None)
    op.add_column("site", sa.Column("code", sa.String(length=64), nullable=True))
    op.add_column("site", sa.Column("name", sa.Text(), nullable=False, server_default=""))
    op.alter_column("site", "name", server_default=None)
    op.add_column(
        "site", sa.Column("calendar_version", sa.Integer(), server_default="1", nullable=False)
    )
    op.alter_column("site", "country", existing_type=sa.String(length=2), nullable=True)
    op.create_unique_constraint(op.f("uq_site_code"), "site", ["code"])
    op.drop_constraint(op.f("ck_site_plant_or_dealer"), "site", type_="check")


def _bind_sites() -> None:
    checks = {
        "plants_and_dealers_are_known": "(kind = 'plant') = (plant_id IS NOT NULL)"
        " AND (kind = 'dealer') = (dealer_id IS NOT NULL)",
        "others_have_a_code": "(kind IN ('plant', 'dealer')) = (code IS NULL)",
        "holidays_are_of_a_country": "kind NOT IN ('plant', 'dealer', 'bank')"
        " OR country IS NOT NULL",
        "weekdays_are_of_a_week": "weekdays <@ ARRAY[0, 1, 2, 3, 4, 5, 6]::smallint[]",
        "opens_some_day": "cardinality(weekdays) > 0",
    }
    for name, condition in checks.items():
        op.create_check_constraint(op.f(f"ck_site_{name}"), "site", condition)


def _widen_lanes() -> None:
    load = _words("load", "goods", "money", "technician")
    op.add_column("lane", sa.Column("load", load, nullable=False, server_default="goods"))
    op.alter_column("lane", "load", server_default=None)
    op.add_column("lane", sa.Column("carrier_id", sa.Integer(), nullable=True))
    op.add_column("lane", sa.Column("customs_id", sa.Integer(), nullable=True))
    op.add_column("lane", sa.Column("max_weight", sa.Numeric(15, 3), nullable=True))
    op.add_column(
        "lane", sa.Column("currency", sa.String(length=3), nullable=False, server_default="")
    )
    op.alter_column("lane", "currency", server_default=None)
    op.add_column("lane", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("lane", sa.Column("valid_to", sa.Date(), nullable=True))
    op.create_foreign_key(op.f("fk_lane_carrier_id"), "lane", "site", ["carrier_id"], ["id"])
    op.create_foreign_key(op.f("fk_lane_customs_id"), "lane", "site", ["customs_id"], ["id"])
    op.drop_constraint(op.f("uq_lane_origin_id_destination_id_mode"), "lane", type_="unique")
    op.drop_constraint(op.f("ck_lane_no_time_travel"), "lane", type_="check")
    _keep_one_default()
    _bind_lanes()


def _keep_one_default() -> None:
    op.execute(
        "UPDATE lane SET is_default = false WHERE is_default AND EXISTS (SELECT FROM lane AS other"
        " WHERE other.is_default AND other.origin_id = lane.origin_id"
        " AND other.destination_id = lane.destination_id AND other.id < lane.id)"
    )


def _bind_lanes() -> None:
    checks = {
        "departures_are_of_a_week": "departures <@ ARRAY[0, 1, 2, 3, 4, 5, 6]::smallint[]",
        "no_time_travel": "transit_days >= 0 AND border_days >= 0 AND lead_days >= 0",
        "leads_somewhere": "origin_id <> destination_id",
        "carries_something": "max_weight > 0",
        "valid_for_some_time": "valid_from <= valid_to",
    }
    for name, condition in checks.items():
        op.create_check_constraint(op.f(f"ck_lane_{name}"), "lane", condition)
    for name, column, where in (
        ("one_lane_a_mode", "mode", None),
        ("one_default_a_load", "load", "is_default"),
    ):
        op.create_exclude_constraint(
            name,
            "lane",
            (sa.column("origin_id"), "="),
            (sa.column("destination_id"), "="),
            (sa.column(column), "="),
            (sa.literal_column("daterange(valid_from, valid_to, '[]')"), "&&"),
            using="gist",
            where=where and sa.text(where),
        )


def _widen_norms() -> None:
    op.drop_constraint(op.f("pk_stage_norm"), "stage_norm", type_="primary")
    op.add_column(
        "stage_norm", sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False)
    )
    op.create_primary_key(op.f("pk_stage_norm"), "stage_norm", ["id"])
    op.add_column(
        "stage_norm", sa.Column("product_group", sa.Text(), nullable=False, server_default="")
    )
    op.alter_column("stage_norm", "product_group", server_default=None)
    op.add_column("stage_norm", sa.Column("remedy", _words("remedy", *REMEDIES), nullable=True))
    op.create_unique_constraint(
        op.f("uq_stage_norm_stage_product_group_remedy"),
        "stage_norm",
        ["stage", "product_group", "remedy"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_check_constraint(
        op.f("ck_stage_norm_takes_no_negative_time"), "stage_norm", "working_days >= 0"
    )


def _words(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def downgrade() -> None:
    raise NotImplementedError("the calendars of before cannot hold these ranges")
