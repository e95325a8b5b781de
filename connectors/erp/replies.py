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

DETAILS_CHARS = 20_000
FAULTS = tuple(f"{{{namespace}}}Fault" for namespace in ENVELOPES.values())
BUSY_STATUSES = {408, 425, 429}
TAKEN_STATUSES = {200, 202, 204}
NO_RECEIPT = "The ERP gave no receipt."
DENIALS = {
    401: "The ERP did not accept the user name and password.",
    403: "The ERP's user has no right to this service.",
}
REFUSALS = {
    400: "The ERP could not read the request.",
    404: "The ERP has no such service at this address.",
}
CLOSED = {
    Closure.MAINTENANCE: "The ERP is closed at the moment",
    Closure.LICENCE: "The ERP has no free licence",
    Closure.POOL: "The ERP has no free session for us",
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
        raise _strange("The ERP answered something else than was asked.", reply, _text(body))
    try:
        contract.check(message)
    except Rejected as error:
        details = f"{error.details}\n{_text(body)}"
        raise _strange("The ERP's answer does not fit the contract.", reply, details) from error
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
        return Closed(f"{CLOSED[Closure.POOL]}.", details=text)
    if reply.status == 400 and SESSION_ENDED.search(text):
        return Unavailable("The ERP has ended our session.")
    if reply.status in TAKEN_STATUSES and reply.effect and not text.strip():
        return Unavailable(NO_RECEIPT, outcome_unknown=True)
    if reply.status in BUSY_STATUSES:
        return Unavailable("The ERP is too busy to take the request.")
    if reply.status >= 500 and (fault := passing(text, text, effect=reply.effect)):
        return fault
    if reply.status >= 500:
        unknown = reply.effect and reply.status != 503
        return Unavailable(f"The ERP failed (HTTP {reply.status}).", outcome_unknown=unknown)
    return None


def _refusal(reply: Reply, text: str) -> Rejected:
    """Return what a person has to look at."""
    if 300 <= reply.status < 400:
        return Rejected("The ERP's address leads elsewhere; enter the final one.", details=text)
    if reply.status in DENIALS:
        return Denied(DENIALS[reply.status], details=text)
    if reply.status in REFUSALS:
        return Rejected(REFUSALS[reply.status], details=text)
    if reply.status == 200:
        return _strange("A web page answered instead of the ERP.", reply, text)
    words = f"The ERP refused the request (HTTP {reply.status})."
    return _strange(words, reply, text) if reply.status < 300 else Rejected(words, details=text)


def _strange(reason: str, reply: Reply, details: str) -> Rejected:
    """Return that nobody can tell from the answer what was done."""
    return Rejected(reason, details=details, outcome_unknown=reply.effect)


def closure(text: str) -> Closed | None:
    """Return that the whole connection is closed, when an answer says so in a sentence of 1C's."""
    closed = closed_by(text)
    if closed is None:
        return None
    return Closed(f"{CLOSED[closed.closure]}: {closed.sentence}", details=text[:DETAILS_CHARS])


def fault_error(fault: etree._Element, reply: Reply) -> OutsideError:
    """Return the error a Fault stands for, in the words after 1C's module stack."""
    raw = etree.tostring(fault, encoding="unicode")[:DETAILS_CHARS]
    whole = _fault_text(fault)
    if closed := closure(whole):
        return closed
    if OTHER_PACKAGE in whole:
        sentence = whole.partition(OTHER_PACKAGE)[2].strip(": \t\n")
        return Rejected(f"The ERP's package differs from the contract: {sentence}", details=raw)
    sentence = own_words(whole) or "The ERP failed without a word."
    if RESTORED.search(whole):
        return Restored(sentence, details=raw)
    return passing(whole, raw, effect=reply.effect) or Rejected(sentence, details=raw)


def refusal(errors: Sequence[str], raw: str) -> OutsideError:
    """Return what the refusals of a receipt mean: some services put a lock's conflict there."""
    words = "; ".join(errors)
    return passing("\n".join(errors), raw, effect=True) or Rejected(words, details=raw)


def passing(text: str, raw: str, *, effect: bool) -> Transient | None:
    """Return that the same request may succeed in a moment, when an answer says so."""
    fault = passing_fault(text)
    if fault is None:
        return None
    words = f"The ERP could not do it at this moment: {fault.sentence}"
    return Transient(words, details=raw, outcome_unknown=effect and not fault.is_undone)


def body_element(root: etree._Element, reply: Reply) -> etree._Element:
    """Return the only element in the body of an envelope, or raise `Rejected`."""
    namespace = etree.QName(root).namespace or ""
    if root.tag != f"{{{namespace}}}Envelope" or namespace not in ENVELOPES.values():
        raise _strange("The answer is not a SOAP message.", reply, str(root.tag))
    bodies = root.findall(f"{{{namespace}}}Body")
    if len(bodies) != 1 or len(bodies[0]) != 1:
        raise _strange("The ERP's answer has no body, or more than one.", reply, "")
    return bodies[0][0]


def _parse(body: bytes, reply: Reply, contract: Contract) -> etree._Element:
    if not body.strip():
        if reply.effect:
            raise Unavailable(NO_RECEIPT, outcome_unknown=True)
        raise Rejected("The ERP gave an empty answer.")
    try:
        root = etree.fromstring(body, safe_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        if _looks_cut(body):
            reason = "The ERP's answer is cut off."
            raise Unavailable(reason, outcome_unknown=reply.effect) from error
        raise _strange("The ERP's answer cannot be read.", reply, _text(body)) from error
    refuse_doctype(root, reply)
    message = body_element(root, reply)
    if message.tag not in FAULTS and root.tag != f"{{{contract.version.namespace}}}Envelope":
        raise _strange("The ERP answered in another version of SOAP.", reply, _text(body))
    return message


def refuse_doctype(root: etree._Element, reply: Reply) -> None:
    """Raise `Rejected` for a document that brings its own definitions."""
    if root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]
        raise _strange("The ERP's answer brings a DOCTYPE, which SOAP forbids.", reply, "")


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
