"""A sentence of 1C's platform counts as a whole; a word of it in a refusal says nothing."""

import json

import pytest

from connectors.erp.platform_messages import Closure, closed_by, own_words, passing_fault
from connectors.erp.soap import SoapErp
from connectors.errors import Closed, OutsideError, Rejected, Transient
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.test_bad_replies import fault, receipt
from tests.connectors.erp.trap import Trap

MODULE = "{WebСервис.DealerClaims.Модуль(25)}"
OTHER_MODULE = "{Документ.Претензия.МодульОбъекта(3,14)}"
LOCKED = "Конфликт блокировок при выполнении транзакции"


@pytest.mark.parametrize(
    "sentence",
    [
        "Maintenance kit 5 is not in the price list",
        "Технические работы",
        "Лицензия дилера истекла",
        "Нет номенклатуры «Не найдена лицензия»: строка 2",
        "Установлена блокировка работы вентилятора",
        "Claim text: no free license plate",
    ],
)
def test_a_word_of_the_platform_in_a_refusal_closes_nothing(
    trap: Trap, trapped: SoapErp, sentence: str
) -> None:
    trap.status, trap.body = 500, fault(f"{MODULE}: {sentence}")

    with pytest.raises(Rejected) as refusal:
        trapped.put_claim(a_claim())

    assert refusal.value.reason.values["words"] == sentence


@pytest.mark.parametrize(
    ("text", "closure"),
    [
        ("Начало сеанса с информационной базой запрещено.\nРегламент", Closure.MAINTENANCE),
        (
            "Администратором приложения установлена блокировка работы пользователей на период с"
            " 30.10.2026 1:00:00 по 30.10.2026 3:00:00.",
            Closure.MAINTENANCE,
        ),
        ("Не обнаружено свободной лицензии!", Closure.LICENCE),
        (
            "Ошибка программного лицензирования.\nНе найдена лицензия. Не обнаружен ключ защиты"
            " программы или полученная программная лицензия!",
            Closure.LICENCE,
        ),
        ("<h1>License not found</h1>", Closure.LICENCE),
        ("Превышено максимальное количество сеансов", Closure.POOL),
    ],
)
def test_a_whole_sentence_of_the_platform_closes_in_any_wrapping(
    text: str, closure: Closure
) -> None:
    wrappings = (text, f"{MODULE}: {text}", f"<html><p>{text}</p></html>",
                 json.dumps({"exception": {"inner": {"descr": text}}}))  # fmt: skip
    for wrapped in wrappings:
        found = closed_by(wrapped)
        assert found is not None, wrapped
        assert found.closure is closure


def test_a_closed_erp_is_told_in_its_own_sentence_with_the_answer_beside_it(
    trap: Trap, trapped: SoapErp
) -> None:
    words = "Начало сеанса с информационной базой запрещено.\nОбновление до 3:00"
    trap.status, trap.body = 500, fault(f"{MODULE}: {words}")

    with pytest.raises(Closed) as failure:
        trapped.ping()

    assert "Обновление до 3:00" in str(failure.value)
    assert MODULE in failure.value.details


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"{MODULE}: Контрагент не найден: код 15", "Контрагент не найден: код 15"),
        (
            f"Неизвестная ошибка. {MODULE}: Нет договора: 7.\n"
            f"по причине:\n{MODULE}: Нет договора: 7.",
            "Нет договора: 7.",
        ),
        (f"{MODULE}: {OTHER_MODULE}: Цена: не задана", "Цена: не задана"),
        (
            f"{MODULE}: Ошибка при вызове метода контекста (Записать)\nпо причине:\n"
            "Поле «Склад»: не заполнено",
            "Поле «Склад»: не заполнено",
        ),
        ("Ошибка при вызове метода контекста (Записать): Нет прав: роль 2", "Нет прав: роль 2"),
        ("Period is closed: 2026-10", "Period is closed: 2026-10"),
    ],
)
def test_only_known_prefixes_are_cut_from_a_refusal(
    trap: Trap, trapped: SoapErp, text: str, sentence: str
) -> None:
    trap.status, trap.body = 500, fault(text)

    with pytest.raises(Rejected) as refusal:
        trapped.put_claim(a_claim())

    assert refusal.value.reason.values["words"] == own_words(text) == sentence


@pytest.mark.parametrize(
    ("text", "is_undone"),
    [
        (f"{MODULE}: {LOCKED}", True),
        (
            f"{MODULE}: Ошибка при вызове метода контекста (Записать)\nпо причине:\n{LOCKED}:\n"
            "Microsoft SQL Server: Lock request time out period exceeded.",
            True,
        ),
        ("Превышено максимальное время ожидания предоставления блокировки", True),
        ("Объект уже заблокирован", True),
        ("Ошибка СУБД: connection was closed", False),
        ("Сервер 1С:Предприятия не обнаружен", False),
    ],
)
def test_a_fault_that_passes_by_itself_means_later_and_not_a_person(
    trap: Trap, trapped: SoapErp, text: str, is_undone: bool
) -> None:
    trap.status, trap.body = 500, fault(text)

    with pytest.raises(Transient) as failure:
        trapped.put_claim(a_claim())

    assert failure.value.outcome_unknown is not is_undone


def test_a_lock_that_a_receipt_tells_as_a_refusal_means_later_too(
    trap: Trap, trapped: SoapErp
) -> None:
    claim = a_claim()
    trap.body = receipt(claim.external_id, more=f"<Errors>{LOCKED}: Регистр</Errors>")

    with pytest.raises(Transient):
        trapped.put_claim(claim)


@pytest.mark.parametrize(
    "text", ["Объект заблокирован для отгрузки: брак", "Дилер заблокирован", "Нет блокировок"]
)
def test_a_refusal_that_speaks_of_blocking_is_for_a_person(
    trap: Trap, trapped: SoapErp, text: str
) -> None:
    trap.status, trap.body = 500, fault(text)

    with pytest.raises(OutsideError) as refusal:
        trapped.put_claim(a_claim())

    assert isinstance(refusal.value, Rejected)
    assert passing_fault(text) is None
