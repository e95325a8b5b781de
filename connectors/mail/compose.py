"""A letter as the bytes of an internet message; no text in it can become a header."""

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from connectors.errors import Rejected
from connectors.mail.port import Letter
from connectors.reasons import MailReason

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSAFE_IN_ID = re.compile(r"[^A-Za-z0-9.-]+")


def compose(letter: Letter, sender: str) -> EmailMessage:
    """Return the message; raise `Rejected` when an address is none."""
    origin = _address(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = origin
    message["To"] = _address(letter.to)
    message["Subject"] = _BREAKS.sub(" ", letter.subject).strip()
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{_UNSAFE_IN_ID.sub('-', letter.key)}@{origin.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, charset="utf-8")
    return message


def is_address(text: str) -> bool:
    """Whether a letter can be addressed to a text."""
    try:
        _address(text)
    except Rejected:
        return False
    return True


def _address(text: str) -> Address:
    try:
        address = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        raise Rejected(MailReason.NO_ADDRESS, details=repr(text)) from None
    if not address.domain or not text.isascii() or _BREAKS.search(text):
        raise Rejected(MailReason.BAD_ADDRESS, details=repr(text))
    return address
