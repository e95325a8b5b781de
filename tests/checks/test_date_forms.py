"""Each language has one form of a day, of a moment and of a period, on every page of everybody."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from lxml import html
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Person
from app.core.db import db
from app.core.outside import Outside, connect_outside
from app.vocabulary import Language
from tests.app.conftest import neighbours, portal
from tests.checks.forms.harvest import pages_of
from tests.checks.forms.run import client_of
from tests.checks.forms.stage import TODAY, set_stage

__all__ = ["neighbours", "portal"]

PAGES = 3  # of one route that one person looks at
FEWEST_PAGES = 80
# What is shown as it came or as it is typed, and what no reader sees.
AS_IT_IS = ("pre", "code", "textarea", "script", "style", "option", "input", "template")
MONTHS = {
    Language.EN: "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec",
    Language.RU: (
        r"янв\.|февр\.|мар\.|марта|апр\.|мая|июн\.|июня|июл\.|июля|авг\.|сент\.|окт\.|нояб\.|дек\."
    ),
    Language.PL: "sty|lut|mar|kwi|maj|cze|lip|sie|wrz|paź|lis|gru",
}
LONG = {
    Language.EN: (
        "January|February|March|April|June|July|August|September|October|November|December"
    ),
    Language.RU: "января|февраля|апреля|августа|сентября|октября|ноября|декабря",
    Language.PL: (
        "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października"
        "|listopada|grudnia"
    ),
    Language.CS: (
        "ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince"
    ),
}
DAYS = {
    **{lang: rf"\d{{1,2}} (?:{names}) \d{{4}}" for lang, names in MONTHS.items()},
    Language.CS: r"\d{1,2}\. \d{1,2}\. \d{4}",
}
# What stands between the day and the time of a moment, and the time.
MOMENT = dict.fromkeys(Language, r", \d{2}:\d{2}") | {Language.CS: r" \d{1,2}:\d{2}"}
FORBIDDEN = {
    "an ISO date": r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])",
    # A law is cited as it is published: 500-ФЗ от 28.12.2025.
    "figures with points": r"(?<!ФЗ от )(?<![\w.])\d{1,2}\.\d{1,2}\.\d{2,4}(?!\w|\.\d)",
    "figures with slashes": r"(?<![\w/])\d{1,2}/\d{1,2}/\d{2,4}(?![\w/])",
    "twelve hours": r"\d{1,2}:\d{2}\s?[AP]M",
    "a year's letter": r"\d{4} г\.",
}


def visible(page: html.HtmlElement) -> str:
    """Return the texts that a reader sees, each on a line of its own."""
    for part in list(page.iter(*AS_IT_IS)):
        tail = part.tail
        part.clear()
        part.tail = tail
    words = (" ".join(text.split()) for text in page.itertext())
    return "\n".join(filter(None, words)).replace("\xa0", " ").replace("\u202f", " ")


def strange(text: str, language: Language) -> Iterator[str]:
    """Give each date of a text that is in another form than that of the language."""
    day = DAYS[language]
    forms = dict(FORBIDDEN)
    forms["a long month"] = rf"\d{{1,2}}\.? (?:{LONG[language]})\b"
    forms["the month first"] = rf"\b(?:{LONG[Language.EN]}|{MONTHS[Language.EN]}) \d{{1,2}}\b"
    forms["a moment of another form"] = rf"{day}(?!{MOMENT[language]})[, T]{{1,2}}\d{{1,2}}:\d{{2}}"
    forms["a period of another form"] = rf"{day}\s*(?:-|—|\.\.\.|to|до|do)\s*{day}"
    for what, pattern in forms.items():
        for found in re.finditer(pattern, text):
            start, end = max(found.start() - 30, 0), found.end() + 20
            yield f"{what}: {text[start:end]!r}"


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", list(Language))
def test_every_page_writes_days_moments_and_periods_in_one_form(
    portal: Flask, neighbours: Outside, session: scoped_session[Session], language: Language
) -> None:
    connect_outside(neighbours)
    found: dict[str, str] = {}
    days = moments = pages = 0
    with time_machine.travel(TODAY, tick=True):
        for person in set_stage():
            db.get_one(Person, person.id).language = language
            db.commit()
            for path, page in pages_of(portal, client_of(portal, person), each=PAGES):
                text = visible(page)
                pages += 1
                days += len(re.findall(DAYS[language], text))
                moments += len(re.findall(DAYS[language] + MOMENT[language], text))
                found |= dict.fromkeys(strange(text, language), path)

    assert pages >= FEWEST_PAGES
    assert days > pages
    assert moments > pages / 10
    assert found == {}


def test_the_check_finds_other_forms() -> None:
    for text in ("2026-11-30", "30.11.2026", "11/30/26", "30 November", "Nov 30", "3:05 PM"):
        assert list(strange(f"until {text}.", Language.EN)), text
    for text in ("30 Nov 2026", "30 Nov 2026, 14:05", "30 Nov 2026 – 2 Dec 2026", "November 2026"):
        assert not list(strange(f"until {text}.", Language.EN)), text
