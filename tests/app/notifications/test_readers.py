"""A letter that its reader cannot receive goes to somebody who can act, and is shown."""

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.policy import User
from app.claims.history_models import HistoryEntry, HistoryKind
from app.core.clock import now
from app.core.db import db
from app.core.outside import Outside
from app.notifications.readers import is_reachable, recipient
from app.notifications.service import keepers
from app.outbox.delivery import drain
from app.outbox.models import MessageState, OutboxMessage
from app.vocabulary import Role
from connectors.errors import Rejected
from connectors.mail.memory import RememberingMail
from tests.app.accounts.hiring import hire
from tests.app.conftest import SignIn
from tests.app.world import World


@pytest.fixture
def mail(neighbours: Outside) -> RememberingMail:
    assert isinstance(neighbours.mail, RememberingMail)
    return neighbours.mail


def person(user: User) -> Person:
    return db.get_one(Person, user.id)


def leave(*users: User) -> None:
    for user in users:
        person(user).is_active = False
    db.commit()


def deliver() -> None:
    drain(keepers("https://claims.example"), at=now())


@pytest.mark.parametrize(
    ("text", "is_usable"),
    [
        ("ann@example.test", True),
        ("клиент@завод.рф", False),
        ("ann", False),
        ("ann@", False),
        ("ann@example.test, ben@example.test", False),
        ("nobody@dealer.invalid", False),
    ],
)
def test_an_address_is_something_that_a_mail_server_takes(
    world: World, text: str, is_usable: bool
) -> None:
    reader = person(world.ann)
    reader.email = text

    assert is_reachable(reader) is is_usable


def test_a_letter_goes_to_whom_it_is_meant_for(world: World) -> None:
    found = recipient(person(world.ann))

    assert (found.person.id, found.instead_of) == (world.ann.id, "")


def test_of_a_dealer_the_administrator_gets_it_then_others_then_the_factory(world: World) -> None:
    claim = world.filed()
    colleague = hire(Role.DEALER_USER, dealer=world.dealer)
    chief = hire(Role.DEALER_ADMIN, dealer=world.dealer)
    order = []
    leave(world.ann)
    for _ in range(3):
        found = recipient(person(world.ann), claim).person
        order.append(found.id)
        found.is_active = False
        db.commit()

    assert order == [chief.id, colleague.id, world.cleo.id]


def test_an_address_that_cannot_be_one_is_as_good_as_none(world: World) -> None:
    person(world.ann).email = "ann (phone only)"
    db.commit()

    assert recipient(person(world.ann)).person.id == world.cleo.id


def test_without_a_manager_the_heads_get_it_and_then_the_administrators(world: World) -> None:
    head = hire(Role.HEAD_OF_CLAIMS)
    claim = world.filed()

    assert recipient(None, claim).person.id == head.id
    leave(world.cleo)
    db.get_one(Person, head.id).is_active = False
    db.commit()
    assert recipient(None, claim).person.id == world.admin.id


def test_a_letter_to_somebody_who_left_reaches_who_can_act_and_is_shown(
    world: World, mail: RememberingMail, sign_in: SignIn
) -> None:
    claim = world.filed()
    leave(world.ann)

    deliver()

    (letter,) = (one for one in mail.letters if one.key.startswith("filed-"))
    assert letter.to == person(world.cleo).email
    assert letter.text.startswith("You get this e-mail because Ann cannot be reached.")
    query = select(HistoryEntry.facts).where(HistoryEntry.kind == HistoryKind.LETTER_SENT)
    assert [one["instead_of"] for one in db.scalars(query) if "instead_of" in one] == ["Ann"]
    page = sign_in(world.admin).get("/exchange").text
    assert "E-mails delivered to somebody else" in page
    assert str(claim.number) in page


def test_a_letter_that_nobody_can_receive_waits_for_the_administrator(
    world: World, mail: RememberingMail
) -> None:
    world.filed()
    for one in db.scalars(select(Person)):
        one.email = f"{one.id}@nowhere.invalid"
    db.commit()

    deliver()

    assert mail.letters == []
    (message,) = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail.claim_filed"))
    assert message.state is MessageState.PARKED
    assert "can be reached" in str(message.last_error)


def test_somebody_must_be_reachable(world: World) -> None:
    leave(*(world.ann, world.ben, world.cleo, world.dora, world.fay, world.admin))

    with pytest.raises(Rejected):
        recipient(person(world.ann))
