"""A mail service that hands letters to an SMTP server."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPException,
    SMTPNotSupportedError,
    SMTPResponseException,
)
from typing import Literal

from connectors.errors import Rejected, Unavailable
from connectors.mail.compose import compose
from connectors.mail.port import Letter
from connectors.reasons import MailReason

Security = Literal["none", "starttls", "tls"]

SECONDS = 20
PERMANENT = 500
PASSING = 400
FINE = (250, 251)


class SmtpMail:
    """One connection a letter: letters are few, and an idle connection is closed by servers."""

    def __init__(
        self,
        host: str,
        port: int,
        user: str = "",
        password: str = "",
        *,
        security: Security,
        sender: str,
        seconds: float = SECONDS,
    ) -> None:
        self._host = host
        self._port = port
        self._user = user
        self._password = password
        self._security = security
        self._sender = sender
        self._seconds = seconds

    def send(self, letter: Letter) -> None:
        message = compose(letter, self._sender)
        with _translated(outcome_unknown=False):
            server = self._open()
            try:
                self._sign_in(server)
                _address_envelope(server, self._sender, letter.to)
                _hand_over(server, message)
                with suppress(SMTPException, OSError):  # the letter is theirs already
                    server.quit()
            finally:
                server.close()

    def _open(self) -> SMTP:
        if self._security == "tls":
            context = ssl.create_default_context()
            return SMTP_SSL(self._host, self._port, timeout=self._seconds, context=context)
        return SMTP(self._host, self._port, timeout=self._seconds)

    def _sign_in(self, server: SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self._security == "starttls":
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if self._user:
            server.login(self._user, self._password)


def _address_envelope(server: SMTP, sender: str, to: str) -> None:
    _check(*server.mail(sender))
    _check(*server.rcpt(to))


def _hand_over(server: SMTP, message: EmailMessage) -> None:
    # From here on a silence may mean that the server took the letter.
    with _translated(outcome_unknown=True):
        _check(*server.data(bytes(message)))


def _check(code: int, answer: bytes) -> None:
    if code not in FINE:
        raise SMTPResponseException(code, answer)


@contextmanager
def _translated(*, outcome_unknown: bool) -> Iterator[None]:
    try:
        yield
    except SMTPResponseException as error:
        raise _answer(error, outcome_unknown) from error
    except SMTPNotSupportedError as error:
        raise Rejected(MailReason.UNABLE, details=str(error)) from error
    except (SMTPException, OSError) as error:
        raise Unavailable(
            MailReason.UNREACHABLE, words=str(error), outcome_unknown=outcome_unknown
        ) from error


def _answer(error: SMTPResponseException, outcome_unknown: bool) -> Unavailable | Rejected:
    words = error.smtp_error
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    answer = f"{error.smtp_code} {text}"
    if PASSING <= error.smtp_code < PERMANENT:
        return Unavailable(MailReason.LATER, words=answer)
    if error.smtp_code < PASSING:  # smtplib's -1: an answer that is none
        return Unavailable(MailReason.NONSENSE, words=answer, outcome_unknown=outcome_unknown)
    return Rejected(MailReason.REFUSED, details=answer)
