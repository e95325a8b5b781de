"""What the portal asks of a mail service."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """One mail; `key` becomes its Message-ID, so that a repeated sending can be recognised."""

    key: str
    to: str
    subject: str
    text: str


class Mail(Protocol):
    """Sends letters. Raises `Unavailable` or `Rejected`, nothing else."""

    def send(self, letter: Letter) -> None: ...
