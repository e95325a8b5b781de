"""A kind of messages stops on one connection; all the others go on."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session, scoped_session

from app.outbox.delivery import drain
from app.outbox.halts import halt, lift, list_halted, release
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.queries import count_alarms
from tests.app.outbox.conftest import FRIDAY, Neighbour

Db = scoped_session[Session]
Promised = Callable[..., UUID]
Found = Callable[[UUID], OutboxMessage]
LOST = "- PutClaim/Claim/Text: string 1..1"


def test_only_the_halted_kind_waits_and_costs_no_attempt(
    session: Db, promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    claim, act = promised("claim"), promised("act")
    halt("", "claim", LOST, at=FRIDAY)
    halt("another", "act", LOST, at=FRIDAY)
    session.commit()

    drain(dict.fromkeys(("claim", "act", "mail.exchange_alarm"), neighbour.keeper), at=FRIDAY)

    assert claim not in neighbour.told
    assert act in neighbour.told
    waiting = found(claim)
    assert (waiting.state, waiting.attempts) == (MessageState.WAITING, 0)
    assert count_alarms() == 2


def test_it_goes_on_when_the_reason_is_gone(
    session: Db, promised: Promised, neighbour: Neighbour
) -> None:
    claim = promised("claim")
    halt("", "claim", LOST, at=FRIDAY)
    lift("", ["claim"])
    session.commit()

    drain({"claim": neighbour.keeper, "mail.exchange_alarm": neighbour.keeper}, at=FRIDAY)

    assert claim in neighbour.told
    assert list_halted() == []


def test_a_person_lets_it_go_on_and_the_same_reason_does_not_halt_it_again(
    session: Db, promised: Promised, neighbour: Neighbour
) -> None:
    claim = promised("claim")
    halt("", "claim", LOST, at=FRIDAY)

    assert release("", "claim", by="Admin", at=FRIDAY)
    assert not release("", "claim", by="Admin", at=FRIDAY)
    assert not halt("", "claim", LOST, at=FRIDAY + timedelta(days=1))
    session.commit()
    drain({"claim": neighbour.keeper, "mail.exchange_alarm": neighbour.keeper}, at=FRIDAY)

    assert claim in neighbour.told
    assert halt("", "claim", "~ PutClaim/Claim/Number: string → int", at=FRIDAY)
    assert len(list_halted()) == 1
