"""The order of names in the alphabet of the reader's language.

The order does not depend on the collations of the database: a server that is built without ICU has
none for a language. A text becomes a key of small letters that is compared by code points.
"""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, func

from app.core.i18n import reader_language
from app.vocabulary import Language

# A tilde stands after every Latin letter: l~ is between lz and m. In these languages such letters
# follow their plain ones; everywhere else, and all other marks, they are those plain ones.
_AFTER = "~"
_OWN = {
    Language.PL: ("ą", "ć", "ę", "ł", "ń", "ó", "ś", "ź"),
    Language.CS: ("č", "ř", "š", "ž"),
}
_SPECIAL = {
    Language.PL: {"ż": "z" + _AFTER * 2},
    Language.CS: {"ch": "h" + _AFTER},
}
_PLAIN = {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ё": "е"}


def _base(letter: str) -> str:
    return _PLAIN.get(letter) or unicodedata.normalize("NFD", letter)[0]


_LETTERS = [chr(code) for code in range(0xDF, 0x180) if chr(code).isalpha()] + ["ё"]
_FOLDED = {
    letter: _base(letter)
    for letter in _LETTERS
    if letter == letter.lower() and _base(letter) != letter
}
_FOLDING = {ord(letter): plain for letter, plain in _FOLDED.items()}


def alphabetical(text: ColumnElement[str] | Any) -> ColumnElement[str]:
    """Return the SQL expression that names are ordered by, in the reader's language."""
    key = func.lower(text)
    for letters, place in _places(_reader()).items():
        key = func.replace(key, letters, place)
    return func.translate(key, "".join(_FOLDED), "".join(_FOLDED.values())).collate("C")


def alphabetical_key(text: str) -> str:
    """Return what names are ordered by that are not in the database."""
    key = text.lower()
    for letters, place in _places(_reader()).items():
        key = key.replace(letters, place)
    return key.translate(_FOLDING)


def _places(language: Language) -> dict[str, str]:
    own = {letter: _base(letter) + _AFTER for letter in _OWN.get(language, ())}
    return own | _SPECIAL.get(language, {})


def _reader() -> Language:
    return Language(reader_language())
