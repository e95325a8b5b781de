"""Check what shipment lines refer to once a statement, not once a line.

Seven tenths of the time in which a pull writes its lines went into the foreign keys, which look
up line after line. The same is held here set by set, with the same error.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PARENTS = ("shipment", "item")

# The lock makes whoever takes a parent away and whoever brings lines wait for each other.
CHECKS = """
CREATE FUNCTION refuse_lines_without_parents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM brought WHERE NOT EXISTS (SELECT FROM shipment WHERE id = shipment_id)
        UNION ALL
        SELECT FROM brought WHERE NOT EXISTS (SELECT FROM item WHERE id = item_id)
    ) THEN
        RAISE foreign_key_violation USING
            MESSAGE = 'a shipment line refers to a shipment or an item that is not there',
            TABLE = 'shipment_line';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER new_lines_have_parents AFTER INSERT ON shipment_line
    REFERENCING NEW TABLE AS brought FOR EACH STATEMENT
    EXECUTE FUNCTION refuse_lines_without_parents();

CREATE FUNCTION refuse_line_without_parents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM shipment WHERE id = NEW.shipment_id)
        OR NOT EXISTS (SELECT FROM item WHERE id = NEW.item_id)
    THEN
        RAISE foreign_key_violation USING
            MESSAGE = 'a shipment line refers to a shipment or an item that is not there',
            TABLE = 'shipment_line';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER moved_line_has_parents AFTER UPDATE ON shipment_line FOR EACH ROW
    WHEN ((OLD.shipment_id, OLD.item_id) IS DISTINCT FROM (NEW.shipment_id, NEW.item_id))
    EXECUTE FUNCTION refuse_line_without_parents();

CREATE FUNCTION refuse_to_orphan_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    has_lines boolean;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id THEN
        RETURN NULL;
    END IF;
    LOCK TABLE shipment_line IN SHARE MODE;
    EXECUTE format('SELECT EXISTS (SELECT FROM shipment_line WHERE %I = $1)', TG_ARGV[0])
        INTO has_lines USING OLD.id;
    IF has_lines THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s %s still has shipment lines', TG_TABLE_NAME, OLD.id),
            TABLE = 'shipment_line';
    END IF;
    RETURN NULL;
END $$;
"""
KEEP_PARENT = """
CREATE TRIGGER lines_keep_{parent} AFTER DELETE OR UPDATE OF id ON {parent} FOR EACH ROW
    EXECUTE FUNCTION refuse_to_orphan_lines('{parent}_id');
"""


def upgrade() -> None:
    for parent in PARENTS:
        op.drop_constraint(f"fk_shipment_line_{parent}_id", "shipment_line", type_="foreignkey")
    op.execute(CHECKS)
    for parent in PARENTS:
        op.execute(KEEP_PARENT.format(parent=parent))


def downgrade() -> None:
    for parent in PARENTS:
        op.execute(f"DROP TRIGGER lines_keep_{parent} ON {parent}")
    op.execute("DROP TRIGGER moved_line_has_parents ON shipment_line")
    op.execute("DROP TRIGGER new_lines_have_parents ON shipment_line")
    for name in ("orphan_lines", "lines_without_parents", "line_without_parents"):
        prefix = "refuse_to_" if name == "orphan_lines" else "refuse_"
        op.execute(f"DROP FUNCTION {prefix}{name}()")
    for parent in PARENTS:
        op.create_foreign_key(
            f"fk_shipment_line_{parent}_id", "shipment_line", parent, [f"{parent}_id"], ["id"]
        )
