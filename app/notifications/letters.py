"""The letters of one message: sending them, and noting in the claim's history who got which."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.accounts.models import Person
from app.accounts.policy import SYSTEM
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.core.clock import now
from app.core.outside import outside
from app.notifications.readers import Recipient, readdressed
from app.outbox.delivery import Keeper
from app.vocabulary import DEALERS, Visibility
from connectors.mail.port import Letter


@dataclass(frozen=True)
class Post:
    """The letters of one message about a claim, each with its reader."""

    claim_id: UUID
    letters: Sequence[tuple[Recipient, Letter]]


def post(
    claim_id: UUID, readers: Sequence[Recipient], compose: Callable[[Person], Letter]
) -> Post | None:
    """Return the letters to these readers, None where nobody has to be told."""
    letters = [(to, readdressed(compose(to.person), to)) for to in readers]
    return Post(claim_id, letters) if letters else None


def keeper_of(prepare: Callable[[UUID], Post | None]) -> Keeper:
    """Return the keeper of a kind of mail: it sends all letters of a message and notes each."""

    def send(post: Post) -> None:
        for _, letter in post.letters:  # one that went out twice is known by its key
            outside().mail.send(letter)

    def note(_subject: UUID, post: Post, _reply: object) -> None:
        for to, letter in post.letters:
            note_letter(post.claim_id, to.person, letter, instead_of=to.instead_of)

    return Keeper(lambda subject, _connection: prepare(subject), send, note)


def note_letter(
    claim_id: UUID, reader: Person | None, letter: Letter, *, instead_of: str = ""
) -> None:
    """Note a letter that was sent; one to the factory's own people no dealer is told of.

    `instead_of` is whom it was meant for, when that person could not be reached.
    """
    if reader is None:
        return
    is_dealers = reader.role in DEALERS
    record(
        claim_id,
        HistoryKind.LETTER_SENT,
        by=SYSTEM,
        at=now(),
        visibility=Visibility.PUBLIC if is_dealers else Visibility.INTERNAL,
        to=reader.name,
        subject=letter.subject,
        **({"instead_of": instead_of} if instead_of else {}),
    )
