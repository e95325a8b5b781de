"""Reasons of the exchange are read in the reader's own language; the ERP's words are quoted."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Person
from app.core.clock import now
from app.core.db import db
from app.core.outside import ONLY_ERP
from app.core.reasons import said_in, unpack
from app.erp.models import Feed, RejectedRow
from app.outbox import connections
from app.outbox.models import OutboxMessage
from app.outbox.reasons import OutboxReason
from app.vocabulary import Language
from connectors.errors import Denied, Unavailable
from connectors.reasons import ErpReason, Reason
from tests.app.conftest import SignIn
from tests.app.world import World

SENTENCES = {
    Language.RU: ("ERP не приняла имя пользователя и пароль.", "Сообщение ERP: «Период закрыт»"),
    Language.PL: ("ERP nie przyjął nazwy użytkownika i hasła.", "Komunikat ERP: „Период закрыт”"),
    Language.CS: ("ERP nepřijal uživatelské jméno a heslo.", "Sdělení ERP: „Период закрыт“"),
    Language.EN: (
        "The ERP did not accept the user name and password.",
        "The ERP says: “Период закрыт”",
    ),
}
ROWS = {
    Language.RU: "Цена (Price): это не денежная сумма; Дата (Date): поле пустое",
    Language.PL: "Cena (Price): to nie jest kwota; Data (Date): pole jest puste",
    Language.CS: "Cena (Price): není to peněžní částka; Datum (Date): pole je prázdné",
    Language.EN: "Price (Price) is not an amount of money; Date (Date) is empty",
}
FAULTS = [
    {"code": "row_not_money", "values": {"name": {"label": "Price"}, "field": "Price"}},
    {"code": "row_empty", "values": {"name": {"label": "Date"}, "field": "Date"}},
]
each_language = pytest.mark.parametrize("language", list(Language))


Read = Callable[[Language], FlaskClient]


@pytest.fixture
def admin(sign_in: SignIn, world: World) -> Read:
    def signed_in(language: Language) -> FlaskClient:
        browser = sign_in(world.admin)
        db.get_one(Person, world.admin.id).language = language
        db.commit()
        return browser

    return signed_in


@each_language
def test_the_exchange_is_read_in_the_language_of_the_reader(
    world: World, admin: Read, language: Language
) -> None:
    at = now()
    world.filed()
    connections.stop_for(ONLY_ERP, Denied(ErpReason.WRONG_PASSWORD), at=at)
    for message in db.query(OutboxMessage):
        message.last_error = Reason(ErpReason.SAYS, {"words": "Период закрыт"})
    db.commit()

    page = admin(language).get("/exchange").text

    for sentence in SENTENCES[language]:
        assert sentence in page
    for other in set(SENTENCES) - {language}:
        assert not [sentence for sentence in SENTENCES[other] if sentence in page]


@each_language
def test_a_reason_in_a_reason_is_translated_too(admin: Read, language: Language) -> None:
    answer = Reason(ErpReason.WRONG_PASSWORD)
    reason = Reason(OutboxReason.CLOSES_ALONE, {"times": 3, "answer": answer})
    db.merge(Feed(connection=ONLY_ERP, message_no=1, last_error=reason, failed_at=now()))
    db.commit()
    db.expunge_all()

    page = admin(language).get("/exchange").text

    assert SENTENCES[language][0] in page
    kept = db.get_one(Feed, ONLY_ERP).last_error
    assert SENTENCES[language][0] in said_in(kept, language)


@each_language
def test_a_row_put_aside_names_its_fields_for_people_and_for_the_erp(
    admin: Read, language: Language
) -> None:
    facts = {"connection": ONLY_ERP, "message_no": 7, "kind": "Shipment", "content": "{}"}
    db.add(RejectedRow(**facts, reasons=FAULTS, rejected_at=now()))
    db.commit()

    assert ROWS[language] in admin(language).get("/exchange/rejected/erp").text


def test_a_code_that_is_gone_is_shown_as_it_is() -> None:
    assert str(unpack({"code": "of_an_older_release", "values": {}})) == "of_an_older_release"


def test_the_log_is_english_and_keeps_the_code() -> None:
    error = Unavailable(ErpReason.SILENT, seconds="30")

    assert str(error) == "The ERP did not answer within the 30 seconds of read_seconds."
    assert error.reason.code is ErpReason.SILENT
