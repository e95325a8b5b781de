"""A mailbox made of files, which any mail program opens."""

from hashlib import sha256
from pathlib import Path

from connectors.errors import Unavailable
from connectors.mail.compose import compose
from connectors.mail.port import Letter
from connectors.reasons import MailReason


class FolderMail:
    """Writes each letter as an .eml file; the same letter sent twice stays one file."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, letter: Letter) -> None:
        content = bytes(compose(letter, self._sender))
        name = sha256(letter.key.encode()).hexdigest()[:32]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part = self._folder / f".{name}.part"
            part.write_bytes(content)
            part.replace(self._folder / f"{name}.eml")
        except OSError as error:
            raise Unavailable(MailReason.FOLDER, words=str(error)) from error
