from datetime import date

import pytest

from app.deadlines.rules import Leg
from app.deadlines.stages import CHAINS, Stage
from app.deadlines.wording import WORDINGS, describe
from app.vocabulary import Language, Remedy

LEGS = (
    Leg("inbound", date(2026, 10, 23), date(2026, 10, 30), date(2026, 10, 26), date(2026, 10, 30)),
    Leg("repair", date(2026, 11, 5), date(2026, 11, 10)),
)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.RU, "к заводу: отправка 26.10, прибытие 30.10; ремонт до 10.11"),
        (Language.PL, "do zakładu: wysyłka 26.10, dostawa 30.10; naprawa do 10.11"),
        (Language.CS, "do závodu: odeslání 26. 10., doručení 30. 10.; oprava do 10. 11."),
        (Language.EN, "to the plant: dispatch 26 Oct, arrival 30 Oct; repair by 10 Nov"),
    ],
)
def test_an_act_tells_the_way_in_the_readers_language(language: Language, words: str) -> None:
    assert describe(LEGS, language) == words


def test_money_is_transferred_and_not_dispatched() -> None:
    run = Leg(
        "payment", date(2026, 11, 13), date(2026, 11, 18), date(2026, 11, 17), date(2026, 11, 18)
    )

    assert describe([run], Language.RU) == "оплата: перечисление 17.11, зачисление 18.11"


def test_every_language_has_a_word_for_every_stage() -> None:
    assert {language: set(wording.names) for language, wording in WORDINGS.items()} == {
        language: set(Stage) for language in Language
    }


def test_every_remedy_has_a_way() -> None:
    assert set(CHAINS) == set(Remedy)
