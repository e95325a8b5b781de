"""Brings the catalogues up to date with the texts in the code: `python -m app.translations.update`.

New texts arrive untranslated, texts that are gone are dropped, the rest stays as it was
translated. The same code always makes the same files, so a change shows only what changed.
"""

import re
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.deadlines.statutes import FILE, shipped_rules
from app.vocabulary import Language

APP = Path(__file__).parents[1]
CONNECTORS = APP.parent / "connectors"
CATALOGUES = Path(__file__).parent
LANGUAGES = tuple(language for language in Language if language is not Language.EN)

MAPPING = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS = {pattern: {"silent": "false"} for pattern, method in MAPPING if method == "jinja2"}
ONE_TEXT = dict.fromkeys(("_", "_l", "N_", "gettext", "lazy_gettext"))
# The notes of the rules of law; a mere period, such as "14 CD", is spelled out elsewhere.
STATUTES = f"app/{FILE.relative_to(APP)}"
MERE = re.compile(r"(\d+ [A-Z]+|-)?")
# Two things that English calls by one word have a context, such as the period of a calendar.
KEYWORDS: dict[str, Any] = {**ONE_TEXT, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}

NEEDED_TO_READ = {
    "Language",
    "Plural-Forms",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
}


class StableCatalog(Catalog):
    """A catalogue whose header has no dates and versions: these change without a change of ours."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The lines of the header that say how to read the file."""
        return [line for line in super().mime_headers if line[0] in NEEDED_TO_READ]


def po_path(language: Language) -> Path:
    """Return where the translator works."""
    return CATALOGUES / language.value / "LC_MESSAGES" / "messages.po"


def mo_path(language: Language) -> Path:
    """Return what the portal reads."""
    return po_path(language).with_suffix(".mo")


def read_catalogue(language: Language) -> Catalog:
    """Return the kept catalogue of a language, an empty one for a new language."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language.value)
    return read_po(BytesIO(path.read_bytes()), locale=language.value, abort_invalid=True)


def extract() -> Catalog:
    """Return every text that code and templates mark, and what the rules of law say."""
    found = Catalog()
    for folder in (APP, CONNECTORS):
        for file, line, text, comments, context in extract_from_dir(
            folder, MAPPING, OPTIONS, KEYWORDS, comment_tags=()
        ):
            place = f"{folder.name}/{file}"
            found.add(text, locations=[(place, line)], auto_comments=comments, context=context)
    for rule in shipped_rules():
        for note in (rule.policy, rule.late_text):
            if not MERE.fullmatch(note):
                found.add(note, locations=[(STATUTES, 1)])
    return found


def renew(old: Catalog, found: Catalog, language: Language) -> StableCatalog:
    """Return the found texts with the translations that the old catalogue has for them."""
    comment = f"# The texts of the portal ({language.value}), kept by app/translations/update.py"
    new = StableCatalog(locale=language.value, fuzzy=False, header_comment=comment)
    for message in texts_of(found):
        known = old.get(message.id, message.context)
        string = known.string if known and not known.fuzzy else ""
        new.add(message.id, string, message.locations, context=message.context)
    return new


def texts_of(catalogue: Catalog) -> list[Message]:
    """Return the texts without the header, which is a message with an empty id."""
    return [message for message in catalogue if message.id]


def is_translated(message: Message) -> bool:
    """Return whether the text has its translation, a plural one all of its forms."""
    string = message.string or ""
    return bool(string) and (isinstance(string, str) or all(string))


def as_po(catalogue: Catalog) -> bytes:
    """Return the file for the translator: sorted, with the files but not the lines of each text."""
    file = BytesIO()
    write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
    return file.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Return the file for the portal."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def main() -> None:
    """Write both files of every language and say what is still to be translated."""
    found = extract()
    for language in LANGUAGES:
        catalogue = renew(read_catalogue(language), found, language)
        po_path(language).parent.mkdir(parents=True, exist_ok=True)
        po_path(language).write_bytes(as_po(catalogue))
        mo_path(language).write_bytes(as_mo(catalogue))
        open_texts = [one for one in texts_of(catalogue) if not is_translated(one)]
        sys.stdout.write(f"{language.value}: {len(open_texts)} of {len(catalogue)} untranslated\n")


if __name__ == "__main__":
    main()
