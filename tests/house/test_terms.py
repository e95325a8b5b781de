"""One term for one thing: the catalogues hold none of the variants that were given up."""

import re

import pytest

from app.translations.update import extract, read_catalogue, texts_of
from app.vocabulary import Language

PLACEHOLDER = re.compile(r"%\(\w+\)\w")

FORBIDDEN = {
    Language.EN: (
        r"\bball with\b|by silence|\blet it go on\b|take to work|told twice|takes it for"
        r"|doctor of the exchange|present password|most special|\bparked\b|safe day|legal day"
        r"|what counts now|eight of ten|8 of 10|way of the goods|code below the bars|\bmend"
        r"|bring the decree|goes on by itself|by itself\b|somebody was faster|ground of law"
        r"|\bfactory\b|no such .* any more|is there already|\bwho hears\b"
    ),
    Language.RU: (
        r"безопасн\w+ (день|дня|дат|срок)|надёжн(ый|ого) (день|дня|срок)|принят\w+ молчанием"
        r"|принятие молчанием|признание молчанием|говорит на https|под штрихами|восемь случаев"
        r"|\bотложен|руководител\w+ по рекламациям|внутренний срок|впущен|опередили"
        r"|правила обслуживания"
    ),
    Language.PL: (
        r"przez milczenie|odwzorowani|\bTwoi\w+|\bTw(ój|oje|oja|ojego)\b|\bCiebie\b|\bCi\b"
        r"|według zegara|Weź do pracy|bezpieczn\w+ (dzień|dnia|dniu|termin)"
        r"|termin\w* bezpieczn|kierownik\w* reklamacji|pozycj\w+ wysyłki|spod kresek"
        r"|odłożon|osiem spraw|dystrybutor|zgłosz(ono|ona) reklamacj|tabela przekazań"
    ),
    Language.CS: (
        r"mlčením|\bsezení\b|podle hodin|prověrka|Přijata k evidenci|\bdealer|bezpečn\w+ (den|dne)"
        r"|bezpečn\w+ termín|stornován[ao]? tuto|kód pod čárkami|odložen|osm případů"
        r"|směrovací tabulka|administrátor"
    ),
}


def texts_in_language(language: Language) -> list[str]:
    """Return what readers of a language see; English is what the code says."""
    catalogue = extract() if language is Language.EN else read_catalogue(language)
    texts = [one.id if language is Language.EN else one.string for one in texts_of(catalogue)]
    return [text for one in texts for text in ((one,) if isinstance(one, str) else one or ())]


# Buttons are imperatives; a sentence asks with "proszę" or says what is needed.
INFORMAL_POLISH = re.compile(
    r"\b(Wybierz|Podaj|Zmień|Sprawdź|Wskaż|Napisz|Zapytaj|Popraw|Porównaj|Możesz|Usuń)\b.*\.$",
    re.IGNORECASE | re.DOTALL,
)


@pytest.mark.parametrize("language", list(Language))
def test_no_text_uses_a_variant_that_was_given_up(language: Language) -> None:
    forbidden = re.compile(FORBIDDEN[language], re.IGNORECASE)
    texts = texts_in_language(language)

    assert len(texts) > 1000
    assert [one for one in texts if forbidden.search(PLACEHOLDER.sub("", one))] == []


def test_polish_sentences_are_impersonal() -> None:
    texts = texts_in_language(Language.PL)

    assert [one for one in texts if INFORMAL_POLISH.search(one)] == []
