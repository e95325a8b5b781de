"""The mailbox of the demo."""

import email
from email.policy import default
from pathlib import Path

import pytest

from connectors.errors import Rejected, Unavailable
from connectors.mail.folder import FolderMail
from connectors.mail.memory import RememberingMail
from connectors.mail.port import Letter

SENDER = "claims@factory.example"
LETTER = Letter("6f1c2a", "ann@dealer.example", "Žádost č. 17", "Odpovíme do 5. května.")


def test_each_letter_becomes_one_readable_file(tmp_path: Path) -> None:
    mailbox = FolderMail(tmp_path / "mailbox", SENDER)

    mailbox.send(LETTER)
    mailbox.send(LETTER)
    mailbox.send(Letter("../../etc/7", "ben@dealer.example", "Other", "text"))

    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert [path.parent for path in files] == [tmp_path / "mailbox"] * 2
    messages = [email.message_from_bytes(path.read_bytes(), policy=default) for path in files]
    (ours,) = [message for message in messages if message["To"] == "ann@dealer.example"]
    assert ours["Subject"] == "Žádost č. 17"
    assert ours.get_content().strip() == "Odpovíme do 5. května."


def test_a_mailbox_that_cannot_be_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "mailbox").write_text("in the way")

    with pytest.raises(Unavailable):
        FolderMail(tmp_path / "mailbox", SENDER).send(LETTER)


def test_a_letter_to_nobody_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(Rejected):
        FolderMail(tmp_path, SENDER).send(Letter("k", "nobody", "Subject", "text"))

    assert list(tmp_path.iterdir()) == []


def test_the_fake_remembers_letters_in_order() -> None:
    mail = RememberingMail()

    mail.send(LETTER)
    mail.send(Letter("k", "ben@dealer.example", "Second", "text"))

    assert [letter.subject for letter in mail.letters] == ["Žádost č. 17", "Second"]
