"""How a column of the change feed becomes a column of ours: the mapping as a table."""

from dataclasses import dataclass

from app.erp.casts import (
    BASE_KIND,
    CODE,
    COUNTRY,
    CURRENCY,
    DATE,
    FLAG,
    GUID,
    HOME,
    LANGUAGE,
    PRICE,
    QUANTITY,
    RATE,
    SIGNED,
    TEXT,
    TRACKING,
    UNIT,
    WEIGHT,
    WHOLE,
    ZONE,
    Cast,
    row_fault,
)
from app.erp.reasons import RowReason
from connectors.erp.port import RowKind


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
        Field("Currency", CURRENCY, "currency", otherwise=NOTHING),
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
    checks=(
        f"""
        UPDATE judged_item AS judged SET fault = {row_fault(FLAG.fault, "IsFolder")}
        FROM staged_item AS staged
        WHERE staged.seq = judged.seq AND fault = ''
            AND "IsFolder" <> '' AND "IsFolder" !~ '{FLAG.pattern}'
        """,  # noqa: S608  (constants of our own)
    ),
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
