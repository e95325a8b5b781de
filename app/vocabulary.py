"""Words that several domains share; nothing else."""

from enum import StrEnum


class Role(StrEnum):
    """Who somebody is; a person has exactly one role."""

    DEALER_USER = "dealer_user"
    DEALER_ADMIN = "dealer_admin"
    CLAIM_MANAGER = "claim_manager"
    HEAD_OF_CLAIMS = "head_of_claims"
    DEPARTMENT_WORKER = "department_worker"
    ADMINISTRATOR = "administrator"
    ERP_SERVICE = "erp_service"
    SYSTEM = "system"


DEALERS = (Role.DEALER_USER, Role.DEALER_ADMIN)
MANAGERS = (Role.CLAIM_MANAGER, Role.HEAD_OF_CLAIMS)


class Language(StrEnum):
    """Languages of acts and screens."""

    RU = "ru"
    PL = "pl"
    CS = "cs"
    EN = "en"


class Remedy(StrEnum):
    """What a dealer demands and what a manager grants for a line."""

    REPAIR = "repair"
    REPLACEMENT = "replacement"
    REFUND = "refund"
    PRICE_REDUCTION = "price_reduction"
    SPARE_PART = "spare_part"
    DOCUMENTS = "documents"


REFUNDS = (Remedy.REFUND, Remedy.PRICE_REDUCTION)


class Visibility(StrEnum):
    """Whom an attachment, a message or an entry of the history is for.

    `internal`: the manufacturer's people only; it reaches no dealer by any way, and no ERP.
    """

    PUBLIC = "public"
    INTERNAL = "internal"
