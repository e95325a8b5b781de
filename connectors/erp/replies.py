"""What an ERP's reply means: a message, a refusal, or "not now"."""

import json
from collections.abc import Sequence

from lxml import etree

from connectors.erp.platform_messages import (
    OTHER_PACKAGE,
    RESTORED,
    SESSION_ENDED,
    Closure,
    closed_by,
    own_words,
    passing_fault,
)
from connectors.erp.transport import Reply
from connectors.erp.wsdl import ENVELOPES, Contract, safe_parser
from connectors.errors import (
    Closed,
    Denied,
    OutsideError,
    Rejected,
    Restored,
    Transient,
    Unavailable,
)
from connectors.reasons import ErpReason

DETAILS_CHARS = 20_000
FAULTS = tuple(f"{{{namespace}}}Fault" for namespace in ENVELOPES.values())
BUSY_STATUSES = {408, 425, 429}
TAKEN_STATUSES = {200, 202, 204}
DENIALS = {
    401: ErpReason.WRONG_PASSWORD,
    403: ErpReason.NO_RIGHT,
}
REFUSALS = {
    400: ErpReason.UNREADABLE_REQUEST,
    404: ErpReason.NO_SERVICE,
}
CLOSED = {
    Closure.MAINTENANCE: ErpReason.MAINTENANCE,
    Closure.LICENCE: ErpReason.NO_LICENCE,
    Closure.POOL: ErpReason.POOL_FULL,
}
NO_SESSION = 406


def read_message(reply: Reply, contract: Contract, operation: str) -> etree._Element:
    """Return the validated response element of a small reply."""
    refuse_status(reply)
    body = reply.body()
    message = _parse(body, reply, contract)
    if message.tag in FAULTS:
        raise fault_error(message, reply)
    if message.tag != contract.operation(operation)[1].tag:
        raise _strange(ErpReason.OTHER_ANSWER, reply, _text(body))
    try:
        contract.check(message)
    except Rejected as error:
        details = f"{error.details}\n{_text(body)}"
        raise _strange(ErpReason.MISFIT, reply, details) from error
    return message


def refuse_status(reply: Reply) -> None:
    """Raise unless the reply can be a SOAP message of success."""
    if reply.status == 200 and "html" not in reply.content_type.lower():
        return
    raise failure(reply, reply.body())


def failure(reply: Reply, body: bytes) -> OutsideError:
    """Say what a reply that is not a success means."""
    fault = find_fault(body)
    if fault is not None:
        return fault_error(fault, reply)
    text = _text(body)
    return _absence(reply, text) or _refusal(reply, text)


def _absence(reply: Reply, text: str) -> Unavailable | None:
    """Return why later is right, if it is."""
    if closed := closure(text):
        return closed
    if reply.status == NO_SESSION:
        return Closed(ErpReason.NO_SESSION, details=text)
    if reply.status == 400 and SESSION_ENDED.search(text):
        return Unavailable(ErpReason.SESSION_ENDED)
    if reply.status in TAKEN_STATUSES and reply.effect and not text.strip():
        return Unavailable(ErpReason.NO_RECEIPT, outcome_unknown=True)
    if reply.status in BUSY_STATUSES:
        return Unavailable(ErpReason.BUSY)
    if reply.status >= 500 and (fault := passing(text, text, effect=reply.effect)):
        return fault
    if reply.status >= 500:
        unknown = reply.effect and reply.status != 503
        return Unavailable(ErpReason.FAILED, status=reply.status, outcome_unknown=unknown)
    return None


def _refusal(reply: Reply, text: str) -> Rejected:
    """Return what a person has to look at."""
    if 300 <= reply.status < 400:
        return Rejected(ErpReason.MOVED, details=text)
    if reply.status in DENIALS:
        return Denied(DENIALS[reply.status], details=text)
    if reply.status in REFUSALS:
        return Rejected(REFUSALS[reply.status], details=text)
    if reply.status == 200:
        return _strange(ErpReason.WEB_PAGE, reply, text)
    return Rejected(
        ErpReason.REFUSED_STATUS,
        status=reply.status,
        details=text,
        outcome_unknown=reply.effect and reply.status < 300,
    )


def _strange(code: ErpReason, reply: Reply, details: str) -> Rejected:
    """Return that nobody can tell from the answer what was done."""
    return Rejected(code, details=details, outcome_unknown=reply.effect)


def closure(text: str) -> Closed | None:
    """Return that the whole connection is closed, when an answer says so in a sentence of 1C's."""
    closed = closed_by(text)
    if closed is None:
        return None
    return Closed(CLOSED[closed.closure], words=closed.sentence, details=text[:DETAILS_CHARS])


def fault_error(fault: etree._Element, reply: Reply) -> OutsideError:
    """Return the error a Fault stands for, in the words after 1C's module stack."""
    raw = etree.tostring(fault, encoding="unicode")[:DETAILS_CHARS]
    whole = _fault_text(fault)
    if closed := closure(whole):
        return closed
    if OTHER_PACKAGE in whole:
        sentence = whole.partition(OTHER_PACKAGE)[2].strip(": \t\n")
        return Rejected(ErpReason.OTHER_PACKAGE, words=sentence, details=raw)
    words = own_words(whole)
    if RESTORED.search(whole):
        return Restored(ErpReason.SAYS, words=words, details=raw)
    if transient := passing(whole, raw, effect=reply.effect):
        return transient
    if not words:
        return Rejected(ErpReason.SPEECHLESS, details=raw)
    return Rejected(ErpReason.SAYS, words=words, details=raw)


def refusal(errors: Sequence[str], raw: str) -> OutsideError:
    """Return what the refusals of a receipt mean: some services put a lock's conflict there."""
    return passing("\n".join(errors), raw, effect=True) or said_no(errors, raw)


def said_no(errors: Sequence[str], raw: str = "") -> Rejected:
    """Return the refusal that a receipt's errors are; they may be without a word."""
    words = "; ".join(filter(None, errors))
    if not words:
        return Rejected(ErpReason.REFUSED, details=raw)
    return Rejected(ErpReason.SAYS, words=words, details=raw)


def passing(text: str, raw: str, *, effect: bool) -> Transient | None:
    """Return that the same request may succeed in a moment, when an answer says so."""
    fault = passing_fault(text)
    if fault is None:
        return None
    unknown = effect and not fault.is_undone
    words = fault.sentence
    return Transient(ErpReason.PASSING, words=words, details=raw, outcome_unknown=unknown)


def body_element(root: etree._Element, reply: Reply) -> etree._Element:
    """Return the only element in the body of an envelope, or raise `Rejected`."""
    namespace = etree.QName(root).namespace or ""
    if root.tag != f"{{{namespace}}}Envelope" or namespace not in ENVELOPES.values():
        raise _strange(ErpReason.NOT_SOAP, reply, str(root.tag))
    bodies = root.findall(f"{{{namespace}}}Body")
    if len(bodies) != 1 or len(bodies[0]) != 1:
        raise _strange(ErpReason.NO_BODY, reply, "")
    return bodies[0][0]


def _parse(body: bytes, reply: Reply, contract: Contract) -> etree._Element:
    if not body.strip():
        if reply.effect:
            raise Unavailable(ErpReason.NO_RECEIPT, outcome_unknown=True)
        raise Rejected(ErpReason.EMPTY)
    try:
        root = etree.fromstring(body, safe_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        if _looks_cut(body):
            raise Unavailable(ErpReason.CUT, outcome_unknown=reply.effect) from error
        raise _strange(ErpReason.UNREADABLE, reply, _text(body)) from error
    refuse_doctype(root, reply)
    message = body_element(root, reply)
    if message.tag not in FAULTS and root.tag != f"{{{contract.version.namespace}}}Envelope":
        raise _strange(ErpReason.OTHER_SOAP, reply, _text(body))
    return message


def refuse_doctype(root: etree._Element, reply: Reply) -> None:
    """Raise `Rejected` for a document that brings its own definitions."""
    if root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]
        raise _strange(ErpReason.DOCTYPE, reply, "")


def _looks_cut(body: bytes) -> bool:
    """Whether an XML document was begun well and not ended."""
    if not body.lstrip().startswith(b"<") or body.rstrip().endswith(b"Envelope>"):
        return False
    begun = etree.XMLPullParser(resolve_entities=False, no_network=True)
    try:
        begun.feed(body)
    except etree.XMLSyntaxError:
        return False
    return b"<html" not in body[:2000].lower()


def find_fault(body: bytes) -> etree._Element | None:
    """Return the Fault in a body, None when there is none or the body is no XML at all."""
    try:
        root = etree.fromstring(body, safe_parser())
    except (etree.XMLSyntaxError, ValueError):
        return None
    return next(root.iter(*FAULTS), None)


def _fault_text(fault: etree._Element) -> str:
    """Return faultstring (1.1) or Reason/Text (1.2)."""
    for element in fault.iter():
        if etree.QName(element).localname in {"faultstring", "Text"}:
            return (element.text or "").strip()
    return ""


def _text(body: bytes) -> str:
    """Return the words of a body, also those that JSON hides behind its escapes."""
    text = body[:DETAILS_CHARS].decode("utf-8-sig", errors="replace")
    if not text.lstrip().startswith("{"):
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text
