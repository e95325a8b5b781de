"""What was said is shown to administrators, and no secret with it."""

from base64 import b64encode

import pytest

from connectors.erp.recording import (
    HEARD_BYTES,
    LONGEST,
    Exchange,
    Tape,
    laid_out,
    masked,
    secrets_of,
)
from connectors.errors import Denied, OutsideError, Unavailable
from tests.connectors.erp.running import reference_erp
from tests.connectors.erp.trap import Trap

USER, PASSWORD = "портал", "p<a&ss-word"
LOG_IN = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
SECRETS = secrets_of(USER, PASSWORD)


@pytest.mark.parametrize(
    "text",
    [
        "<Password>s3cret-word</Password>",
        '<ns:UserPassword kind="plain">s3cret-word</ns:UserPassword>',
        "<Пароль>s3cret-word</Пароль>",
        "<AccessToken>s3cret-word</AccessToken>",
        "<User name='Ann' password='s3cret-word'/>",
        '<User secret="s3cret-word">',
        "Authorization: Basic s3cret-word",
        '"Authorization": "Bearer s3cret-word"',
    ],
)
def test_what_is_named_like_a_secret_is_masked(text: str) -> None:
    assert "s3cret-word" not in masked(text)
    assert "***" in masked(text)


@pytest.mark.parametrize("form", [PASSWORD, LOG_IN, "p&lt;a&amp;ss-word"])
def test_our_own_log_in_is_masked_wherever_it_comes_back(form: str) -> None:
    assert form not in masked(f"<html>You sent {form}, and that is wrong</html>", SECRETS)


def test_what_is_no_secret_stays() -> None:
    text = "<Claim><Number>D01-2026-000001</Number><Text>Трещина</Text></Claim>"

    assert masked(text, SECRETS) == text


def test_a_message_is_laid_out_for_a_reader() -> None:
    assert laid_out(b"<a><b>1</b><c/></a>") == "<a>\n  <b>1</b>\n  <c/>\n</a>"


def test_what_is_no_xml_is_shown_as_it_came() -> None:
    assert laid_out("<html><p>Технические работы".encode()) == "<html><p>Технические работы"


def test_the_bytes_of_a_file_are_only_counted() -> None:
    content = b64encode(b"x" * 30_000)

    shown = laid_out(b"<Part><Content>" + content + b"</Content></Part>")

    assert len(shown) < 200
    assert str(len(content)) in shown


def test_a_long_message_is_cut() -> None:
    assert len(laid_out(("<a>" + "слово, " * LONGEST).encode())) < LONGEST + 10


def test_of_an_endless_answer_only_the_beginning_is_heard() -> None:
    tape = Tape("GetChanges", b"<ask/>", ())
    for _ in range(3):
        tape.hear(b"x" * (HEARD_BYTES // 2 + 1))

    assert len(tape.stop().reply) == HEARD_BYTES


def test_a_call_without_an_answer_is_recorded_without_its_log_in() -> None:
    recorded: list[Exchange] = []
    erp = reference_erp(
        url="http://127.0.0.1:1/nobody",
        user=USER,
        password=PASSWORD,
        node="portal",
        recorder=recorded.append,
    )

    with pytest.raises(Unavailable):
        erp.ping()

    (exchange,) = recorded
    assert (exchange.operation, exchange.status, exchange.reply) == ("Ping", None, b"")
    assert "Ping" in exchange.request_text()
    assert not any(secret in exchange.request_text() for secret in SECRETS)
    assert PASSWORD not in repr(exchange)


@pytest.mark.parametrize("status", [200, 401, 404, 500])
def test_a_server_that_repeats_our_log_in_gives_it_to_nobody(trap: Trap, status: int) -> None:
    recorded: list[Exchange] = []
    trap.status, trap.content_type = status, "text/html"
    trap.body = f"<html>Authorization: Basic {LOG_IN}, so {USER}/{PASSWORD}</html>".encode()
    erp = reference_erp(
        url=trap.url, user=USER, password=PASSWORD, node="portal", recorder=recorded.append
    )

    with pytest.raises(OutsideError) as refused:
        erp.ping()

    (exchange,) = recorded
    shown = exchange.request_text() + exchange.reply_text()
    shown += str(refused.value) + getattr(refused.value, "details", "")
    assert exchange.status == status
    assert "***" in exchange.reply_text()
    assert not any(secret in shown for secret in SECRETS)
    assert isinstance(refused.value, Denied) is (status == 401)
