"""Refusals, forms and lists speak the reader's language: days, sums, quantities, names, order."""

import json
from datetime import date
from decimal import Decimal

import pytest
import wtforms
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import String, column, select, values
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from app.core.alphabet import alphabetical, alphabetical_key
from app.core.db import db
from app.core.errors import Refusal
from app.core.fields import PartForm
from app.core.i18n import Period, show_short_day, shown, storable
from app.core.money import Money
from app.core.units import Quantity
from app.vocabulary import Language, Remedy

NAMES = ["Zebra", "Łódź", "Łąka", "Lublin", "ćma", "Cyna", "Ostrów", "Ósma", "Żar", "Źródło", "Lzy"]
CZECH = ["Chomutov", "Hradec", "Cheb", "Čáslav", "Cvikov", "Ivančice", "Zlín", "Žatec", "Řím"]
POLISH_ORDER = ["Cyna", "ćma", "Lublin", "Lzy", "Łąka", "Łódź", "Ostrów", "Ósma"]


class Values(Refusal):
    message = "%(day)s | %(money)s | %(count)s | %(number)s | %(remedy)s | %(period)s | %(none)s"


GIVEN = {
    "day": date(2026, 12, 1),
    "money": Money(Decimal("1234.5"), "EUR"),
    "count": Quantity(Decimal("3.500"), "TNE"),
    "number": Decimal("12.000"),
    "remedy": Remedy.REFUND,
    "period": Period(date(2026, 12, 1), None),
    "none": "plain",
}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "ru",
            "1 дек. 2026 | 1 234,50 € | 3,5 т | 12 | Возврат денег | 1 дек. 2026 – … | plain",
        ),
        ("pl", "1 gru 2026 | 1 234,50 € | 3,5 t | 12 | Zwrot pieniędzy | 1 gru 2026 – … | plain"),
        ("cs", "1. 12. 2026 | 1 234,50 € | 3,5 t | 12 | Vrácení peněz | 1. 12. 2026 – … | plain"),
        ("en", "1 Dec 2026 | 1,234.50 EUR | 3.5 t | 12 | Refund | 1 Dec 2026 – … | plain"),
    ],
)
def test_a_refusal_shows_its_values_as_the_reader_writes_them(
    portal: Flask, language: str, sentence: str
) -> None:
    with portal.test_request_context(), force_locale(language):
        assert Values(**GIVEN).words().replace("\xa0", " ") == sentence


@pytest.mark.parametrize(("language", "year"), [("ru", "2027"), ("pl", "2027"), ("en", "2027")])
def test_a_short_day_of_another_year_names_it(app: Flask, language: str, year: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert year in show_short_day(date(2027, 1, 11))
        assert year not in show_short_day(date(2027, 1, 11), year=False)


@pytest.mark.parametrize("language", [Language.RU, Language.PL, Language.CS])
def test_messages_of_the_forms_library_are_in_the_readers_language(
    portal: Flask, language: Language
) -> None:
    class Choice(PartForm):
        kind = wtforms.SelectField(choices=[SelectChoice("a")])
        at = wtforms.TimeField()
        kinds = wtforms.SelectMultipleField(choices=[SelectChoice("a")])

    with portal.test_request_context(headers={"Accept-Language": language.value}):
        form = Choice(MultiDict({"kind": "b", "at": "x", "kinds": "b"}))
        assert not form.validate()
        errors = [error for field in form for error in field.errors]

    assert len(errors) == 3
    assert [error for error in errors if "valid" in error] == []


@pytest.mark.parametrize(
    ("language", "names", "order"),
    [
        ("pl", NAMES, [*POLISH_ORDER, "Zebra", "Źródło", "Żar"]),
        (
            "cs",
            CZECH,
            ["Cvikov", "Čáslav", "Hradec", "Cheb", "Chomutov", "Ivančice", "Řím", "Zlín", "Žatec"],
        ),
        ("en", ["Zebra", "Łódź", "Lz", "éa", "eb"], ["éa", "eb", "Łódź", "Lz", "Zebra"]),
        ("ru", ["Яша", "Ёж", "Жук", "ель"], ["Ёж", "ель", "Жук", "Яша"]),
    ],
)
def test_names_are_in_the_order_of_the_readers_alphabet(
    portal: Flask, session: object, language: str, names: list[str], order: list[str]
) -> None:
    with portal.test_request_context(headers={"Accept-Language": language}):
        rows = values(column("name", String), name="names").data([(one,) for one in names])
        query = select(rows.c.name).order_by(alphabetical(rows.c.name))

        assert list(db.scalars(query)) == order
        assert sorted(names, key=alphabetical_key) == order


def test_values_that_were_stored_are_shown_in_the_language_of_whoever_reads(
    portal: Flask,
) -> None:
    stored = json.loads(json.dumps(storable({"day": date(2026, 12, 1), "what": Remedy.REFUND})))

    with portal.test_request_context(), force_locale("pl"):
        assert shown(stored) == {"day": "1 gru 2026", "what": "Zwrot pieniędzy"}
