"""Reading the codes on boxes and pieces."""

import re
from dataclasses import dataclass

from app.core.errors import N_, Refusal
from app.core.text import clean_line

LONGEST_CODE = 60
_SYMBOLOGY = re.compile(r"^\](?:C1|d2|Q3|e0)")
_GROUP_SEPARATOR = "\x1d"
_SSCC = re.compile(r"^(?:\(00\)|00)(\d{18})$")
_SERIAL_IN_BRACKETS = re.compile(r"\(21\)([^(]{1,20})")
_GTIN_AND_REST = re.compile(r"^01\d{14}(.*)$")
_ALLOWED = re.compile(r"^[\w\-./+# ]+$")


class UnreadableCode(Refusal):
    """What was typed or scanned cannot be a code of ours."""

    message = N_(
        "This does not look like a package code or a serial number. Scan the label again, type"
        " the code below the bars, or choose the line from your shipments."
    )


@dataclass(frozen=True)
class Code:
    """A code as it was read: the text to look for among packages and serial numbers."""

    text: str


def parse_code(raw: str) -> Code:
    """Return the package code or serial in a scan or a typed text.

    Understands plain codes, GS1 application identifiers 00 (package, SSCC) and 21 (serial), in
    brackets or as a scanner sends them. Raises `UnreadableCode`.
    """
    text = _SYMBOLOGY.sub("", raw.strip())
    code = _gs1_part(text) or clean_line(text.replace(_GROUP_SEPARATOR, ""))
    if not code or len(code) > LONGEST_CODE or not _ALLOWED.match(code):
        raise UnreadableCode
    return Code(code.upper())


def _gs1_part(text: str) -> str:
    """Return the package or serial number of a GS1 element string, nothing if it is none."""
    package = _SSCC.match(text.replace(" ", ""))
    if package:
        return package.group(1)
    serial = _SERIAL_IN_BRACKETS.search(text)
    if serial:
        return serial.group(1).strip()
    rest = _GTIN_AND_REST.match(text)
    if rest:
        parts = rest.group(1).split(_GROUP_SEPARATOR)
        return next((part[2:] for part in parts if part.startswith("21")), "")
    return ""
