"""Whatever bytes a neighbour sends, they become "later" or "a person must look", never silence."""

import gzip
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from connectors.erp.port import RowKind
from connectors.erp.soap import SoapErp
from connectors.errors import Closed, Denied, OutsideError, Rejected, Unavailable
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.running import reference_erp
from tests.connectors.erp.trap import Trap

NS = "http://dealer-claims.example/dealer-claims/1_0"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MODULE = "{WebСервис.DealerClaims.Модуль(25)}"
CLOSED = "Начало сеанса с информационной базой запрещено.\nВедутся технические работы"


def envelope(body: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="{SOAP}">'
        f"<soap:Body>{body}</soap:Body></soap:Envelope>"
    ).encode()


def receipt(key: object, *, revision: int = 1, more: str = "") -> bytes:
    return envelope(
        f'<PutClaimResponse xmlns="{NS}"><return><ExternalId>{key}</ExternalId>'
        f"<Revision>{revision}</Revision><Ref>r</Ref><Number>ОГДМ-000001 </Number>"
        "<Date>0001-01-01T00:00:00</Date><Posted>false</Posted><Status>Новая</Status>"
        f"{more}</return></PutClaimResponse>"
    )


def changes(rows: str, *, count: int, more: str = "false") -> bytes:
    return envelope(
        f'<GetChangesResponse xmlns="{NS}"><return><MessageNo>7</MessageNo><More>{more}</More>'
        f"<Count>{count}</Count><Items>{rows}</Items></return></GetChangesResponse>"
    )


def fault(text: str) -> bytes:
    return envelope(
        "<soap:Fault><faultcode>soap:Server</faultcode>"
        f"<faultstring>{text}</faultstring></soap:Fault>"
    )


ROWS = "".join(f"<Package><Code>{n}</Code></Package>" for n in range(30))
PING = envelope(
    f'<PingResponse xmlns="{NS}"><return><Product>1C</Product><Version>8</Version>'
    "<At>2026-11-16T09:00:00</At></return></PingResponse>"
)


@contextmanager
def quick() -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 20


def test_the_empty_date_and_trailing_blanks_of_1c_are_understood(
    trap: Trap, trapped: SoapErp
) -> None:
    claim = a_claim()
    trap.body = receipt(claim.external_id)

    got = trapped.put_claim(claim)

    assert (got.date, got.number) == (None, "ОГДМ-000001")


@pytest.mark.parametrize(
    "lead", [b"\r\n", b"\xef\xbb\xbf", b" \t\n\xef\xbb\xbf\r\n", b"\n" * 70_000]
)
def test_what_stands_before_the_prolog_by_mistake_is_forgiven(
    trap: Trap, trapped: SoapErp, lead: bytes
) -> None:
    claim = a_claim()
    trap.body = lead + receipt(claim.external_id)
    assert trapped.put_claim(claim).number == "ОГДМ-000001"

    trap.body = lead + changes(ROWS, count=30)
    with trapped.changes(after=6) as stream:
        assert len(list(stream)) == 30

    trap.body = lead + fault("Не указан договор")
    with pytest.raises(Rejected, match="Не указан договор"):
        trapped.put_claim(claim)


def test_a_cyrillic_log_in_goes_out_as_utf_8(trap: Trap) -> None:
    trap.body = PING

    reference_erp(url=trap.url, user="Интеграция", password="я", node="portal").ping()

    assert trap.seen[0]["Authorization"] == "Basic 0JjQvdGC0LXQs9GA0LDRhtC40Y860Y8="
    assert trap.seen[0]["SOAPAction"] == f'"{NS}#DealerClaims:Ping"'


@pytest.mark.parametrize("status", [500, 200, 400])
def test_a_fault_speaks_in_its_last_words(trap: Trap, trapped: SoapErp, status: int) -> None:
    words = f"{MODULE}: Не указан договор"
    trap.status, trap.body = status, fault(f"Неизвестная ошибка. {words}\nпо причине:\n{words}")

    with pytest.raises(Rejected) as refusal:
        trapped.put_claim(a_claim())

    assert refusal.value.reason.values["words"] == "Не указан договор"
    assert MODULE in refusal.value.details


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (500, "text/xml", fault(f"{MODULE}: {CLOSED}")),
        (403, "application/json", f'{{"descr": "{CLOSED}"}}'.encode("utf-8-sig")),
        (200, "text/html", f"<html>{CLOSED}</html>".encode()),
        (500, "text/plain", "Не обнаружено свободной лицензии!".encode()),
        (503, "text/html", b"<html>busy</html>"),
        (406, "text/plain", b""),
        (429, "text/plain", b""),
    ],
)
def test_a_closed_or_busy_erp_means_later_and_nothing_done(
    trap: Trap, trapped: SoapErp, status: int, content_type: str, body: bytes
) -> None:
    trap.status, trap.content_type, trap.body = status, content_type, body

    with pytest.raises(Unavailable) as failure:
        trapped.put_claim(a_claim())

    assert not failure.value.outcome_unknown


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_crash_without_a_fault_leaves_the_outcome_of_a_put_open(
    trap: Trap, trapped: SoapErp, status: int
) -> None:
    trap.status, trap.content_type, trap.body = status, "text/html", b"<html>gateway</html>"

    with pytest.raises(Unavailable) as of_a_put:
        trapped.put_claim(a_claim())
    with pytest.raises(Unavailable) as of_a_question:
        trapped.ping()

    assert of_a_put.value.outcome_unknown
    assert not of_a_question.value.outcome_unknown


@pytest.mark.parametrize("status", [202, 301, 302, 400, 401, 403, 404, 405, 413])
def test_other_refusals_are_for_a_person(trap: Trap, trapped: SoapErp, status: int) -> None:
    trap.status, trap.content_type = status, "text/plain"
    trap.headers["Location"] = trap.url
    trap.body = b"raw words"

    with pytest.raises(Rejected):
        trapped.put_claim(a_claim())

    assert len(trap.requests) == 1


@pytest.mark.parametrize("status", [200, 202, 204])
def test_silence_in_reply_to_a_put_is_no_receipt_and_leaves_its_outcome_open(
    trap: Trap, trapped: SoapErp, status: int
) -> None:
    trap.status = status

    with pytest.raises(Unavailable, match="no receipt") as failure:
        trapped.put_claim(a_claim())

    assert failure.value.outcome_unknown


@pytest.mark.parametrize("status", [401, 403])
def test_a_locked_out_user_is_told_from_other_refusals(
    trap: Trap, trapped: SoapErp, status: int
) -> None:
    trap.status, trap.content_type = status, "text/plain"

    with pytest.raises(Denied):
        trapped.put_claim(a_claim())


def test_a_closed_erp_is_recognised_behind_the_escapes_of_json(
    trap: Trap, trapped: SoapErp
) -> None:
    trap.status, trap.content_type = 403, "application/json"
    trap.body = json.dumps({"descr": CLOSED}).encode("utf-8-sig")

    with pytest.raises(Closed):
        trapped.put_claim(a_claim())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b"plain words",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e 'x'>]>" + PING[38:].replace(b"8", b"&e;"),
        envelope(f'<GetVersionResponse xmlns="{NS}"><return>1</return></GetVersionResponse>'),
        PING.replace(SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope"),
        PING.replace(b"<Product>1C</Product>", b""),
        PING.replace(b"<Version>", b"<New>1</New><Version>"),
        PING.replace(b"2026-11-16T09:00:00", b"16.11.2026 09:00:00"),
        PING.replace(b"2026-11-16T09:00:00", b"0001-01-01T00:00:00"),
        PING.replace(b"1C", b"\x1f"),
        envelope(""),
        envelope("<a/><b/>"),
        b"<a>" * 300 + b"</a>" * 300,
    ],
)
def test_an_answer_that_is_not_the_contracts_is_for_a_person(
    trap: Trap, trapped: SoapErp, body: bytes
) -> None:
    trap.body = body

    with pytest.raises(Rejected):
        trapped.ping()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"\xff\x00 noise"),
        (200, b"<html><body>No space left on device</body></html>"),
        (202, b"taken"),
        (200, envelope("")),
        (200, PING),
        (200, b"<!DOCTYPE soap:Envelope>" + PING[38:]),
        (200, PING.replace(SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope")),
        (200, receipt(a_claim().external_id)),
    ],
)
def test_an_answer_that_tells_nothing_leaves_the_outcome_of_a_put_open(
    trap: Trap, trapped: SoapErp, status: int, body: bytes
) -> None:
    trap.status, trap.body = status, body

    with pytest.raises(Rejected) as failure:
        trapped.put_claim(a_claim())

    assert failure.value.outcome_unknown


@pytest.mark.parametrize(("status", "body"), [(500, fault("Нет")), (404, b""), (413, b"")])
def test_a_refusal_before_the_work_leaves_nothing_open(
    trap: Trap, trapped: SoapErp, status: int, body: bytes
) -> None:
    trap.status, trap.body = status, body

    with pytest.raises(Rejected) as failure:
        trapped.put_claim(a_claim())

    assert not failure.value.outcome_unknown


def test_a_receipt_about_another_claim_is_refused(trap: Trap, trapped: SoapErp) -> None:
    trap.body = receipt(a_claim().external_id)

    with pytest.raises(Rejected, match="something else"):
        trapped.put_claim(a_claim())


def test_a_receipt_of_another_revision_is_refused(trap: Trap, trapped: SoapErp) -> None:
    claim = a_claim()
    trap.body = receipt(claim.external_id, revision=2)

    with pytest.raises(Rejected, match="something else"):
        trapped.put_claim(claim)


def test_business_errors_are_the_refusals_words(trap: Trap, trapped: SoapErp) -> None:
    claim = a_claim()
    trap.body = receipt(claim.external_id, more="<Errors>Раз</Errors><Errors>Два</Errors>")

    with pytest.raises(Rejected, match="Раз; Два"):
        trapped.put_claim(claim)


def test_silence_after_a_put_leaves_its_outcome_open(trap: Trap, hasty: SoapErp) -> None:
    trap.silence = 3

    with quick(), pytest.raises(Unavailable) as failure:
        hasty.put_claim(a_claim())

    assert failure.value.outcome_unknown


def test_a_silence_names_the_limit_that_it_broke(trap: Trap, hasty: SoapErp) -> None:
    trap.silence = 3

    with pytest.raises(Unavailable, match=r"within the \d[\d.]* seconds of read_seconds"):
        hasty.ping()


def test_a_broken_line_after_a_put_leaves_its_outcome_open(trap: Trap, trapped: SoapErp) -> None:
    trap.hang_up = True

    with pytest.raises(Unavailable) as failure:
        trapped.put_claim(a_claim())

    assert failure.value.outcome_unknown


def test_a_dripping_answer_ends_at_the_deadline(trap: Trap, hasty: SoapErp) -> None:
    trap.body, trap.drip = PING, 0.2

    with quick(), pytest.raises(Unavailable, match=r"too slow .* seconds of call_seconds"):
        hasty.ping()


@pytest.mark.parametrize("unsized", [False, True])
def test_a_dripping_feed_ends_at_the_deadline(trap: Trap, hasty: SoapErp, unsized: bool) -> None:
    trap.unsized = unsized
    trap.body, trap.drip = changes(ROWS, count=30), 0.2

    with quick(), pytest.raises(Unavailable, match=r"too slow .* seconds of feed_seconds"):
        read(hasty)


def test_an_endless_small_answer_is_not_read_to_its_end(trap: Trap) -> None:
    trap.body = PING.replace(b"1C", b"x" * 30_000_000)

    with pytest.raises(Rejected, match="longer than"):
        reference_erp(url=trap.url, node="portal").ping()


def test_a_receipt_cut_anywhere_is_never_a_receipt(trap: Trap, trapped: SoapErp) -> None:
    claim = a_claim()
    whole = receipt(claim.external_id)
    for end in range(0, len(whole) - 1, 13):
        for declared in (None, len(whole)):
            trap.body, trap.declared = whole[:end], declared
            with pytest.raises(Unavailable) as failure:
                trapped.put_claim(claim)
            assert failure.value.outcome_unknown


def test_a_feed_cut_anywhere_is_never_a_shorter_list(trap: Trap, trapped: SoapErp) -> None:
    whole = changes(ROWS, count=30)
    trap.body = whole
    assert len(read(trapped)) == 30

    for end in range(0, len(whole) - 1, 7):
        trap.body, trap.declared = whole[:end], None
        with pytest.raises(OutsideError):
            read(trapped)
    trap.declared = len(whole)
    with pytest.raises(Unavailable):
        read(trapped)


def test_a_compressed_feed_cut_in_the_middle_is_noticed(trap: Trap, trapped: SoapErp) -> None:
    whole = gzip.compress(changes(ROWS * 50, count=1500))
    trap.headers["Content-Encoding"] = "gzip"
    trap.body = whole
    assert len(read(trapped)) == 1500

    for end in range(20, len(whole) - 8, 97):
        trap.body = whole[:end]
        with pytest.raises(OutsideError):
            read(trapped)


@pytest.mark.parametrize(
    "body",
    [
        changes(ROWS, count=31),
        changes(ROWS, count=29),
        changes("", count=1),
        changes(ROWS, count=30).replace(b"<Count>30</Count>", b""),
        changes(ROWS, count=30).replace(b"<Count>30<", b"<Count>-30<"),
        changes(ROWS, count=30, more="perhaps"),
        changes(ROWS + "<Strange/>", count=30),
        changes("<Strange/>" + ROWS, count=30),
        changes(ROWS, count=30)
        .replace(b"<Code>3<", b"<Color>3<")
        .replace(b"3</Code>", b"3</Color>"),
        changes("<Package><Code>1</Code><Code>2</Code></Package>", count=1),
        changes("<Package><Code>1<b/>2</Code></Package>", count=1),
        changes("<Package><Package><Code>1</Code></Package></Package>", count=1),
        changes(ROWS, count=30).replace(b"</Items>", b"</Items><Items></Items>"),
        changes(ROWS, count=30).replace(b"</Items>", b"</Items><Package/>"),
        changes(ROWS, count=30).replace(b"GetChangesResponse", b"GetFullPageResponse"),
        changes(ROWS, count=30).replace(b"</soap:Body>", b"<x/></soap:Body>"),
        changes(ROWS, count=30).replace(b"</return>", b"</return><return/>"),
        changes(ROWS, count=30) + b"tail",
        b"<!DOCTYPE soap:Envelope>" + changes(ROWS, count=30)[38:],
        fault(f"{MODULE}: Нет такого узла"),
        PING,
        b"<html></html>",
    ],
)
def test_a_feed_that_is_not_the_contracts_is_for_a_person(
    trap: Trap, trapped: SoapErp, body: bytes
) -> None:
    trap.body = body

    with pytest.raises(Rejected):
        read(trapped)


def test_a_cleared_field_differs_from_an_absent_one(trap: Trap, trapped: SoapErp) -> None:
    nil = "<Quantity xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'/>"
    trap.body = changes(f"<Package><Code/>{nil}</Package><!-- a remark -->", count=1)

    assert read(trapped) == [(RowKind.PACKAGE, ("", None, None, None))]


def test_an_address_that_is_none_is_for_a_person() -> None:
    for url in ("erp", "ftp://127.0.0.1/", "http://", "http://[", "http://ex ample"):
        with pytest.raises(OutsideError):
            reference_erp(url=url, node="portal").ping()


def test_a_failed_handshake_means_later_and_nothing_done(trap: Trap) -> None:
    erp = reference_erp(url=trap.url.replace("http:", "https:"), node="portal")

    with pytest.raises(Unavailable) as failure:
        erp.put_claim(a_claim())

    assert not failure.value.outcome_unknown


def test_the_environments_proxy_is_none_of_our_business(
    trap: Trap, trapped: SoapErp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    trap.body = PING

    assert trapped.ping().product == "1C"


def test_a_put_that_cannot_be_written_is_refused_before_sending(
    trap: Trap, trapped: SoapErp
) -> None:
    with pytest.raises(Rejected):
        trapped.put_claim(replace(a_claim(), revision=0))

    assert not trap.requests


def read(erp: SoapErp) -> list[object]:
    with erp.changes(after=0) as message:
        return list(message)
