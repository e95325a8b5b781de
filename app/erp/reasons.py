"""What the exchange finds wrong with what an ERP holds or sends: rows, receipts, proofs."""

from app.core.errors import N_
from connectors.reasons import ReasonCode


class HeldReason(ReasonCode):
    """How what an ERP holds differs from its own receipt, or from what it was told."""

    NOTHING_THERE = (
        "held_nothing",
        N_("The ERP gave a receipt, but holds nothing under this key."),
    )
    TWICE = (
        "held_twice",
        N_("The ERP holds this twice: %(refs)s. Only a person there can tell which one is right."),
    )
    DIFFERS = "held_differs", N_("The ERP holds it differently than it said: %(differences)s.")
    REVISION = "held_revision", N_("revision %(there)s instead of %(here)s")
    NUMBER = "held_number", N_("number %(there)s instead of %(here)s")
    REFERENCE = "held_reference", N_("reference %(there)s instead of %(here)s")
    OBJECT = "held_object", N_("object %(there)s instead of %(here)s")
    FILE_NAME = "held_file_name", N_("file name %(there)s instead of %(here)s")
    SIZE = "held_size", N_("size in bytes %(there)s instead of %(here)s")
    DIGEST = "held_digest", N_("SHA-256 %(there)s instead of %(here)s")
    NOT_POSTED = "held_not_posted", N_("not posted")


class RowReason(ReasonCode):
    """Why a row of the change feed was put aside; `name` is a field for people."""

    EMPTY = "row_empty", N_("%(name)s (%(field)s) is empty")
    UNKNOWN = "row_unknown", N_("%(name)s (%(field)s) names nothing that is known here")
    OTHER_ERP = "row_other_erp", N_("%(name)s (%(field)s) belongs to another ERP")
    OTHER_DEALER = "row_other_dealer", N_("%(name)s (%(field)s) belongs to another dealer")
    IN_ITSELF = "row_in_itself", N_("The package is said to be inside itself")
    UNKNOWN_KIND = "row_unknown_kind", N_("The kind of what was deleted is unknown")
    NOT_TEXT = "row_not_text", N_("%(name)s (%(field)s) is not a text")
    NOT_CODE = "row_not_code", N_("%(name)s (%(field)s) is not a text of at most 64 characters")
    NOT_REFERENCE = "row_not_reference", N_("%(name)s (%(field)s) is not a reference")
    NOT_QUANTITY = "row_not_quantity", N_("%(name)s (%(field)s) is not a quantity")
    NOT_WEIGHT = "row_not_weight", N_("%(name)s (%(field)s) is not a weight")
    NOT_MONEY = "row_not_money", N_("%(name)s (%(field)s) is not an amount of money")
    NOT_RATE = "row_not_rate", N_("%(name)s (%(field)s) is not a rate in per cent")
    NOT_WHOLE = "row_not_whole", N_("%(name)s (%(field)s) is not a whole number")
    NOT_FLAG = "row_not_flag", N_("%(name)s (%(field)s) is neither true nor false")
    NOT_LANGUAGE = "row_not_language", N_("%(name)s (%(field)s) is not a language of the portal")
    NOT_TRACKING = "row_not_tracking", N_("%(name)s (%(field)s) is neither serial nor lot")
    NOT_CURRENCY = "row_not_currency", N_("%(name)s (%(field)s) is not a currency")
    NOT_COUNTRY = "row_not_country", N_("%(name)s (%(field)s) is not a country")
    NOT_ZONE = "row_not_zone", N_("%(name)s (%(field)s) is not a time zone")
    NOT_DATE = "row_not_date", N_("%(name)s (%(field)s) is not a date")
