"""Every text of the portal is there in every language, and the kept files are up to date."""

import re
from difflib import unified_diff
from gettext import GNUTranslations
from io import BytesIO
from itertools import islice

import pytest
from babel.messages.catalog import Catalog, Message

from app.translations.update import (
    LANGUAGES,
    as_mo,
    as_po,
    extract,
    is_translated,
    mo_path,
    po_path,
    read_catalogue,
    renew,
    texts_of,
)
from app.vocabulary import Language

FORMS = {Language.RU: 3, Language.PL: 3, Language.CS: 3}
PLACE = re.compile(r"%\((\w+)\)[a-z]|%%")
# Said the same way in another language: only places and units.
SAME = {"%(name)s: %(percent)s %%", "%(size)s KB", "%(size)s MB"}

each_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.value)


@pytest.fixture(scope="module")
def found() -> Catalog:
    return extract()


def sources(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def places(text: str) -> list[str]:
    return sorted(match.group() for match in PLACE.finditer(text))


def test_all_languages_of_the_screens_but_english_have_a_catalogue() -> None:
    assert set(LANGUAGES) == set(FORMS) == set(Language) - {Language.EN}


def test_the_texts_of_python_of_templates_and_of_plurals_are_all_found(found: Catalog) -> None:
    assert "This is not possible" in found  # python, N_
    assert "Skip to the content" in found  # template, _
    assert isinstance(found["%(num)s day left"].id, tuple)


@each_language
def test_every_text_is_translated_and_none_is_left_over(language: Language, found: Catalog) -> None:
    kept = read_catalogue(language)

    wanted = {message.id for message in texts_of(found)}
    assert wanted - {one.id for one in texts_of(kept) if is_translated(one)} == set()
    assert {message.id for message in texts_of(kept)} - wanted == set()


@each_language
def test_no_translation_is_a_guess_that_nobody_looked_at(language: Language) -> None:
    assert [one.id for one in texts_of(read_catalogue(language)) if one.fuzzy] == []


@each_language
def test_translations_have_the_places_of_their_source(language: Language) -> None:
    wrong = [
        (message.id, text)
        for message in texts_of(read_catalogue(language))
        for text in translations(message)
        if places(text) not in [places(source) for source in sources(message)]
    ]

    assert wrong == []


@each_language
def test_no_lonely_percent_sign_breaks_the_filling_of_places(language: Language) -> None:
    wrong = [
        text
        for message in texts_of(read_catalogue(language))
        for text in translations(message)
        if places(text) and "%" in PLACE.sub("", text)
    ]

    assert wrong == []


@each_language
def test_plural_texts_have_as_many_forms_as_the_language_needs(language: Language) -> None:
    kept = read_catalogue(language)

    counts = {len(translations(one)) for one in texts_of(kept) if one.pluralizable}
    assert counts == {kept.num_plurals} == {FORMS[language]}


@each_language
def test_translations_begin_and_end_like_clean_text(language: Language) -> None:
    wrong = [
        text
        for message in texts_of(read_catalogue(language))
        for text in translations(message)
        if text != text.strip() or "  " in text
    ]

    assert wrong == []


@each_language
def test_sentences_are_not_left_in_english(language: Language) -> None:
    untouched = {
        message.id
        for message in texts_of(read_catalogue(language))
        if isinstance(message.id, str) and " " in message.id and message.string == message.id
    }

    assert untouched - SAME == set()


@each_language
def test_the_kept_catalogue_is_what_the_update_makes(language: Language, found: Catalog) -> None:
    fresh = as_po(renew(read_catalogue(language), found, language)).decode()
    kept = po_path(language).read_text(encoding="utf-8")

    # Not the whole files: nobody would find the other failures between them.
    changes = unified_diff(kept.splitlines(), fresh.splitlines(), n=0)
    assert list(islice(changes, 9)) == [], "run python -m app.translations.update"
    assert len(kept) == len(fresh)


@each_language
def test_the_portal_reads_what_the_translator_wrote(language: Language, found: Catalog) -> None:
    fresh = renew(read_catalogue(language), found, language)

    is_current = mo_path(language).read_bytes() == as_mo(fresh)
    assert is_current, "run python -m app.translations.update"


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        (Language.RU, 1, "%(num)s строка"),
        (Language.RU, 3, "%(num)s строки"),
        (Language.RU, 11, "%(num)s строк"),
        (Language.RU, 21, "%(num)s строка"),
        (Language.PL, 1, "%(num)s pozycja"),
        (Language.PL, 22, "%(num)s pozycje"),
        (Language.PL, 12, "%(num)s pozycji"),
        (Language.CS, 1, "%(num)s položka"),
        (Language.CS, 4, "%(num)s položky"),
        (Language.CS, 5, "%(num)s položek"),
    ],
)
def test_lines_are_counted_as_one_counts_in_the_language(
    language: Language, number: int, words: str
) -> None:
    texts = GNUTranslations(BytesIO(mo_path(language).read_bytes()))

    assert texts.ngettext("%(num)s line", "%(num)s lines", number) == words


def test_a_new_text_arrives_untranslated_and_a_removed_one_is_dropped() -> None:
    old, found = Catalog(locale="ru"), Catalog()
    old.add("Kept", "Осталось")
    old.add("Removed", "Убрано")
    found.add("Kept")
    found.add("New")

    fresh = renew(old, found, Language.RU)

    assert {one.id: one.string for one in texts_of(fresh)} == {"Kept": "Осталось", "New": ""}
