"""The traps that real 1C bases set on the wire, each as the bytes that come: class and words.

The numbers are those of the list kept with the research on 1C; what is left out there belongs to
OData or to the merging of rows, which has tests of its own.
"""

import base64
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.erp.port import Receipt, RowKind
from connectors.erp.soap import SoapErp
from connectors.errors import Closed, Denied, OutsideError, Rejected, Unavailable
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.running import reference_erp
from tests.connectors.erp.test_bad_replies import (
    PING,
    SOAP,
    changes,
    envelope,
    fault,
    receipt,
)
from tests.connectors.erp.trap import XML, Trap

MODULE = "{WebСервис.DealerClaims.Модуль(25)}"
KEY = a_claim().external_id
GOOD = receipt(KEY)
DAY = b"0001-01-01T00:00:00"
XSI = b"http://www.w3.org/2001/XMLSchema-instance"
CLOSED = {
    "#exception": "{http://v8.1c.ru/8.2/virtual-resource-system}Exception",
    "exception": {
        "reason": 403,
        "descr": "HTTP: Forbidden\nСеанс не начат",
        "inner": {
            "descr": "Начало сеанса с информационной базой запрещено.\nВедутся технические работы",
            "inner": {"descr": "", "creationStack": "77u/core83.dll"},
        },
    },
}
PLATFORM = (
    '<?xml version="1.0"?><exception xmlns="http://v8.1c.ru/8.2/virtual-resource-system"'
    ' xmlns:d1p1="http://v8.1c.ru/8.1/data/core"><d1p1:descr>Ошибка при выполнении запроса'
    "</d1p1:descr></exception>"
).encode()
BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c'
    b' "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)


@dataclass(frozen=True)
class Case:
    """A reply to a put, what it must become, and how the words for people begin."""

    trap: str
    body: bytes
    becomes: type[OutsideError]
    words: str
    status: int = 200
    content_type: str = XML
    in_doubt: bool = True


STRANGE = "The ERP's answer does not fit the contract."
UNREADABLE = "The ERP's answer cannot be read."
CASES = (
    Case("2 a date of zeros", GOOD.replace(DAY, b"0000-00-00T00:00:00"), Rejected, STRANGE),
    Case("2 a date as people write", GOOD.replace(DAY, b"31.01.2024 12:00:00"), Rejected, STRANGE),
    Case("2 a month of thirteen", GOOD.replace(DAY, b"2026-13-45T00:00:00"), Rejected, STRANGE),
    Case("4 a comma", GOOD.replace(b"n>1<", b"n>1,5<"), Rejected, STRANGE),
    Case("4 a hard blank", GOOD.replace(b"n>1<", "n>1\u00a0000<".encode()), Rejected, STRANGE),
    Case("4 an exponent", GOOD.replace(b"n>1<", b"n>1E0<"), Rejected, STRANGE),
    Case("4 no end", GOOD.replace(b"n>1<", b"n>INF<"), Rejected, STRANGE),
    Case("4 an empty number", GOOD.replace(b"<Revision>1</Revision>", b"<Revision/>"), Rejected,
         STRANGE),
    Case("6 an empty reference", GOOD.replace(str(KEY).encode(), b"0" * 8 + b"-0000" * 3 + b"-"
         + b"0" * 12), Rejected, "The ERP's receipt is about something else."),
    Case("7 nothing where something must be", GOOD.replace(b"<Posted>false</Posted>",
         b'<Posted xmlns:i="' + XSI + b'" i:nil="true"/>'), Rejected, STRANGE),
    Case("7 not even that", GOOD.replace(b"<Posted>false</Posted>", b""), Rejected, STRANGE),
    Case("8 a type without its prefix", GOOD.replace(b"<Number>",
         b'<Number xmlns:i="' + XSI + b'" i:type="Array">'), Rejected, STRANGE),
    Case("8 a type of nowhere", GOOD.replace(b"<Number>",
         b'<Number xmlns:i="' + XSI + b'" i:type="zz:string">'), Rejected, STRANGE),
    Case("13 a separator of Excel", GOOD.replace(b"<Ref>r<", b"<Ref>r\x1f<"), Rejected, UNREADABLE),
    Case("13 the same, escaped", GOOD.replace(b"<Ref>r<", b"<Ref>r&#x1F;<"), Rejected, UNREADABLE),
    Case("14 a page of the platform", b"<html><head><title>1C:Enterprise 8 error</title>"
         b"</head><body>No space left on device</body></html>", Rejected,
         "A web page answered instead of the ERP.", content_type="text/html"),
    Case("14 the same page under a false flag", b"<html><body>1C:Enterprise 8</body></html>",
         Rejected, "The answer is not a SOAP message."),
    Case("14 an error of the platform as XML", PLATFORM, Unavailable, "The ERP failed (HTTP 500).",
         status=500),
    Case("15 a module's exception", fault(f"Неизвестная ошибка. {MODULE}: Не указан договор.\n"
         f"по причине:\n{MODULE}: Не указан договор."), Rejected,
         "The ERP says: “Не указан договор.", status=500, in_doubt=False),
    Case("15 a request of another package", fault("Ошибка преобразования данных XDTO:\nНачало"
         "Свойства: {urn:x}ДатаЭтапа"), Rejected, "The ERP's package differs from the contract: ",
         status=500, in_doubt=False),
    Case("16 a night's maintenance", json.dumps(CLOSED, ensure_ascii=False).encode("utf-8-sig"),
         Closed, "The ERP is closed at the moment: “Начало сеанса", status=403,
         content_type="application/json", in_doubt=False),
    Case("17 an exhausted pool", b"", Closed, "The ERP has no free session for us.", status=406,
         in_doubt=False),
    Case("17 a session ended by hand", "Сеанс работы завершен администратором.".encode(),
         Unavailable, "The ERP has ended our session.", status=400, in_doubt=False),
    Case("17 a row one may not read", "Идентификация пользователя не выполнена".encode(), Denied,
         "The ERP did not accept the user name and password.", status=401, in_doubt=False),
    Case("18 taken, and not a word", b"", Unavailable, "The ERP gave no receipt.", status=202),
    Case("19 cut with a proper end", GOOD[:-30], Unavailable, "The ERP's answer is cut off."),
    Case("20 forty megabytes", GOOD.replace(b"<Ref>r<", b"<Ref>" + b"r" * 42_000_000 + b"<"),
         Rejected, "The ERP's answer is longer than"),
    Case("20 one node of fifteen", GOOD.replace(b"<Ref>r<", b"<Ref>" + base64.b64encode(
         b"r" * 11_000_000) + b"<"), Rejected, UNREADABLE),
    Case("20 three hundred floors", envelope("<a>" * 300 + "</a>" * 300), Rejected, UNREADABLE),
    Case("20 entities upon entities", BOMB + GOOD[38:].replace(b"<Ref>r<", b"<Ref>&d;<"), Rejected,
         ""),
    Case("20 a document type", b"<!DOCTYPE soap:Envelope>" + GOOD[38:], Rejected,
         "The ERP's answer brings a DOCTYPE, which SOAP forbids."),
    Case("20 somebody's file", b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
         + GOOD[38:].replace(b"<Ref>r<", b"<Ref>&f;<"), Rejected, ""),
    Case("21 a field more", GOOD.replace(b"</Status>", b"</Status><Approver>B</Approver>"),
         Rejected, STRANGE),
    Case("21 another order", GOOD.replace(b"<Ref>r</Ref>", b"").replace(b"<ExternalId>",
         b"<Ref>r</Ref><ExternalId>"), Rejected, STRANGE),
    Case("21 another operation's answer", PING, Rejected,
         "The ERP answered something else than was asked."),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.trap)
def test_a_trap_becomes_a_clear_no(trap: Trap, case: Case) -> None:
    erp = reference_erp(url=trap.url, node="portal", read_timeout=5)
    claim = replace(a_claim(), external_id=KEY)
    trap.status, trap.content_type, trap.body = case.status, case.content_type, case.body

    with pytest.raises(OutsideError) as failure:
        erp.put_claim(claim)

    assert type(failure.value) is case.becomes
    assert str(failure.value).startswith(case.words)
    assert str(failure.value).strip()
    assert failure.value.outcome_unknown is case.in_doubt
    assert "root:" not in getattr(failure.value, "details", "")


@pytest.mark.parametrize("zone", [b"", b"Z", b"+05:00"])
def test_1c_s_empty_date_is_no_date_in_any_zone(trap: Trap, trapped: SoapErp, zone: bytes) -> None:
    trap.body = GOOD.replace(DAY, DAY + zone)

    assert trapped.put_claim(replace(a_claim(), external_id=KEY)).date is None


def test_a_moment_without_a_zone_is_the_infobase_s_own_even_in_the_hour_that_comes_twice(
    trap: Trap,
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    trap.body = PING.replace(b"2026-11-16T09:00:00", b"2024-10-27T02:30:00")

    told = reference_erp(url=trap.url, node="portal", zone=berlin).ping().at

    assert told is not None
    assert told.astimezone(UTC) == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)


def test_what_excel_leaves_in_a_comment_never_leaves_the_house(
    trap: Trap, trapped: SoapErp
) -> None:
    trap.body = GOOD
    claim = replace(a_claim(text="Течь\x1fпо\x0bшву\ud800\ufffe"), external_id=KEY)

    trapped.put_claim(claim)

    assert "Течь по шву  ".encode() in trap.requests[0]


def test_numbers_of_the_feed_come_as_they_were_written(trap: Trap, trapped: SoapErp) -> None:
    """Whether a number is one is for the database to say, row by row."""
    written = ("1,5", "1\u00a0000,50", "1E-5", "INF", "-0.000", "0.333")
    rows = "".join(
        f"<Package><Code>1</Code><Quantity>{one}</Quantity></Package>" for one in written
    )
    trap.body = changes(rows, count=len(written))

    with trapped.changes(after=0) as message:
        assert [row[2] for _, row in message] == list(written)


def test_a_typed_value_of_the_feed_is_its_text(trap: Trap, trapped: SoapErp) -> None:
    kind = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="CatalogRef.Номенклатура"'
    trap.body = changes(f"<Package><Code {kind}>17</Code></Package>", count=1)

    with trapped.changes(after=0) as message:
        ((row_kind, row),) = list(message)
    assert (row_kind, row[0]) == (RowKind.PACKAGE, "17")


def test_an_enumeration_s_new_name_is_taken_as_it_is(trap: Trap, trapped: SoapErp) -> None:
    trap.body = GOOD.replace("Новая".encode(), "Закрыта".encode())

    got: Receipt = trapped.put_claim(replace(a_claim(), external_id=KEY))

    assert got.status == "Закрыта"


def test_the_inner_address_of_a_published_contract_is_nobody_s_guide(
    trap: Trap, trapped: SoapErp
) -> None:
    trap.body = GOOD

    trapped.put_claim(replace(a_claim(), external_id=KEY))

    assert len(trap.requests) == 1
    assert SOAP.encode() in trap.requests[0]
