"""What a barcode says by GS1's table of application identifiers (General Specifications, 3.2)."""

import re

from biip import ParseConfig, ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementStrings
from biip.gs1_messages import GS1Message

# What tells one package or piece from all others: SSCC, serial number, GIAI.
NAMING = ("00", "21", "8004")
_SEPARATOR = "\x1d"
# As keyboards, log files and screens spell the separator that cannot be printed.
_SPELLINGS = re.compile(r"<GS>|\{GS\}|\u241d|\^\]")
# ISO/IEC 15424: `]`, a letter for the symbology, a modifier. Each scanner may be set to send it.
_AIM_PREFIX = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
_CONFIG = ParseConfig(gs1_element_strings_verify_date=False)
# A plain number may begin as an identifier does; these mean that it is one.
_SIGNS = re.compile(rf"{_SEPARATOR}|^\(\d{{2,4}}\)|^00\d{{18}}$|^01\d{{14}}|^https?://")


def without_prefix(scan: str) -> str:
    """Return a scan without what the scanner says of the symbology."""
    return _AIM_PREFIX.sub("", _SPELLINGS.sub(_SEPARATOR, scan)).strip()


def is_gs1(text: str) -> bool:
    """Whether a text without its prefix can hardly be anything else."""
    return bool(_SIGNS.search(text))


def named_in(text: str) -> str:
    """Return the package or serial number that a text names, "" when it names none.

    A text that does not fit the table as a whole says nothing: no part of it is guessed.
    """
    for read in (_elements, _in_brackets, _in_link):
        try:
            found = {one.ai.ai: one.value for one in read(text)}
        except (ParseError, ValueError):
            continue
        return next((found[name] for name in NAMING if name in found), "")
    return ""


def _elements(text: str) -> GS1ElementStrings:
    return GS1Message.parse(text.lstrip(_SEPARATOR), config=_CONFIG).element_strings


def _in_brackets(text: str) -> GS1ElementStrings:
    return GS1Message.parse_hri(text, config=_CONFIG).element_strings


def _in_link(text: str) -> GS1ElementStrings:
    return GS1DigitalLinkURI.parse(text, config=_CONFIG).element_strings
