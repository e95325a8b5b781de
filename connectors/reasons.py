"""Why a neighbour could not do something: a code with its values, and its sentence.

What is kept and passed on is the code with its values; the sentence is English here, for logs and
terminals, and the portal translates it for whoever reads it. What a neighbour itself said is a
value, and each sentence puts it into quotation marks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Self


def N_(text: str) -> str:  # noqa: N802  (gettext's customary name)
    """Mark a text for translation."""
    return text


class ReasonCode(StrEnum):
    """The codes of one source; codes are unique among all sources, and kept in the database."""

    sentence: str

    def __new__(cls, code: str, sentence: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        return member


@dataclass(frozen=True)
class Reason:
    """A code with the values of its sentence; `str()` is the sentence in English."""

    code: ReasonCode
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code.sentence % {name: _plain(value) for name, value in self.values.items()}

    def __hash__(self) -> int:
        return hash((self.code, str(self)))

    def __lt__(self, other: "Reason") -> bool:
        return str(self) < str(other)


def _plain(value: Any) -> Any:
    """Return a value for the English sentence, also where it has been kept as JSON."""
    if isinstance(value, list | tuple):
        return "; ".join(str(_plain(one)) for one in value)
    if isinstance(value, dict) and "code" in value:
        code = find_code(value["code"])
        return str(Reason(code, value["values"])) if code else value["code"]
    if isinstance(value, dict):
        return value.get("label") or value.get("day")
    return value


def find_code(code: str) -> ReasonCode | None:
    """Return the member of a code, None for one that no source has any more."""
    return _codes(len(ReasonCode.__subclasses__())).get(code)


@cache
def _codes(_sources: int) -> dict[str, ReasonCode]:
    """Return all codes; asked anew when another module has brought more of them."""
    return {member.value: member for source in ReasonCode.__subclasses__() for member in source}


class ErpReason(ReasonCode):
    """Why an ERP's answer is none, or not the wanted one."""

    SAYS = "erp_says", N_("The ERP says: “%(words)s”")
    REFUSED = "erp_refused", N_("The ERP refused without saying why.")
    SPEECHLESS = "erp_speechless", N_("The ERP failed without a word.")

    # The way there.
    NO_ADDRESS = "erp_no_address", N_("The ERP's address is not a web address.")
    UNREACHABLE = "erp_unreachable", N_("The ERP cannot be reached.")
    UNREACHABLE_WITHIN = (
        "erp_unreachable_within",
        N_("The ERP cannot be reached within the %(seconds)s seconds of connect_seconds."),
    )
    UNTRUSTED = "erp_untrusted", N_("The ERP's certificate is not trusted.")
    SILENT = (
        "erp_silent",
        N_("The ERP did not answer within the %(seconds)s seconds of read_seconds."),
    )
    TOO_SLOW = (
        "erp_too_slow",
        N_("The ERP was too slow to answer in full within the %(seconds)s seconds of %(limit)s."),
    )
    BROKEN_OFF = "erp_broken_off", N_("The ERP closed the connection.")
    TOO_LONG = "erp_too_long", N_("The ERP's answer is longer than %(bytes)s bytes.")
    SESSIONS_BUSY = "erp_sessions_busy", N_("All of our sessions with the ERP are busy.")
    NOT_SET_UP = "erp_not_set_up", N_("The connection %(connection)s is not set up.")
    MAPPING_FAULTY = (
        "erp_mapping_faulty",
        N_("The mapping of %(connection)s, line %(line)s: %(fault)s"),
    )

    # What its status or its platform says.
    WRONG_PASSWORD = "erp_wrong_password", N_("The ERP did not accept the user name and password.")
    NO_RIGHT = "erp_no_right", N_("The ERP's user has no right to this service.")
    UNREADABLE_REQUEST = "erp_unreadable_request", N_("The ERP could not read the request.")
    NO_SERVICE = "erp_no_service", N_("The ERP has no such service at this address.")
    CLOSED = "erp_closed", N_("The ERP is closed at the moment.")
    MAINTENANCE = "erp_maintenance", N_("The ERP is closed at the moment: “%(words)s”")
    NO_LICENCE = "erp_no_licence", N_("The ERP has no free licence: “%(words)s”")
    POOL_FULL = "erp_pool_full", N_("The ERP has no free session for us: “%(words)s”")
    NO_SESSION = "erp_no_session", N_("The ERP has no free session for us.")
    SESSION_ENDED = "erp_session_ended", N_("The ERP has ended our session.")
    BUSY = "erp_busy", N_("The ERP is too busy to take the request.")
    FAILED = "erp_failed", N_("The ERP failed (HTTP %(status)s).")
    REFUSED_STATUS = "erp_refused_status", N_("The ERP refused the request (HTTP %(status)s).")
    MOVED = "erp_moved", N_("The ERP's address leads elsewhere; enter the final one.")
    WEB_PAGE = "erp_web_page", N_("A web page answered instead of the ERP.")
    PASSING = "erp_passing", N_("The ERP could not do it at this moment: “%(words)s”")
    OTHER_PACKAGE = (
        "erp_other_package",
        N_("The ERP's package differs from the contract: “%(words)s”"),
    )
    FOREIGN = (
        "erp_foreign",
        N_(
            "Another infobase answers: %(theirs)s instead of %(ours)s. Nothing is read or sent"
            " there."
        ),
    )
    FOREIGN_NAMELESS = (
        "erp_foreign_nameless",
        N_(
            "An infobase without a name answers instead of %(ours)s. Nothing is read or sent there."
        ),
    )
    COUNTS_BACKWARDS = (
        "erp_counts_backwards",
        N_("The ERP counts backwards: message %(number)s after %(last)s."),
    )

    # An answer that cannot be understood.
    OTHER_ANSWER = "erp_other_answer", N_("The ERP answered something else than was asked.")
    MISFIT = "erp_misfit", N_("The ERP's answer does not fit the contract.")
    NOT_SOAP = "erp_not_soap", N_("The answer is not a SOAP message.")
    NO_BODY = "erp_no_body", N_("The ERP's answer has no body, or more than one.")
    EMPTY = "erp_empty", N_("The ERP gave an empty answer.")
    CUT = "erp_cut", N_("The ERP's answer is cut off.")
    CUT_OR_MALFORMED = "erp_cut_or_malformed", N_("The ERP's answer is cut off or malformed.")
    UNREADABLE = "erp_unreadable", N_("The ERP's answer cannot be read.")
    OTHER_SOAP = "erp_other_soap", N_("The ERP answered in another version of SOAP.")
    DOCTYPE = "erp_doctype", N_("The ERP's answer brings a DOCTYPE, which SOAP forbids.")
    UNRECOGNISED = (
        "erp_unrecognised",
        N_("Nothing of the ERP's answer is where the mapping says."),
    )
    LOST_NAME = (
        "erp_lost_name",
        N_("The ERP's answer does not fit the mapping: it has no name %(name)s; it has %(names)s."),
    )
    LOST_COLUMN = (
        "erp_lost_column",
        N_(
            "The ERP's answer does not fit the mapping: it has no column %(name)s; it has"
            " %(names)s."
        ),
    )
    UNKNOWN_WORD = (
        "erp_unknown_word",
        N_("The value map %(map)s does not know the ERP's word “%(word)s”."),
    )
    NO_WORD = "erp_no_word", N_("The value map %(map)s has no word of the ERP's for %(word)s.")
    NO_TIME = "erp_no_time", N_("The ERP does not know the time.")
    BAD_DATE = "erp_bad_date", N_("The ERP sent a date that cannot be read.")

    # Receipts.
    NO_RECEIPT = "erp_no_receipt", N_("The ERP gave no receipt.")
    NAMES_NOTHING = (
        "erp_names_nothing",
        N_("The ERP's answer names no document, so it is no receipt."),
    )
    OTHER_RECEIPT = "erp_other_receipt", N_("The ERP's receipt is about something else.")
    LOST_RECEIPT = "erp_lost_receipt", N_("The receipt was lost.")
    OTHER_OBJECT = (
        "erp_other_object",
        N_("The ERP made %(made)s of it, and not %(wanted)s as the mapping says."),
    )
    KEY_TAKEN = "erp_key_taken", N_("The key already holds another content.")
    PART_REFUSED = "erp_part_refused", N_("The ERP did not take part %(part)s of the file.")
    STRANGE_STATE = (
        "erp_strange_state",
        N_("The ERP told the state of something we did not ask about."),
    )

    # The change feed.
    NOT_ACKNOWLEDGED = (
        "erp_not_acknowledged",
        N_("The ERP did not take the acknowledgement of message %(number)s."),
    )
    NO_CHANGES = (
        "erp_no_changes",
        N_("The ERP's answer holds no changes, not even an empty list."),
    )
    UNKNOWN_KIND = "erp_unknown_kind", N_("The ERP sent a row of an unknown kind.")
    ROW_MISFIT = (
        "erp_row_misfit",
        N_("A row of the kind “%(kind)s” does not fit the contract."),
    )
    AFTER_END = "erp_after_end", N_("The ERP sent rows after the end of the list.")
    OTHER_COUNT = (
        "erp_other_count",
        N_("The ERP declared %(declared)s rows and sent %(sent)s."),
    )
    ENDLESS_LIST = (
        "erp_endless_list",
        N_("The ERP's list of the kind “%(kind)s” does not come to its end."),
    )
    NO_MORE_PAGES = (
        "erp_no_more_pages",
        N_("The ERP has more of the kind “%(kind)s”, and the mapping cannot ask for it."),
    )
    LISTS_TOO_LONG = (
        "erp_lists_too_long",
        N_(
            "The ERP's lists were not read to their end within the %(seconds)s seconds of"
            " feed_seconds."
        ),
    )

    # What the service does not offer, and what stands in the contract.
    NO_OPERATION = "erp_no_operation", N_("The service has no operation for %(asked)s.")
    NO_OPERATION_FOR = (
        "erp_no_operation_for",
        N_("The service has no operation for %(asked)s that becomes %(object)s."),
    )
    NO_OPERATION_SORT = (
        "erp_no_operation_sort",
        N_("The service has no operation for %(asked)s of this sort."),
    )
    NO_LIST = "erp_no_list", N_("The service has no operation for a list of the kind “%(kind)s”.")
    NO_REHEARSAL = (
        "erp_no_rehearsal",
        N_("The service cannot check a claim without keeping it."),
    )
    CONTRACT_UNREADABLE = (
        "erp_contract_unreadable",
        N_("The contract %(file)s cannot be read."),
    )
    NO_PORT = "erp_no_port", N_("The contract has no SOAP port %(port)s.")
    NO_PORT_FOR = "erp_no_port_for", N_("The contract has no port for SOAP %(version)s.")
    NOT_IN_CONTRACT = "erp_not_in_contract", N_("The contract has no operation %(operation)s.")
    UNKNOWN_TYPE = "erp_unknown_type", N_("The contract does not know the type %(type)s.")
    REQUEST_MISFIT = (
        "erp_request_misfit",
        N_("The request %(operation)s does not fit the contract."),
    )
    MESSAGE_MISFIT = (
        "erp_message_misfit",
        N_("The message %(message)s does not fit the contract."),
    )
    NO_ELEMENT = "erp_no_element", N_("The contract's %(element)s has no %(name)s.")
    NO_NAMES = "erp_no_names", N_("The mapping's %(packing)s holds no names.")
    PLAIN_BLOCK = (
        "erp_plain_block",
        N_("Inside a container of 1C's there are no plain blocks."),
    )
    NOT_SAID = "erp_not_said", N_("The mapping asks for %(path)s, which is not said here.")
    NO_NUMBER = "erp_no_number", N_("“%(value)s” is to be sent as a number and is none.")
    NOT_XML = "erp_not_xml", N_("What is published is not XML.")
    NOT_WSDL = "erp_not_wsdl", N_("What is published is not a WSDL.")


class MailReason(ReasonCode):
    """Why a letter does not go out."""

    UNREACHABLE = "mail_unreachable", N_("The mail server cannot be reached: “%(words)s”")
    LATER = "mail_later", N_("The mail server asks to try later: “%(words)s”")
    NONSENSE = "mail_nonsense", N_("The mail server gave an unexpected answer: “%(words)s”")
    REFUSED = "mail_refused", N_("The mail server refused the e-mail.")
    UNABLE = "mail_unable", N_("The mail server cannot do what is asked.")
    FOLDER = "mail_folder", N_("The mailbox folder does not work: “%(words)s”")
    NO_ADDRESS = "mail_no_address", N_("This is not a mail address.")
    BAD_ADDRESS = "mail_bad_address", N_("This is not a mail address we can write to.")


class StorageReason(ReasonCode):
    """Why a stored file is not to be had."""

    MISSING = "storage_missing", N_("The stored file is missing.")
    CHANGED = "storage_changed", N_("A stored file has changed since it was taken in.")
    BAD_KEY = "storage_bad_key", N_("The key of a stored file is malformed.")
    FOLDER = "storage_folder", N_("The folder of stored files does not work: “%(words)s”")
    UNREACHABLE = "storage_unreachable", N_("The file storage cannot be reached: “%(words)s”")
    UNUSABLE = "storage_unusable", N_("The file storage cannot be used.")
    OUT_OF_ORDER = "storage_out_of_order", N_("The file storage is out of order: “%(words)s”")
    BUSY = "storage_busy", N_("The file storage is busy: “%(words)s”")
    REFUSED = "storage_refused", N_("The file storage refused: “%(words)s”")
