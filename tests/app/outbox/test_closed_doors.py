"""What a real answer of 1C on a bad day does to the connection and to the message."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.outbox.delivery import Keeper, deliver_due
from app.outbox.models import Connection, MessageState, OutboxMessage
from app.outbox.rules import ConnectionState
from tests.app.outbox.conftest import FRIDAY
from tests.connectors.erp.running import reference_erp
from tests.connectors.erp.trap import Trap, trap_server

Promised = Callable[..., UUID]
Found = Callable[[UUID], OutboxMessage]

MAINTENANCE = (
    "<html><body>Начало сеанса с информационной базой запрещено. Технические работы.</body></html>"
)
NO_LICENCE = "<html><body>Не обнаружено свободной лицензии!</body></html>"


@pytest.fixture
def trap() -> Iterator[Trap]:
    with trap_server() as opened:
        yield opened


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (406, "", ConnectionState.CLOSED),
        (500, MAINTENANCE, ConnectionState.CLOSED),
        (200, MAINTENANCE, ConnectionState.CLOSED),
        (500, NO_LICENCE, ConnectionState.CLOSED),
        (401, "", ConnectionState.DENIED),
        (403, "", ConnectionState.DENIED),
    ],
)
def test_an_answer_about_the_whole_connection_costs_the_message_nothing(
    trap: Trap,
    promised: Promised,
    found: Found,
    session: scoped_session[Session],
    status: int,
    body: str,
    state: ConnectionState,
) -> None:
    trap.status, trap.content_type, trap.body = status, "text/html; charset=utf-8", body.encode()
    erp = reference_erp(url=trap.url, node="portal")
    waiting, behind = promised(connection="erp"), promised(connection="erp")

    keeper = Keeper(lambda one, _: one, lambda _: erp.ping(), lambda *_: None)
    deliver_due({"tell": keeper}, at=FRIDAY)

    assert len(trap.seen) == 1
    assert session.get_one(Connection, "erp").state is state
    for one in (waiting, behind):
        message = found(one)
        assert (message.state, message.attempts) == (MessageState.WAITING, 0)


def test_one_error_page_alone_stops_nothing(
    trap: Trap, promised: Promised, found: Found, session: scoped_session[Session]
) -> None:
    trap.status, trap.content_type, trap.body = 502, "text/html", b"<html>Bad gateway</html>"
    erp = reference_erp(url=trap.url, node="portal")
    waiting = promised(connection="erp")

    keeper = Keeper(lambda one, _: one, lambda _: erp.ping(), lambda *_: None)
    deliver_due({"tell": keeper}, at=FRIDAY)

    assert session.get_one(Connection, "erp").state is ConnectionState.WORKING
    assert found(waiting).attempts == 1
