"""Another infobase that answers for our node: nothing is read, nothing told, nothing compared."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Plant
from app.core.clock import now
from app.core.db import db
from app.core.outside import ONLY_ERP, connect_outside, outside
from app.erp import infobase
from app.erp.doctor import examine
from app.erp.intake import pull_now
from app.erp.messages import list_actions
from app.erp.models import DeskAct, Difference, Feed, Infobase
from app.erp.push import KEEPERS, ping
from app.erp.reconcile import reconcile
from app.erp.verdicts import Question, Verdict
from app.outbox import connections
from app.outbox.delivery import Link, drain
from app.outbox.models import Connection, MessageState, OutboxMessage
from app.outbox.queries import count_alarms
from app.outbox.rules import ConnectionState
from connectors.erp.memory import RememberingErp
from connectors.errors import Foreign
from connectors.reasons import ErpReason, Reason
from tests.app.conftest import SignIn
from tests.app.erp.test_push import claim, tell  # noqa: F401  (fixtures)
from tests.app.world import World
from tests.connectors.erp.running import running

Db = scoped_session[Session]
OURS, COPY = "base-1 at srv/erp", "base-1 at srv/test"


def who_says_so(monkeypatch: pytest.MonkeyPatch) -> RememberingErp:
    """Make the ERP that is there one that says which infobase it is."""
    monkeypatch.setattr(infobase, "_checked", {})
    known = replace(outside().erps[ONLY_ERP], tells_infobase=True)
    connect_outside(replace(outside(), erps={ONLY_ERP: known}))
    assert isinstance(known.erp, RememberingErp)
    known.erp.infobase = OURS
    return known.erp


@pytest.fixture
def erp(
    erp: RememberingErp, plant: Plant, session: Db, monkeypatch: pytest.MonkeyPatch
) -> RememberingErp:
    return who_says_so(monkeypatch)


def test_the_first_infobase_is_pinned_and_stays(erp: RememberingErp) -> None:
    pull_now(ONLY_ERP)
    pull_now(ONLY_ERP)

    assert db.get_one(Infobase, ONLY_ERP).infobase == OURS


@pytest.mark.parametrize("told", [COPY, ""])
def test_a_copy_is_not_read_and_the_feed_keeps_its_place(erp: RememberingErp, told: str) -> None:
    pull_now(ONLY_ERP)
    place, asked = db.get_one(Feed, ONLY_ERP).message_no, erp.calls.count("changes")
    erp.infobase = told

    with pytest.raises(Foreign, match=r"infobase.* answers"):
        pull_now(ONLY_ERP)

    feed = db.get_one(Feed, ONLY_ERP, populate_existing=True)
    assert (feed.message_no, erp.calls.count("changes")) == (place, asked)
    assert "instead of base-1" in str(feed.last_error)


def test_a_claim_is_not_pushed_into_a_copy_and_goes_when_our_own_is_back(
    session: Db,
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
) -> None:
    infobase.pin_first(ONLY_ERP, erp.ping(), at=now())
    session.commit()
    erp.infobase = COPY

    tell("erp.push_claim")
    session.expire_all()
    waiting = session.query(OutboxMessage).filter_by(kind="erp.push_claim").one()
    state, attempts, doubt = waiting.state, waiting.attempts, waiting.doubt_since
    stopped = session.get_one(Connection, ONLY_ERP).state
    in_the_copy = len(erp.claims)
    alarms = count_alarms()
    erp.infobase = OURS
    connections.resume(ONLY_ERP)
    session.commit()
    drain(KEEPERS, at=now())

    assert (state, attempts, doubt) == (MessageState.WAITING, 0, None)
    assert (stopped, in_the_copy, alarms) == (ConnectionState.FOREIGN, 0, 1)
    assert len(erp.claims) == 1


def test_the_probe_of_a_stopped_connection_does_not_take_a_copy_for_our_own(
    session: Db, erp: RememberingErp
) -> None:
    infobase.pin_first(ONLY_ERP, erp.ping(), at=now())
    erp.infobase = COPY
    connections.stop(ONLY_ERP, ConnectionState.BROKEN, Reason(ErpReason.UNREACHABLE), at=now())
    session.query(Connection).update({"paused_until": now()})
    session.commit()

    drain(KEEPERS, at=now(), links={ONLY_ERP: Link(ping=lambda: ping(ONLY_ERP))})

    session.expire_all()
    assert session.get_one(Connection, ONLY_ERP).state is ConnectionState.FOREIGN


def test_a_copy_is_not_compared_and_nobody_is_advised_to_fill_it(
    session: Db,
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
) -> None:
    tell("erp.push_claim")
    infobase.pin_first(ONLY_ERP, erp.ping(), at=now())
    session.commit()
    erp.infobase = COPY
    erp.receipts.clear()

    with pytest.raises(Foreign):
        reconcile(ONLY_ERP, by=None, at=now())

    session.rollback()
    assert session.query(Difference).count() == 0


def test_the_doctor_names_both_infobases(erp: RememberingErp) -> None:
    good = {one.question: one for one in examine(ONLY_ERP, by=None)}
    erp.infobase = COPY
    bad = {one.question: one for one in examine(ONLY_ERP, by=None)}

    assert good[Question.INFOBASE].verdict is Verdict.GOOD
    assert bad[Question.INFOBASE].verdict is Verdict.BAD
    assert f"{COPY} instead of {OURS}" in bad[Question.INFOBASE].seen.said()


def test_a_service_that_does_not_say_who_it_is_is_worth_a_look(erp: RememberingErp) -> None:
    erp.infobase = ""

    findings = {one.question: one for one in examine(ONLY_ERP, by=None)}

    assert findings[Question.INFOBASE].verdict is Verdict.LOOK


def test_an_administrator_accepts_the_infobase_that_he_has_seen(
    session: Db, world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin: FlaskClient = sign_in(world.admin)
    erp = who_says_so(monkeypatch)
    pull_now(ONLY_ERP)
    erp.infobase = COPY
    session.commit()  # all sessions of a test share a connection, and what one rolls back
    with pytest.raises(Foreign) as refusal:
        infobase.ensure_ours(ONLY_ERP)
    connections.stop_for(ONLY_ERP, refusal.value, at=now())
    examine(ONLY_ERP, by=None)
    session.commit()
    way = f"/exchange/doctor/{ONLY_ERP}"
    page = admin.get(way).get_data(as_text=True)

    another = admin.post(f"{way}/infobase", data={"seen": "a third", "reason": "moved"})
    silent = admin.post(f"{way}/infobase", data={"seen": COPY, "reason": " "})
    before = session.get_one(Infobase, ONLY_ERP, populate_existing=True).infobase
    admin.post(f"{way}/infobase", data={"seen": COPY, "reason": "moved to srv/test"})
    session.expire_all()

    assert COPY in page
    assert "Accept this infobase" in page
    assert (another.status_code, silent.status_code) != (303, 303)
    assert before == OURS
    assert session.get_one(Infobase, ONLY_ERP).infobase == COPY
    assert session.get_one(Connection, ONLY_ERP).state is ConnectionState.WORKING
    assert session.get_one(Feed, ONLY_ERP).message_no == 0
    assert DeskAct.INFOBASE in [one.act for one in list_actions()]
    pull_now(ONLY_ERP)


def test_two_simulators_are_two_infobases(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with (
        running(tmp_path_factory.mktemp("a")) as one,
        running(tmp_path_factory.mktemp("b")) as other,
    ):
        names = {erp.erp().ping().infobase for erp in (one, one, other)}

    assert len(names) == 2
    assert "" not in names
