"""A mail service that only remembers."""

from connectors.mail.port import Letter


class RememberingMail:
    """Keeps every letter in `letters`, in the order of sending."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)
