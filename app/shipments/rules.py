"""Reading the codes on boxes and pieces."""

import re
from dataclasses import dataclass

from app.core.errors import N_, Refusal
from app.core.text import clean_line
from app.shipments.gs1 import is_gs1, named_in, without_prefix

LONGEST_CODE = 60
_LIKELY = re.compile(r"^[\w\-./+# ]+$")


class UnreadableCode(Refusal):
    """What was typed or scanned cannot be a code of ours."""

    message = N_(
        "This does not look like a package code or a serial number. Scan the "
        "label again, type the number below the bar code, or choose the line from "
        "your shipments."
    )


@dataclass(frozen=True)
class Code:
    """A code as it was read: the texts to look for among packages and serial numbers, in order.

    `is_likely`: it looks like a code. An ERP may have others; this is asked when none was found.
    """

    texts: tuple[str, ...]

    @property
    def is_likely(self) -> bool:
        """Whether one of the texts looks like a code."""
        return any(len(text) <= LONGEST_CODE and _LIKELY.match(text) for text in self.texts)


def parse_code(raw: str) -> Code:
    """Return what a scan or a typed text may stand for; raise `UnreadableCode` when it is empty.

    The package or serial number that it names by GS1's table, in brackets, as a scanner sends it
    or in a link, and the text as it is.
    """
    text = without_prefix(raw)
    plain, named = clean_line(text.replace("\x1d", "")), named_in(text)
    readings = (named, plain) if is_gs1(text) else (plain, named)
    texts = tuple(dict.fromkeys(one for one in readings if one))
    if not texts:
        raise UnreadableCode
    return Code(texts)
