"""What a full load did not bring: where it is looked for, and what becomes of it. Pure tables."""

from dataclasses import dataclass

from connectors.erp.port import RowKind


@dataclass(frozen=True)
class Absence:
    """How a kind is told row by row, which of its rows should have come, and what absence does.

    `rows` and `where` name the rows that still count as there, `ident` are the columns that tell
    one; without `mark` a row is removed: nothing of ours points to it.
    """

    kind: RowKind
    table: str
    rows: str
    where: str
    ident: tuple[str, ...] = ("id",)
    mark: str = ""

    @property
    def key(self) -> str:
        """Return the SQL of the text that stands for a row in the list of what was seen."""
        return " || '/' || ".join(f"present.{column}" for column in self.ident) + " || ''"


def _of_its_own(kind: RowKind, table: str) -> Absence:
    where = "present.home = %(connection)s AND present.withdrawn_at IS NULL"
    return Absence(kind, table, f"{table} AS present", where, mark="withdrawn_at = %(at)s")


def _of_a_line(kind: RowKind, table: str) -> Absence:
    rows = f"""{table} AS present JOIN shipment_line AS line ON line.id = present.line_id
        JOIN shipment ON shipment.id = line.shipment_id"""
    return Absence(kind, table, rows, f"shipment.home = %(connection)s AND {_LIVE_LINE}")


_LIVE_LINE = "shipment.withdrawn_at IS NULL AND line.withdrawn_at IS NULL"

# What is withdrawn comes before what hangs on it: that then stays as its history.
ABSENCES = (
    Absence(
        RowKind.DEALER,
        "dealer",
        "dealer AS present",
        "present.home = %(connection)s AND present.is_active",
        mark="is_active = false",
    ),
    _of_its_own(RowKind.CONTRACT, "contract"),
    _of_its_own(RowKind.GROUP, "item_group"),
    _of_its_own(RowKind.ITEM, "item"),
    Absence(
        RowKind.COMPONENT,
        "component",
        "component AS present JOIN item ON item.id = present.item_id",
        "item.home = %(connection)s AND item.withdrawn_at IS NULL",
        ident=("item_id", "component_ref"),
    ),
    _of_its_own(RowKind.SHIPMENT, "shipment"),
    Absence(
        RowKind.LINE,
        "shipment_line",
        "shipment_line AS present JOIN shipment ON shipment.id = present.shipment_id",
        "shipment.home = %(connection)s AND shipment.withdrawn_at IS NULL"
        " AND present.withdrawn_at IS NULL",
        mark="withdrawn_at = %(at)s",
    ),
    _of_a_line(RowKind.LOT, "shipped_lot"),
    _of_a_line(RowKind.UNIT, "shipped_unit"),
    Absence(
        RowKind.PACKAGE,
        "package",
        """package AS present LEFT JOIN shipment_line AS line ON line.id = present.line_id
        LEFT JOIN shipment ON shipment.id = line.shipment_id""",
        f"present.home = %(connection)s AND (present.line_id IS NULL OR ({_LIVE_LINE}))",
    ),
)
