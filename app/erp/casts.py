"""How texts of the change feed become values of ours, and which texts can: types as a table."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import list_currencies

from app.core.units import CODES
from app.erp.field_names import named
from app.erp.reasons import RowReason
from app.shipments import base_documents

ISO_COUNTRY = 2  # letters of a country's code
_LONG_MONTHS = r"(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])"
_SHORT_MONTHS = r"(0[469]|11)-(0[1-9]|[12]\d|30)"
_FEBRUARY = r"02-(0[1-9]|1\d|2[0-8])"
_LEAP_YEARS = r"(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DAY = rf"(\d{{4}}-({_LONG_MONTHS}|{_SHORT_MONTHS}|{_FEBRUARY})|{_LEAP_YEARS}-02-29)"
_TIME = r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
_OFFSET = r"(Z|[+-](0\d|1[0-4]):[0-5]\d)"
_CURRENCIES = ", ".join(f"'{code}'" for code in sorted(list_currencies() - {"XXX", "XTS"}))
# What CLDR names besides countries: groups of them, and codes for tests.
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_COUNTRIES = ", ".join(
    f"'{code}'"
    for code in sorted(Locale("en").territories)
    if len(code) == ISO_COUNTRY and code not in _NO_COUNTRIES
)
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
# How many places a sum has, and which law holds, follow from the code: an unknown one is refused.
CURRENCY = Cast("{}", "", RowReason.NOT_CURRENCY, f"{{}} IN ({_CURRENCIES})")
COUNTRY = Cast("{}", "", RowReason.NOT_COUNTRY, f"{{}} IN ({_COUNTRIES})")
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
