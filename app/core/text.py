"""The one normaliser of text that people and machines send us."""

import re
import unicodedata

# What XML, PostgreSQL, mail headers or a terminal choke on, plus invisible direction overrides
# that make one name look like another.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_OVERRIDES = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Return the text in NFC with plain line ends and without control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for unwanted in (_CONTROL, _OVERRIDES, _SURROGATES):
        text = unwanted.sub("", text)
    return unicodedata.normalize("NFC", text).strip()


def clean_line(text: str) -> str:
    """Return the text on one line, runs of white space folded."""
    return " ".join(clean_text(text).split())
