"""Letters handed to real SMTP servers on this machine, kind and unkind ones."""

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from connectors.errors import Rejected, Unavailable
from connectors.mail.port import Letter
from connectors.mail.smtp import SmtpMail

LETTER = Letter(
    key="6f1c2a", to="ann@dealer.example", subject="Рекламация № 17", text="Мы ответим до 5 мая."
)


class Office:
    """A mail server's manners: it keeps what it takes and answers what it is told to."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.on_recipient = "250 OK"
        self.on_data: str | None = "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.on_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.on_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=default)
        self.messages.append(message)
        if self.on_data is None:
            assert server.transport is not None
            server.transport.close()
            return "250 nobody hears this"
        return self.on_data


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def port(office: Office) -> Iterator[int]:
    with opened(office) as port:
        yield port


@contextmanager
def opened(office: Office, **options: Any) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(office, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def mail(port: int, user: str = "", password: str = "", security: Any = "none") -> SmtpMail:
    return SmtpMail(
        "127.0.0.1",
        port,
        user,
        password,
        security=security,
        sender="claims@factory.example",
        seconds=3,
    )


def test_a_letter_arrives_with_its_words_and_its_key(office: Office, port: int) -> None:
    mail(port).send(LETTER)

    (message,) = office.messages
    assert message["Subject"] == "Рекламация № 17"
    assert message.get_content().strip() == "Мы ответим до 5 мая."
    assert message["To"] == "ann@dealer.example"
    assert message["From"] == "claims@factory.example"
    assert message["Message-ID"] == "<6f1c2a@factory.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime is not None
    (envelope,) = office.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (
        "claims@factory.example",
        ["ann@dealer.example"],
    )


def test_a_line_that_begins_with_a_dot_survives(office: Office, port: int) -> None:
    mail(port).send(Letter("k", "ann@dealer.example", "Dots", "a\n.\n..b\nc"))

    assert office.messages[0].get_content().splitlines() == ["a", ".", "..b", "c"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_no_subject_can_bring_its_own_header(office: Office, port: int, end: str) -> None:
    mail(port).send(Letter("k", "ann@dealer.example", f"Hi{end}Bcc: ben@rival.example", "x"))

    (message,) = office.messages
    assert message["Bcc"] is None
    assert message["Subject"] == "Hi Bcc: ben@rival.example"
    assert office.envelopes[0].rcpt_tos == ["ann@dealer.example"]


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ann",
        "@dealer.example",
        "ann@dealer.example, ben@rival.example",
        "ann@dealer.example\r\nBcc: ben@rival.example",
        "ann@dealer.example\n",
        "Ann <ann@dealer.example>",
        "анна@dealer.example",
    ],
)
def test_what_is_no_address_is_rejected_before_anybody_is_called(
    office: Office, port: int, to: str
) -> None:
    with pytest.raises(Rejected):
        mail(port).send(Letter("k", to, "Subject", "text"))

    assert office.envelopes == []


def test_a_key_cannot_break_out_of_the_message_id(office: Office, port: int) -> None:
    mail(port).send(Letter("a b>\r\nX: y", "ann@dealer.example", "Subject", "text"))

    assert office.messages[0]["Message-ID"] == "<a-b-X-y@factory.example>"


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [("550 no such person", Rejected), ("451 greylisted", Unavailable)],
)
def test_a_refused_recipient_is_later_or_never(
    office: Office, port: int, answer: str, refusal: type[Exception]
) -> None:
    office.on_recipient = answer

    with pytest.raises(refusal) as caught:
        mail(port).send(LETTER)

    assert office.envelopes == []
    assert not getattr(caught.value, "outcome_unknown", False)


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [("554 looks like spam", Rejected), ("452 disk full", Unavailable)],
)
def test_a_refused_letter_is_later_or_never(
    office: Office, port: int, answer: str, refusal: type[Exception]
) -> None:
    office.on_data = answer

    with pytest.raises(refusal) as caught:
        mail(port).send(LETTER)

    assert not getattr(caught.value, "outcome_unknown", False)


def test_silence_after_the_letter_leaves_its_fate_unknown(office: Office, port: int) -> None:
    office.on_data = None

    with pytest.raises(Unavailable) as caught:
        mail(port).send(LETTER)

    assert caught.value.outcome_unknown
    assert len(office.messages) == 1


def test_a_server_that_is_away_may_be_asked_again_without_fear() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

    with pytest.raises(Unavailable) as caught:
        mail(port).send(LETTER)

    assert not caught.value.outcome_unknown


def test_a_server_that_never_greets_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()

        with pytest.raises(Unavailable):
            SmtpMail(
                "127.0.0.1",
                silent.getsockname()[1],
                security="none",
                sender="claims@factory.example",
                seconds=0.2,
            ).send(LETTER)


def test_the_password_is_checked(office: Office) -> None:
    def authenticator(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth: Any
    ) -> AuthResult:
        return AuthResult(success=auth.password == b"right", handled=False)

    with opened(office, authenticator=authenticator, auth_require_tls=False) as port:
        mail(port, "portal", "right").send(LETTER)
        with pytest.raises(Rejected):
            mail(port, "portal", "wrong").send(LETTER)

    assert len(office.messages) == 1


def test_without_the_asked_encryption_nothing_is_sent(office: Office, port: int) -> None:
    with pytest.raises(Rejected):
        mail(port, security="starttls").send(LETTER)
    with pytest.raises(Unavailable):
        mail(port, security="tls").send(LETTER)

    assert office.envelopes == []
