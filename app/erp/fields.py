"""How a column of the change feed becomes a column of ours: the mapping as a table."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import available_timezones

from app.core.units import CODES
from app.erp.field_names import named
from app.erp.reasons import RowReason
from app.shipments import base_documents
from connectors.erp.port import RowKind

_LONG_MONTHS = r"(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])"
_SHORT_MONTHS = r"(0[469]|11)-(0[1-9]|[12]\d|30)"
_FEBRUARY = r"02-(0[1-9]|1\d|2[0-8])"
_LEAP_YEARS = r"(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DAY = rf"(\d{{4}}-({_LONG_MONTHS}|{_SHORT_MONTHS}|{_FEBRUARY})|{_LEAP_YEARS}-02-29)"
_TIME = r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
_OFFSET = r"(Z|[+-](0\d|1[0-4]):[0-5]\d)"
_ZONES = ", ".join(f"'{zone}'" for zone in sorted(available_timezones()))
# In the statements: the connection whose rows are merged and the time zone of its infobase. No ERP
# touches a row of another.
HOME, ZONE_OF_ERP = ":home", ":zone"
EMPTY_REF = "00000000-0000-0000-0000-000000000000"
# How 1C writes no day, and the last one that it knows, which is the end of what has none.
EMPTY_DAYS = ("0001-01-01", "3999-12-31")


def _json(names: Mapping[str, str]) -> str:
    """Return the SQL of a table of names, as part of a cast."""
    text = json.dumps(names, ensure_ascii=False).replace("'", "''")
    return "'" + text.replace("{", "{{").replace("}", "}}") + "'::jsonb"


def row_fault(code: RowReason, field: str = "") -> str:
    """Return the SQL text of a packed reason about a field of the feed."""
    packed = json.dumps({"code": code.value, "values": named(field) if field else {}})
    return "'" + packed.replace("'", "''") + "'"


@dataclass(frozen=True)
class Cast:
    """A type of ours: how a text is cast, which texts can be, which values make sense.

    `{}` stands for the column. The cast fails as a whole for a set of rows with one bad text;
    `pattern` is the slow way to find that one. A value must also be `within`;
    `fault` is why another cannot be used.
    """

    sql: str
    pattern: str
    fault: RowReason
    within: str = ""


TEXT = Cast("{}", "", RowReason.NOT_TEXT)
CODE = Cast("{}", "^.{1,64}$", RowReason.NOT_CODE, "length({}) <= 64")
GUID = Cast(
    f"nullif({{}}, '{EMPTY_REF}')::uuid",
    "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    RowReason.NOT_REFERENCE,
)
# A line, or a lot of it, with a quantity below zero has come back.
SIGNED = Cast(
    "{}::numeric(15,3)",
    r"^-?\d{1,11}(\.\d+)?$",
    RowReason.NOT_QUANTITY,
    "abs({}) <= 99999999999",
)
QUANTITY = Cast(
    "{}::numeric(15,3)",
    r"^\d{1,11}(\.\d+)?$",
    RowReason.NOT_QUANTITY,
    "{} BETWEEN 0 AND 99999999999",
)
# An item that nobody has weighed weighs nothing in the ERP.
WEIGHT = Cast(
    "nullif({}::numeric(12,3), 0)",
    r"^\d{1,9}(\.\d+)?$",
    RowReason.NOT_WEIGHT,
    "{} BETWEEN 0 AND 999999999",
)
# A unit price keeps its places, up to ten: rounded is only what a quantity of it costs.
PRICE = Cast(
    "trim_scale({}::numeric(22,10))",
    r"^\d{1,12}(\.\d+)?$",
    RowReason.NOT_MONEY,
    "{} BETWEEN 0 AND 999999999999",
)
RATE = Cast("{}::numeric(5,2)", r"^\d{1,2}(\.\d+)?$", RowReason.NOT_RATE, "{} BETWEEN 0 AND 100")
WHOLE = Cast("{}::integer", r"^\d{1,9}$", RowReason.NOT_WHOLE, "{} >= 0")
FLAG = Cast("{}::boolean", "^(true|false|1|0)$", RowReason.NOT_FLAG)
LANGUAGE = Cast("{}", "", RowReason.NOT_LANGUAGE, "{} IN ('ru', 'pl', 'cs', 'en')")
TRACKING = Cast("{}", "", RowReason.NOT_TRACKING, "{} IN ('serial', 'lot')")
CURRENCY = Cast("{}", "", RowReason.NOT_CURRENCY, "{} ~ '^[A-Z]{{3}}$'")
COUNTRY = Cast("{}", "", RowReason.NOT_COUNTRY, "{} ~ '^[A-Z]{{2}}$'")
ZONE = Cast("{}", "", RowReason.NOT_ZONE, f"{{}} IN ({_ZONES})")
# A time with an offset is a moment: its day is the one in the ERP's zone. Of all others the parts
# of the day are put together again, so that neither `today` nor 01/02/2024 is taken for a date.
DATE = Cast(
    f"CASE WHEN left({{0}}, 10) IN {EMPTY_DAYS} THEN NULL"
    rf" WHEN length({{0}}) > 19 AND {{0}} ~ 'T.*{_OFFSET}$'"
    f" THEN ({{0}}::timestamptz AT TIME ZONE {ZONE_OF_ERP})::date"
    " ELSE (substr({0}, 1, 4) || '-' || substr({0}, 6, 2) || '-' || substr({0}, 9, 2))::date END",
    rf"^{_DAY}({_TIME})?{_OFFSET}?$",
    RowReason.NOT_DATE,
    "{} BETWEEN '1900-01-01' AND '3999-12-31'",
)
# Units are kept in one form, whatever an ERP calls them; one that nobody knows is kept as it came.
UNIT = Cast(
    f"""coalesce({_json(CODES)} ->> rtrim(lower({{0}}), '.'), {{0}})""",
    "^.{1,64}$",
    RowReason.NOT_CODE,
    "length({}) <= 64",
)
# A kind of document is kept in one form as well; one that nobody knows is kept as it came.
BASE_KIND = Cast(
    f"""coalesce({_json(base_documents.CODES)} ->> rtrim(lower({{0}}), '.'), {{0}})""",
    "^.{1,64}$",
    RowReason.NOT_CODE,
    "length({}) <= 64",
)


@dataclass(frozen=True)
class Field:
    """A column of the feed, ours that it fills, and what is required of it.

    `finds` names a table and its column: ours is then the id of the row that is found there.
    `otherwise` is the SQL value for an empty text; without it the text is required. What is found
    by a reference must be here already; a reference that may come early is kept as it is.
    """

    source: str
    cast: Cast
    column: str
    finds: tuple[str, str] | None = None
    otherwise: str | None = None


@dataclass(frozen=True)
class Merge:
    """A kind of rows and its table. `key` are our columns that tell its rows apart.

    `derived` are further columns as SQL over the rows found by `finds`; `checks` are statements
    that put a reason into `fault` of judged rows: a packed one, or several with commas between.
    """

    kind: RowKind
    table: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    derived: tuple[tuple[str, str], ...] = ()
    checks: tuple[str, ...] = ()


NOTHING = "''"
BACK_AGAIN = ("withdrawn_at", "NULL::timestamptz")

AT_HOME = ("home", HOME)
HOMED = ("plant", "dealer", "item", "shipment")


def _of_another_erp(judged: str, line: str, source: str) -> str:
    """Put aside what is about a line of another ERP, as after one infobase was made of the other.

    Where all plants have one home the database sees at once that there is nothing to look for.
    """
    return f"""
        UPDATE {judged} AS judged SET fault = {row_fault(RowReason.OTHER_ERP, source)}
        FROM shipment_line AS line JOIN shipment ON shipment.id = line.shipment_id
        WHERE EXISTS (SELECT FROM plant WHERE home <> {HOME})
            AND judged.fault = '' AND {line} AND shipment.home <> {HOME}
    """  # noqa: S608  (names of our own)


DEALERS = Merge(
    RowKind.DEALER,
    "dealer",
    ("home", "ref"),
    (
        Field("Ref", GUID, "ref"),
        Field("PartnerRef", GUID, "partner_ref", otherwise="NULL"),
        Field("Code", CODE, "code", otherwise=NOTHING),
        Field("Name", TEXT, "name"),
        Field("TaxId", TEXT, "tax_id"),
        Field("TaxCode", TEXT, "tax_code", otherwise=NOTHING),
        Field("RegistryNo", TEXT, "registry_no", otherwise=NOTHING),
        Field("Country", COUNTRY, "country"),
        Field("City", TEXT, "city", otherwise=NOTHING),
        Field("Address", TEXT, "address", otherwise=NOTHING),
        Field("Language", LANGUAGE, "language"),
        Field("TimeZone", ZONE, "time_zone"),
        Field("PriorityClass", CODE, "priority_class", otherwise=NOTHING),
        Field("BankName", TEXT, "bank_name", otherwise=NOTHING),
        Field("BankAccount", CODE, "bank_account", otherwise=NOTHING),
        Field("BankCode", CODE, "bank_code", otherwise=NOTHING),
        Field("ContractNo", TEXT, "contract_number", otherwise=NOTHING),
        Field("ContractDate", DATE, "contract_date", otherwise="NULL"),
        Field("Signer", TEXT, "signer", otherwise=NOTHING),
        Field("SignerBasis", TEXT, "signer_basis", otherwise=NOTHING),
        Field("PlantCode", TEXT, "plant_id", finds=("plant", "code")),
        Field("Active", FLAG, "is_active", otherwise="true"),
        Field("SignerPosition", TEXT, "signer_position", otherwise=NOTHING),
        Field("SignerBasisNo", TEXT, "signer_basis_number", otherwise=NOTHING),
        Field("SignerBasisDate", DATE, "signer_basis_on", otherwise="NULL"),
    ),
    derived=(AT_HOME,),
    checks=(
        f"""
        UPDATE judged_dealer AS judged SET fault = {row_fault(RowReason.OTHER_DEALER, "Code")}
        WHERE fault = '' AND code <> '' AND (
            EXISTS (
                SELECT FROM dealer
                WHERE dealer.home = :home AND dealer.code = judged.code AND dealer.ref <> judged.ref
            )
            OR EXISTS (
                SELECT FROM judged_dealer AS other
                WHERE other.code = judged.code AND other.seq < judged.seq AND other.fault = ''
            )
        )
        """,  # noqa: S608  (names of our own)
    ),
)

CONTRACTS = Merge(
    RowKind.CONTRACT,
    "contract",
    ("home", "ref"),
    (
        Field("Ref", GUID, "ref"),
        Field("DealerRef", GUID, "dealer_id", finds=("dealer", "ref")),
        Field("Number", TEXT, "number", otherwise=NOTHING),
        Field("Date", DATE, "signed_on", otherwise="NULL"),
        Field("ValidUntil", DATE, "valid_until", otherwise="NULL"),
        Field("Currency", CODE, "currency", otherwise=NOTHING),
        Field("PaymentDays", WHOLE, "payment_days", otherwise="NULL"),
        Field("Terms", TEXT, "terms", otherwise=NOTHING),
    ),
    derived=(BACK_AGAIN, AT_HOME),
)

GROUPS = Merge(
    RowKind.GROUP,
    "item_group",
    ("home", "ref"),
    (
        Field("Ref", GUID, "ref"),
        Field("ParentRef", GUID, "parent_ref", otherwise="NULL"),
        Field("Code", TEXT, "code", otherwise=NOTHING),
        Field("Name", TEXT, "name"),
    ),
    derived=(BACK_AGAIN, AT_HOME),
)

ITEMS = Merge(
    RowKind.ITEM,
    "item",
    ("home", "ref"),
    (
        Field("Ref", GUID, "ref"),
        Field("Sku", TEXT, "sku", otherwise=NOTHING),
        Field("Name", TEXT, "name"),
        Field("ProductGroup", TEXT, "product_group", otherwise=NOTHING),
        Field("Unit", UNIT, "unit"),
        Field("Price", PRICE, "price"),
        Field("Currency", CURRENCY, "currency"),
        Field("VatRate", RATE, "vat_rate"),
        Field("WarrantyMonths", WHOLE, "warranty_months", otherwise="0"),
        Field("Tracking", TRACKING, "tracking"),
        Field("Gtin", CODE, "gtin", otherwise=NOTHING),
        Field("PlantCode", TEXT, "plant_id", finds=("plant", "code")),
        Field("GroupRef", GUID, "group_ref", otherwise="NULL"),
        Field("Weight", WEIGHT, "weight", otherwise="NULL"),
    ),
    derived=(BACK_AGAIN, AT_HOME),
)

COMPONENTS = Merge(
    RowKind.COMPONENT,
    "component",
    ("item_id", "component_ref"),
    (
        Field("ItemRef", GUID, "item_id", finds=("item", "ref")),
        # A part that is not sold by itself has no reference: its place and name make one.
        Field(
            "ComponentRef",
            GUID,
            "component_ref",
            otherwise="""md5("ItemRef" || '/' || "Name")::uuid""",
        ),
        Field("Name", TEXT, "name"),
        Field("Quantity", QUANTITY, "quantity"),
    ),
)

SHIPMENTS = Merge(
    RowKind.SHIPMENT,
    "shipment",
    ("home", "ref"),
    (
        Field("Ref", GUID, "ref"),
        Field("Number", TEXT, "number"),
        Field("Date", DATE, "shipped_on"),
        Field("DealerRef", GUID, "dealer_id", finds=("dealer", "ref")),
        Field("ContractNo", TEXT, "contract_number", otherwise=NOTHING),
        Field("Currency", CURRENCY, "currency"),
        Field("PlantCode", TEXT, "plant_id", finds=("plant", "code")),
        Field("Waybill", TEXT, "waybill", otherwise=NOTHING),
        Field("ContractRef", GUID, "contract_ref", otherwise="NULL"),
        Field("ContractDate", DATE, "contract_date", otherwise="NULL"),
        Field("BaseKind", BASE_KIND, "base_kind", otherwise=NOTHING),
        Field("BaseNo", TEXT, "base_number", otherwise=NOTHING),
        Field("BaseDate", DATE, "base_on", otherwise="NULL"),
    ),
    derived=(BACK_AGAIN, AT_HOME),
)

LINES = Merge(
    RowKind.LINE,
    "shipment_line",
    ("ref",),
    (
        Field("Ref", GUID, "ref"),
        Field("ShipmentRef", GUID, "shipment_id", finds=("shipment", "ref")),
        Field("Position", WHOLE, "position"),
        Field("ItemRef", GUID, "item_id", finds=("item", "ref")),
        Field("Lot", TEXT, "lot", otherwise=NOTHING),
        Field("Quantity", SIGNED, "quantity"),
        Field("Unit", UNIT, "unit"),
        Field("Price", PRICE, "price"),
        Field("VatRate", RATE, "vat_rate"),
        Field("WarrantyUntil", DATE, "warranty_until", otherwise="NULL"),
    ),
    derived=(BACK_AGAIN,),
    checks=(_of_another_erp("judged_line", "line.ref = judged.ref", "Ref"),),
)

LOTS = Merge(
    RowKind.LOT,
    "shipped_lot",
    ("line_id", "lot"),
    (
        Field("LineRef", GUID, "line_id", finds=("shipment_line", "ref")),
        Field("Lot", TEXT, "lot"),
        Field("Quantity", SIGNED, "quantity"),
    ),
    checks=(_of_another_erp("judged_lot", "line.id = judged.line_id", "LineRef"),),
)

UNITS = Merge(
    RowKind.UNIT,
    "shipped_unit",
    ("line_id", "serial"),
    (
        Field("LineRef", GUID, "line_id", finds=("shipment_line", "ref")),
        Field("Serial", TEXT, "serial"),
        Field("Lot", TEXT, "lot", otherwise=NOTHING),
    ),
    checks=(_of_another_erp("judged_unit", "line.id = judged.line_id", "LineRef"),),
)

PACKAGES = Merge(
    RowKind.PACKAGE,
    "package",
    ("home", "code", "line_id"),
    (
        Field("Code", TEXT, "code"),
        # A pallet has no line of its own, only packages in it.
        Field("LineRef", GUID, "line_id", finds=("shipment_line", "ref"), otherwise="NULL"),
        Field("Quantity", QUANTITY, "quantity", otherwise="0"),
        Field("ParentCode", TEXT, "parent_code", otherwise=NOTHING),
    ),
    derived=(AT_HOME,),
    checks=(
        f"""
        UPDATE judged_package SET fault = {row_fault(RowReason.IN_ITSELF)}
        WHERE fault = '' AND parent_code = code
        """,  # noqa: S608  (names of our own)
        _of_another_erp("judged_package", "line.id = judged.line_id", "LineRef"),
    ),
)

# In this order each kind finds what it refers to.
MERGES = (
    DEALERS,
    CONTRACTS,
    GROUPS,
    ITEMS,
    COMPONENTS,
    SHIPMENTS,
    LINES,
    LOTS,
    UNITS,
    PACKAGES,
)
