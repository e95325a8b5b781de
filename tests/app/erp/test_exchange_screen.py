"""The exchange screen: what an administrator sees, does and leaves behind."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.claims.models import Claim
from app.claims.settlements import settlement_id
from app.core.clock import now
from app.core.db import db
from app.core.outside import ONLY_ERP, Outside
from app.core.reasons import words
from app.erp.clockwork import TASKS
from app.erp.messages import Age, Wanted, list_actions, list_messages, messages_of
from app.erp.models import DeskAct, DocumentKind, ErpDocument, Feed
from app.outbox import connections
from app.outbox.history import note
from app.outbox.models import Connection, ExchangeRecord, MessageState, OutboxMessage
from app.outbox.rules import ConnectionState, Happening
from app.outbox.service import note_run
from app.vocabulary import Remedy
from config.schedule import BEAT
from connectors.erp.memory import RememberingErp
from connectors.errors import Closed
from connectors.reasons import ErpReason, Reason
from tests.app.conftest import SignIn
from tests.app.world import World

RAW = "{WebСервис.Module(25)}: Период закрыт"
Parked = Callable[..., OutboxMessage]


@pytest.fixture
def admin(sign_in: SignIn, world: World) -> FlaskClient:
    return sign_in(world.admin)


@pytest.fixture
def claim(world: World) -> Claim:
    return world.filed(world.shipped())


@pytest.fixture
def parked(claim: Claim) -> Parked:
    """Add a dead letter of the claim."""

    def park(kind: str = "erp.push_act", **columns: object) -> OutboxMessage:
        at = now()
        facts = {"attempts": 3, "last_error": words(RAW), "created_at": at, "due_at": at} | columns
        message = OutboxMessage(
            kind=kind,
            subject_id=uuid4(),
            claim_id=claim.id,
            state=MessageState.PARKED,
            parked_at=at,
            **facts,
        )
        db.add(message)
        db.commit()
        db.expunge(message)  # the test keeps it as it was
        return message

    return park


def state_of(message: OutboxMessage) -> MessageState:
    db.expire_all()
    return db.get_one(OutboxMessage, message.id).state


def page(client: FlaskClient, path: str = "/exchange") -> str:
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK
    return answer.text


def table_of(text: str) -> str:
    """Return the list of messages without the rest of the page."""
    found = re.search(r"<tbody>.*</tbody>", text, re.DOTALL)
    return found.group() if found else ""


def test_each_message_is_a_sentence_with_its_claim_and_the_erp_s_words(
    admin: FlaskClient, parked: Parked, claim: Claim
) -> None:
    parked()

    text = page(admin)

    assert f"Send act of claim {claim.number}" in text
    assert RAW in text
    assert "no owner yet" in text


def test_an_erp_that_was_restored_is_shown_with_the_message_it_lost(admin: FlaskClient) -> None:
    feed = Feed(connection=ONLY_ERP, message_no=3, restored_at=now(), restored_after=17)
    db.add(feed)
    db.commit()

    page = admin.get("/exchange").text

    assert "did not recognise message 17" in page


def test_only_administrators_come_to_the_exchange(
    sign_in: SignIn, world: World, parked: Parked
) -> None:
    message = parked()
    for user in (world.ann, world.cleo, world.dora):
        client = sign_in(user)
        assert client.get("/exchange").status_code == HTTPStatus.FORBIDDEN
        assert client.get(f"/exchange/{message.id}").status_code == HTTPStatus.FORBIDDEN
        for act in ("retry", "own", "done"):
            answer = client.post(f"/exchange/{message.id}/{act}", data={"reason": "x"})
            assert answer.status_code == HTTPStatus.FORBIDDEN
        for way in ("connection/erp/pause", "connection/erp/resume", "class/erp.push_act/retry"):
            answer = client.post(f"/exchange/{way}", data={"reason": "x"})
            assert answer.status_code == HTTPStatus.FORBIDDEN

    assert state_of(message) is MessageState.PARKED
    assert list_actions() == []


def test_what_is_not_there_is_not_found(admin: FlaskClient, claim: Claim) -> None:
    for path in ("/exchange/4711/retry", "/exchange/class/no.kind/retry"):
        assert admin.post(path).status_code == HTTPStatus.NOT_FOUND
    assert admin.get("/exchange/4711").status_code == HTTPStatus.NOT_FOUND
    answer = admin.post("/exchange/connection/fax/pause", data={"reason": "x"})
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_a_message_tried_again_is_due_at_once_and_audited(
    admin: FlaskClient, parked: Parked, neighbours: Outside, world: World
) -> None:
    message = parked(owner_id=world.admin.id)

    admin.post(f"/exchange/{message.id}/retry?state=parked")

    assert state_of(message) is MessageState.WAITING
    assert db.get_one(OutboxMessage, message.id).owner_id is None
    (action,) = list_actions()
    assert (action.act, action.who, action.message_id) == (DeskAct.RETRY, "Admin", message.id)


def test_a_whole_class_is_tried_again_and_nothing_else(admin: FlaskClient, parked: Parked) -> None:
    acts = [parked() for _ in range(3)]
    other = parked("mail.claim_filed")

    answer = admin.post("/exchange/class/erp.push_act/retry", follow_redirects=True)

    assert "3 messages are tried again." in answer.text
    assert {state_of(one) for one in acts} == {MessageState.WAITING}
    assert state_of(other) is MessageState.PARKED
    (action,) = list_actions()
    assert (action.act, action.kind, action.messages) == (DeskAct.RETRY_CLASS, "erp.push_act", 3)


def test_a_second_click_does_nothing_again(admin: FlaskClient, parked: Parked) -> None:
    parked()
    key = {"command_key": uuid4().hex}

    for _ in range(3):
        answer = admin.post("/exchange/class/erp.push_act/retry", data=key)
        assert answer.status_code == HTTPStatus.SEE_OTHER

    assert len(list_actions()) == 1


def test_a_message_is_marked_as_done_with_a_reason_only(admin: FlaskClient, parked: Parked) -> None:
    message = parked()

    refused = admin.post(f"/exchange/{message.id}/done", data={"reason": "  "})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert state_of(message) is MessageState.PARKED

    admin.post(f"/exchange/{message.id}/done", data={"reason": "Entered by hand"})

    assert state_of(message) is MessageState.DONE
    assert "Entered by hand" in page(admin)
    (action,) = list_actions()
    assert (action.act, action.reason) == (DeskAct.SETTLE, "Entered by hand")


def test_a_dead_letter_has_an_owner_once_somebody_takes_it(
    admin: FlaskClient, parked: Parked
) -> None:
    message = parked()
    assert "1 message on hold waits for somebody to take it over." in page(admin)

    admin.post(f"/exchange/{message.id}/own")

    text = page(admin)
    assert "Owner: Admin" in text
    assert "waits for somebody" not in text
    assert [action.act for action in list_actions()] == [DeskAct.TAKE_OVER]


def test_what_is_no_dead_letter_is_nobody_s(admin: FlaskClient, claim: Claim) -> None:
    waiting = db.query(OutboxMessage).filter_by(claim_id=claim.id).first()
    assert waiting is not None

    answer = admin.post(f"/exchange/{waiting.id}/own")

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list_actions() == []


def test_the_menu_counts_dead_letters_for_administrators_only(
    admin: FlaskClient, sign_in: SignIn, world: World, parked: Parked
) -> None:
    badge = re.compile(r'ERP exchange</span>\s*<span class="count">2</span>')
    cleo = sign_in(world.cleo)
    for _ in range(2):
        parked()

    assert badge.search(page(admin))
    assert "ERP exchange" not in page(cleo, "/worklist")


def test_a_connection_is_paused_and_resumed_with_a_reason(admin: FlaskClient, claim: Claim) -> None:
    refused = admin.post("/exchange/connection/erp/pause", data={"reason": ""})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    admin.post("/exchange/connection/erp/pause", data={"reason": "1C is being updated"})
    text = page(admin)
    assert "Paused by hand" in text
    assert "1C is being updated (Admin)" in text
    assert "waits for its connection" in table_of(text)
    assert not connections.is_working("erp")

    admin.post("/exchange/connection/erp/resume", data={"reason": "It is up"})
    assert connections.is_working("erp")
    acts = [(one.act, one.connection, one.reason) for one in list_actions()]
    assert acts == [
        (DeskAct.RESUME, "erp", "It is up"),
        (DeskAct.PAUSE, "erp", "1C is being updated"),
    ]


def test_a_refused_log_in_is_an_alarm_on_the_screen(admin: FlaskClient, claim: Claim) -> None:
    reason = Reason(ErpReason.WRONG_PASSWORD)
    connections.stop("erp", ConnectionState.DENIED, reason, at=now())
    db.commit()

    text = page(admin)

    assert "ERP refuses the portal" in text
    assert "Log-in refused" in text
    assert str(reason) in text


def test_the_raw_envelopes_of_a_message_are_on_its_page(admin: FlaskClient, parked: Parked) -> None:
    message = parked(details="<Fault>no</Fault>")
    db.add(
        ExchangeRecord(
            message_id=message.id,
            at=now(),
            operation="SaveFile",
            status=500,
            request="<Ask/>",
            reply="<Answer/>",
            milliseconds=1234,
        )
    )
    db.commit()

    text = page(admin, f"/exchange/{message.id}")

    for shown in ("&lt;Ask/&gt;", "&lt;Answer/&gt;", "&lt;Fault&gt;", "SaveFile", "1234"):
        assert shown in text
    assert "1234 milliseconds" in page(admin)


def test_acts_on_a_message_s_page_lead_back_to_it(admin: FlaskClient, parked: Parked) -> None:
    message = parked()

    answer = admin.post(f"/exchange/{message.id}/own?message=1")
    listed = admin.post(f"/exchange/{message.id}/retry?state=parked&kind=erp.push_act")

    assert answer.location == f"/exchange/{message.id}"
    assert listed.location == "/exchange?state=parked&kind=erp.push_act"


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("", True),
        ("?state=parked", True),
        ("?state=done", False),
        ("?state=nonsense&age=nonsense", True),
        ("?kind=erp.push_act", True),
        ("?kind=erp.push_claim&state=parked", False),
        ("?number=D01-", True),
        ("?number=D02-", False),
        ("?number=%25", False),
        ("?age=hour", True),
        ("?age=week", False),
    ],
)
def test_the_list_is_narrowed_by_state_kind_claim_and_age(
    admin: FlaskClient, parked: Parked, query: str, is_found: bool
) -> None:
    parked(created_at=now() - timedelta(days=2))

    rows = table_of(page(admin, f"/exchange{query}"))

    assert ("Send act of claim" in rows and RAW in rows) is is_found


def test_a_page_key_of_somebody_s_own_making_opens_the_first_page(
    admin: FlaskClient, parked: Parked
) -> None:
    parked()

    for key in ("WyJ4Il0=", "nonsense", "WyItMSJd"):
        assert RAW in page(admin, f"/exchange?after={key}")


def test_the_filter_is_told_in_the_words_of_an_address() -> None:
    wanted = Wanted(MessageState.PARKED, "erp.push_act", "D01", Age.DAY)

    assert Wanted.read(wanted.words()) == wanted
    assert Wanted().words() == {}
    assert replace(wanted, number="").words().keys() == {"state", "kind", "age"}


def test_managers_see_a_claim_s_messages_without_raw_words_and_dealers_none(
    sign_in: SignIn, world: World, parked: Parked, claim: Claim
) -> None:
    parked()
    cleo, ann = sign_in(world.cleo), sign_in(world.ann)

    manager, dealer = page(cleo, f"/claims/{claim.id}"), page(ann, f"/claims/{claim.id}")

    sentence = f"Send act of claim {claim.number}"
    assert sentence in manager
    assert sentence not in dealer
    assert RAW not in manager + dealer
    assert [one.kind for one in messages_of(claim.id)][-1] == "erp.push_act"


def test_messages_of_another_claim_are_not_told(parked: Parked, world: World) -> None:
    parked()
    other = world.filed(world.shipped(to=world.other_dealer), by=world.ben)

    assert "erp.push_act" not in [one.kind for one in messages_of(other.id)]
    rows = list_messages(Wanted(number=other.number or ""), at=now()).rows
    assert {row.claim_number for row in rows} == {other.number}


def test_a_connection_without_trouble_needs_no_row(admin: FlaskClient, claim: Claim) -> None:
    text = page(admin)

    assert text.count("none yet") == 2
    assert db.query(Connection).count() == 0


def test_a_message_tells_its_history_and_that_nobody_knows_whether_it_arrived(
    admin: FlaskClient, parked: Parked
) -> None:
    message = parked(doubt_since=now())
    note(message.id, Happening.IN_DOUBT, Reason(ErpReason.BROKEN_OFF), at=now())
    note(message.id, Happening.FOUND, at=now())
    db.commit()

    text = page(admin, f"/exchange/{message.id}")

    assert "Asked the ERP: it has it" in text
    assert "The ERP closed the connection." in text
    assert "not known whether it arrived" in text


def test_a_message_behind_a_parked_one_says_for_what_it_waits(
    admin: FlaskClient, parked: Parked
) -> None:
    queue = f"erp/{uuid4()}"
    first = parked("erp.push_claim", queue=queue)
    behind = parked("erp.push_decision", queue=queue)
    stranger = parked("erp.push_act", queue=f"erp/{uuid4()}")
    for waiting in (behind, stranger):
        values = {"state": MessageState.WAITING, "parked_at": None}
        db.execute(update(OutboxMessage).where(OutboxMessage.id == waiting.id).values(**values))
    db.commit()

    rows = {row.id: row for row in list_messages(Wanted(), at=now()).rows}
    text = page(admin, f"/exchange/{behind.id}")

    assert (rows[behind.id].waits_for, rows[behind.id].waits_for_person) == (first.id, True)
    assert rows[stranger.id].waits_for is None
    assert rows[first.id].waits_for is None
    assert f"waits for message {first.id} before it" in text
    assert "which is on hold" in text


def test_no_button_and_no_ring_gets_past_a_pause(admin: FlaskClient, neighbours: Outside) -> None:
    erp = neighbours.erp("erp")
    assert isinstance(erp, RememberingErp)
    connections.pause("erp", "1C is being updated", by="Admin", at=now())
    db.commit()

    for path in ("/exchange/connection/erp/pull", "/exchange/reconciliation/erp"):
        answer = admin.post(path)
        assert answer.status_code in (HTTPStatus.CONFLICT, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER)

    assert erp.calls == []


def test_the_longest_way_of_the_last_day_is_shown(admin: FlaskClient, parked: Parked) -> None:
    at = now()
    message = parked(created_at=at - timedelta(hours=3))
    done = {"state": MessageState.DONE, "done_at": at, "parked_at": None}
    db.execute(update(OutboxMessage).where(OutboxMessage.id == message.id).values(**done))
    record = {"operation": "PutClaim", "status": 200, "request": "", "reply": "", "milliseconds": 7}
    db.add(ExchangeRecord(message_id=message.id, at=at, **record))
    db.commit()

    assert "3 hours" in page(admin)


def test_the_messages_of_one_connection_are_listed_alone(
    admin: FlaskClient, parked: Parked, claim: Claim
) -> None:
    parked("erp.push_act", connection="erp", last_error=words("about the act"))
    parked("mail.claim_filed", connection="mail", last_error=words("about the mail"))

    text = table_of(page(admin, "/exchange?connection=mail"))

    assert "about the mail" in text
    assert "about the act" not in text


def test_a_message_says_which_object_of_the_erp_it_has_become(
    admin: FlaskClient, claim: Claim, sign_in: SignIn, world: World
) -> None:
    claim_id, dated = claim.id, now().date()
    facts = {"connection": ONLY_ERP, "claim_id": claim_id, "revision": 1, "confirmed_at": now()}
    for key, kind, object_ in (
        (claim_id, DocumentKind.CLAIM, "Справочник.Претензии"),
        (
            settlement_id(claim_id, Remedy.REPAIR),
            DocumentKind.DECISION,
            "Документ.КорректировкаРеализации",
        ),
    ):
        seen = {"ref": "r", "number": f"N-{kind}", "dated_on": dated, "posted": True}
        db.add(ErpDocument(id=key, kind=kind, status="new", object=object_, **seen, **facts))
    at = now()
    message = OutboxMessage(
        kind="erp.push_decision",
        subject_id=settlement_id(claim_id, Remedy.REPAIR),
        claim_id=claim_id,
        created_at=at,
        due_at=at,
    )
    db.add(message)
    db.commit()

    page = admin.get(f"/exchange/{message.id}").text
    of_manager = sign_in(world.cleo).get(f"/claims/{claim_id}").text
    of_dealer = sign_in(world.ann).get(f"/claims/{claim_id}").text

    assert "N-decision Correction of a sale" in " ".join(page.split())
    assert "Документ.КорректировкаРеализации" in page
    assert "Справочник.Претензии" not in page
    assert "Справочник.Претензии" in of_manager
    assert "Справочник.Претензии" not in of_dealer


def test_a_task_of_the_clock_that_has_fallen_silent_is_shown(admin: FlaskClient) -> None:
    note_run("erp.pull", at=now())
    note_run("outbox.deliver", at=now() - timedelta(hours=1))
    db.commit()

    clock = page(admin).split('id="clock"')[1].split("</section>")[0]
    items = {re.sub(r"<[^>]+>|\s+", " ", one).strip() for one in clock.split("</li>")}

    overdue = [one for one in items if "overdue" in one]
    assert len(overdue) == 1
    assert "Send the messages that are due" in overdue[0]
    assert any("Read everything of the ERP anew" in one and "never" in one for one in items)


def test_every_task_of_the_clock_has_its_words_and_its_patience() -> None:
    periods = {one["task"]: one["schedule"] for one in BEAT.values()}

    assert set(TASKS) == set(periods)
    for name, period in periods.items():
        if isinstance(period, float):
            assert TASKS[name][1].total_seconds() > 2 * period


def test_what_nobody_can_be_asked_about_is_sent_again_only_with_what_somebody_saw(
    admin: FlaskClient, parked: Parked, neighbours: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = replace(neighbours.erps[ONLY_ERP], enforces_key=False, tells_states=False)
    monkeypatch.setitem(neighbours.erps, ONLY_ERP, known)
    message = parked("erp.push_claim", connection=ONLY_ERP, doubt_since=now())
    way = f"/exchange/{message.id}"
    text = page(admin, way)

    admin.post(f"{way}/retry")
    admin.post("/exchange/class/erp.push_claim/retry")
    admin.post(f"{way}/send-again", data={"reason": " "})
    before = state_of(message)
    admin.post(f"{way}/send-again", data={"reason": "not in the list"})

    assert "Send it again" in text
    assert f'action="{way}/retry' not in text
    assert before is MessageState.PARKED
    assert state_of(message) is MessageState.WAITING
    assert db.get_one(OutboxMessage, message.id).doubt_since is None
    action = next(one for one in list_actions() if one.act is DeskAct.SEND_AGAIN)
    assert action.reason == "not in the list"


def test_a_closed_connection_shows_its_sentence_and_the_message_that_was_answered_so(
    admin: FlaskClient, parked: Parked
) -> None:
    message = parked("erp.push_claim", connection=ONLY_ERP)
    connections.stop_for(
        ONLY_ERP,
        Closed(ErpReason.SAYS, words="The ERP has no free licence: Нет!"),
        at=now(),
        message_id=message.id,
    )
    db.commit()

    text = page(admin)

    assert "The ERP has no free licence: Нет!" in text
    assert f'<a href="/exchange/{message.id}">This was the answer to message' in text
