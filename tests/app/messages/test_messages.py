"""The thread of a claim: who reads and writes what, what is unread, and what never leaves."""

from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError
from werkzeug.test import TestResponse

from acts.facts import ActKind
from app.accounts.models import Absence, Department, Person
from app.accounts.policy import User
from app.claims import service as claims
from app.claims.history import entries_of
from app.claims.models import Claim, ClaimFile
from app.core.clock import now
from app.core.db import db
from app.core.errors import NotAllowed
from app.core.outside import Outside
from app.erp import push
from app.files.models import StoredFile
from app.messages import queries, service
from app.messages.models import Message
from app.messages.rules import LONGEST_MESSAGE, WRITERS, kinds_for, may_write
from app.notifications.service import keepers as mail_keepers
from app.outbox.delivery import drain
from app.paperwork.facts import gather
from app.vocabulary import DEALERS, Language, Remedy, Role, Visibility
from app.work import service as work
from app.work.models import WorkOrder
from connectors.erp.memory import RememberingErp
from connectors.mail.memory import RememberingMail
from tests.app.accounts.hiring import hire
from tests.app.conftest import SignIn
from tests.app.statements import statements
from tests.app.world import MONDAY, World

SECRET = "They have dropped it themselves"


def written(
    claim: Claim,
    text: str,
    by: User,
    visibility: Visibility = Visibility.PUBLIC,
    line: Any = None,
) -> Message:
    message = service.write(claim, text, visibility=visibility, by=by, at=now(), line=line)
    db.commit()
    return message


def noted(claim: Claim, by: User, text: str = SECRET, line: Any = None) -> Message:
    return written(claim, text, by, Visibility.INTERNAL, line)


def in_work(world: World, *remedies: Remedy) -> Claim:
    """A claim with a line a remedy, accepted, with its work orders."""
    claim = world.draft(*(world.shipped() for _ in remedies or (1,)))
    claims.file_claim(claim, by=world.ann, at=MONDAY)
    decisions = [
        claims.LineDecision(line.id, line.quantity, remedy, None, "")
        for line, remedy in zip(claim.lines, remedies or (Remedy.REPAIR,), strict=True)
    ]
    claims.decide(
        claim, decisions, promise_on=None, version=claim.version, by=world.cleo, at=MONDAY
    )
    work.open_orders(claim.id, at=MONDAY)
    db.commit()
    return claim


def texts(user: User, claim: Claim) -> list[str]:
    return [message.text for message in queries.list_messages(user, claim)]


def posted(**fields: Any) -> dict[str, Any]:
    return {"visibility": "public", "text": "When will it come?", "command_key": "k1"} | fields


def all_texts() -> list[str]:
    return list(db.scalars(select(Message.text).order_by(Message.number)))


def test_dealer_and_manager_write_to_each_other_at_any_time(world: World, sign_in: SignIn) -> None:
    claim = in_work(world)

    sign_in(world.ann).post(f"/messages/{claim.id}", data=posted())
    sign_in(world.cleo).post(f"/messages/{claim.id}", data=posted(text="On Friday"))

    page = sign_in(world.ann).get(f"/claims/{claim.id}").text
    assert all_texts() == ["When will it come?", "On Friday"]
    assert page.index("When will it come?") < page.index("On Friday")


def test_the_table_says_who_writes_what() -> None:
    assert {role for role in Role if kinds_for(role)} == {
        *DEALERS, Role.CLAIM_MANAGER, Role.HEAD_OF_CLAIMS, Role.DEPARTMENT_WORKER
    }  # fmt: skip
    for visibility, roles in WRITERS.items():
        assert {role for role in Role if may_write(role, visibility)} == set(roles)


@pytest.mark.parametrize(
    ("who", "visibility"),
    [("ann", Visibility.INTERNAL), ("dora", Visibility.PUBLIC), ("admin", Visibility.PUBLIC)],
)
def test_nobody_writes_what_is_not_his(world: World, who: str, visibility: Visibility) -> None:
    with pytest.raises(NotAllowed):
        written(in_work(world), "Hello", getattr(world, who), visibility)


def test_a_closed_claim_takes_no_more_messages(world: World) -> None:
    claim = world.filed()
    claims.cancel(claim, version=claim.version, by=world.ann, at=MONDAY)

    with pytest.raises(service.ThreadClosed):
        written(claim, "Hello", world.ann)


@pytest.mark.parametrize("text", ["", "x" * (LONGEST_MESSAGE + 1)])
def test_an_empty_or_endless_message_is_refused_with_its_text(
    world: World, sign_in: SignIn, text: str
) -> None:
    claim = world.filed()

    answer = sign_in(world.ann).post(f"/messages/{claim.id}", data=posted(text=text))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert text in answer.text
    assert all_texts() == []


def test_the_database_never_changes_a_message(world: World) -> None:
    written(world.filed(), "Hello", world.ann)

    for change in (update(Message).values(text="Bye"), delete(Message)):
        with pytest.raises(DatabaseError, match="never changed"), db.begin_nested():
            db.execute(change)


# What never leaves.


def doors(client: Any, claim: Claim) -> Iterator[str]:
    """Everything that a dealer can open about a claim."""
    for address in (
        f"/claims/{claim.id}", f"/claims/{claim.id}/history", f"/messages/{claim.id}",
        f"/messages/{claim.id}/part", "/messages", "/home", "/claims", "/claims?q=dropped",
        "/calendar",
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == HTTPStatus.OK, address
        yield answer.text


def test_an_internal_note_leaves_by_no_page(world: World, sign_in: SignIn) -> None:
    claim = in_work(world)
    noted(claim, world.cleo)
    noted(claim, world.dora)

    assert SECRET in sign_in(world.cleo).get(f"/claims/{claim.id}").text
    assert not [page for page in doors(sign_in(world.ann), claim) if SECRET in page]
    assert SECRET not in str([entry.facts for entry in entries_of(world.ann, claim)])


def test_an_internal_note_leaves_by_no_mail_to_a_dealer(world: World, neighbours: Outside) -> None:
    claim = in_work(world)
    written(claim, "Hello", world.ann)
    noted(claim, world.cleo)
    noted(claim, world.dora)

    drain(mail_keepers("http://portal.test"), at=now())

    mail = neighbours.mail
    assert isinstance(mail, RememberingMail)
    with_note = {letter.to for letter in mail.letters if SECRET in letter.text + letter.subject}
    assert with_note == {"cleo@example.test", "dora@example.test"}


def test_an_internal_note_leaves_neither_to_the_erp_nor_in_an_act_nor_in_a_feed(
    world: World, neighbours: Outside, sign_in: SignIn
) -> None:
    claim = in_work(world)
    client = sign_in(world.cleo)
    form = posted(visibility="internal", text=SECRET, file=(BytesIO(b"x"), "dropped.txt"))
    client.post(f"/messages/{claim.id}", data=form)
    drain(push.KEEPERS, at=now())

    erp = neighbours.erp("erp")
    assert isinstance(erp, RememberingErp)
    told = f"{erp.claims} {erp.decisions} {erp.files}"
    claim = db.get_one(Claim, claim.id)
    facts = gather(claim, ActKind.RECLAMATION, number="1", revision=2, decided=True, at=MONDAY)
    assert all_texts() == [SECRET]
    for secret in (SECRET, "dropped.txt"):
        assert secret not in told
        assert secret not in str(facts)
        assert not [page for page in doors(sign_in(world.ann), claim) if secret in page]


def test_a_file_of_a_note_is_not_found_by_a_dealer(world: World, sign_in: SignIn) -> None:
    claim = in_work(world)
    form = posted(visibility="internal", file=(BytesIO(b"x"), "dropped.txt"))
    sign_in(world.dora).post(f"/messages/{claim.id}", data=form)
    kept = db.scalars(select(ClaimFile)).one()
    address = f"/messages/{claim.id}/files/{kept.id}/served"

    assert sign_in(world.ann).get(address).status_code == HTTPStatus.NOT_FOUND
    assert sign_in(world.dora).get(address).data == b"x"


# Who reads.


def test_strangers_find_no_thread(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    written(claim, "Hello", world.ann)

    for user in (world.ben, world.dora):
        client = sign_in(user)
        assert client.get(f"/messages/{claim.id}").status_code == HTTPStatus.NOT_FOUND
        assert client.post(f"/messages/{claim.id}", data=posted()).status_code == 404
        assert "Hello" not in client.get("/messages").text
    assert sign_in(world.admin).get(f"/messages/{claim.id}").status_code == HTTPStatus.FORBIDDEN


def test_a_draft_has_no_thread(world: World, sign_in: SignIn) -> None:
    draft = world.draft()
    db.commit()

    assert sign_in(world.ann).get(f"/messages/{draft.id}").status_code == HTTPStatus.NOT_FOUND


def test_a_department_reads_what_concerns_it_and_writes_notes(
    world: World, sign_in: SignIn
) -> None:
    claim = in_work(world, Remedy.REPAIR, Remedy.REFUND)
    repair, refund = claim.lines
    written(claim, "About all", world.ann)
    written(claim, "About the repair", world.ann, line=repair)
    written(claim, "About the money", world.ann, line=refund)

    sign_in(world.dora).post(
        f"/messages/{claim.id}", data=posted(visibility="internal", text="No glass until May")
    )

    assert texts(world.dora, claim) == ["About all", "About the repair", "No glass until May"]
    assert "About the money" in texts(world.fay, claim)
    orders_page = sign_in(world.dora).get("/work").text
    assert str(claim.number) in orders_page


def test_a_department_does_not_write_about_a_line_of_another(world: World, sign_in: SignIn) -> None:
    claim = in_work(world, Remedy.REPAIR, Remedy.REFUND)
    form = posted(visibility="internal", line=str(claim.lines[1].id))

    assert sign_in(world.dora).post(f"/messages/{claim.id}", data=form).status_code == 404


def test_the_thread_stands_beside_a_work_order(world: World, sign_in: SignIn) -> None:
    claim = in_work(world)
    written(claim, "It is urgent", world.ann)
    client = sign_in(world.dora)
    order = db.scalars(select(WorkOrder)).one()

    page = client.get(f"/work/{order.id}").text

    assert "It is urgent" in page
    assert "write-internal" in page
    assert "write-public" not in page


# Whom to write to.


def test_a_dealer_sees_the_manager_the_absence_and_the_deputy(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed()
    claims.take(claim, version=claim.version, by=world.cleo, at=MONDAY)
    eve = hire(Role.CLAIM_MANAGER, name="Eve")
    gil = hire(Role.CLAIM_MANAGER, name="Gil")
    today = now().date()
    away(world.cleo, eve, today - timedelta(days=1), today + timedelta(days=1))
    away(world.cleo, eve, today + timedelta(days=2), today + timedelta(days=6))
    away(eve, gil, today, today)

    contact = queries.contact_of(claim, at=now())

    assert contact.away is not None
    assert (contact.name, contact.away.deputy) == ("Cleo", "Gil")
    assert contact.away.until == today + timedelta(days=6)
    page = sign_in(world.ann).get(f"/claims/{claim.id}").text
    assert "Your manager:" in page
    assert "Gil stands in" in page


def away(who: User, deputy: User, starts_on: date, ends_on: date) -> None:
    db.add(Absence(person_id=who.id, deputy_id=deputy.id, starts_on=starts_on, ends_on=ends_on))
    db.commit()


def test_two_who_stand_in_for_each_other_do_not_lead_round_for_ever(world: World) -> None:
    claim = world.filed()
    claims.take(claim, version=claim.version, by=world.cleo, at=MONDAY)
    eve = hire(Role.CLAIM_MANAGER, name="Eve")
    today = now().date()
    away(world.cleo, eve, today, today)
    away(eve, world.cleo, today, today)

    assert queries.contact_of(claim, at=now()).away is not None


# Unread.


def test_what_others_wrote_is_new_until_it_was_seen(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    first = written(claim, "When?", world.ann)
    written(claim, "And why?", world.ann)

    before = queries.count_unread(world.cleo, at=now())
    answer = sign_in(world.cleo).post(f"/messages/{claim.id}/read", data={"read_to": first.number})

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert (before, queries.count_unread(world.cleo, at=now())) == (2, 1)
    assert queries.count_unread(world.ann, at=now()) == 0


def test_a_mark_never_goes_back(world: World) -> None:
    claim = world.filed()
    first, last = written(claim, "When?", world.ann), written(claim, "Why?", world.ann)
    service.mark_read(claim.id, last.number, by=world.cleo, at=now())
    service.mark_read(claim.id, first.number, by=world.cleo, at=now())

    assert queries.count_unread(world.cleo, at=now()) == 0


@pytest.mark.parametrize("number", ["", "x", "-1", str(2**63), "9" * 4000, "٣"])
def test_a_mark_that_is_no_number_of_a_message_is_refused(
    world: World, sign_in: SignIn, number: str
) -> None:
    claim = world.filed()

    answer = sign_in(world.ann).post(f"/messages/{claim.id}/read", data={"read_to": number})

    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_a_dealer_is_not_told_of_notes_that_are_new(world: World) -> None:
    noted(world.filed(), world.cleo)

    assert queries.count_unread(world.ann, at=now()) == 0


def test_messages_wait_for_the_manager_of_the_claim_and_the_deputy(world: World) -> None:
    claim = world.filed()
    claims.take(claim, version=claim.version, by=world.cleo, at=MONDAY)
    eve, gil = hire(Role.CLAIM_MANAGER), hire(Role.CLAIM_MANAGER)
    written(claim, "When?", world.ann)
    today = now().date()
    away(world.cleo, eve, today, today)

    unread = [queries.count_unread(user, at=now()) for user in (world.cleo, eve, gil)]

    assert unread == [1, 1, 0]


def test_the_list_and_the_menu_count_what_is_new(world: World, sign_in: SignIn) -> None:
    claim, quiet = world.filed(), world.filed()
    written(claim, "When?", world.ann)

    page = sign_in(world.cleo).get("/messages").text

    assert '<span class="count">1</span>' in page
    assert "1 new message" in page
    assert str(claim.number) in page
    assert str(quiet.number) not in page


def test_the_list_of_threads_asks_as_much_for_many_as_for_one(world: World, engine: Engine) -> None:
    for _ in range(3):
        written(world.filed(), "When?", world.ann)

    with statements(engine) as asked:
        page = queries.list_threads(world.cleo, at=now())

    assert len(page.rows) == 3
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


# Nothing typed is lost.


def test_a_message_survives_a_refused_attachment_and_its_good_file_goes_with_it(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed()
    client = sign_in(world.ann)

    def send() -> TestResponse:
        files = [(BytesIO(b"good"), "good.txt"), (BytesIO(b"MZ"), "evil.exe")]
        answer: TestResponse = client.post(f"/messages/{claim.id}", data=posted(file=files))
        return answer

    refused, again = send(), send()
    kept = db.scalars(select(StoredFile.id)).all()
    sent = client.post(f"/messages/{claim.id}", data=posted(kept=[str(kept[0])], command_key="k2"))

    for answer in (refused, again):
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "When will it come?" in answer.text
        assert "evil.exe" in answer.text
        assert "good.txt" in answer.text
    assert sent.status_code == HTTPStatus.SEE_OTHER
    message = db.scalars(select(Message)).one()
    assert [file.file.name for file in message.files] == ["good.txt"]


def test_nobody_sends_a_file_that_another_has_uploaded(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    sign_in(world.cleo).post(
        f"/messages/{claim.id}",
        data=posted(file=[(BytesIO(b"good"), "secret.txt"), (BytesIO(b"MZ"), "evil.exe")]),
    )
    theirs = db.scalars(select(StoredFile.id)).one()

    sign_in(world.ann).post(f"/messages/{claim.id}", data=posted(kept=[str(theirs)]))

    assert db.scalars(select(ClaimFile.id)).all() == []


def test_a_message_sent_twice_is_one_message_and_one_mail(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    client = sign_in(world.ann)

    answers = [client.post(f"/messages/{claim.id}", data=posted()) for _ in range(2)]

    assert {answer.location for answer in answers} == {f"/claims/{claim.id}#messages"}
    assert all_texts() == ["When will it come?"]


def test_a_script_gets_the_thread_instead_of_a_page(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    client = sign_in(world.ann)

    answer = client.post(
        f"/messages/{claim.id}",
        data=posted(),
        headers={"HX-Request": "true"},
        follow_redirects=True,
    )

    assert answer.text.lstrip().startswith('<section class="card mb-3" id="messages"')
    assert "When will it come?" in answer.text


def test_what_was_typed_is_given_back_when_the_session_has_ended(
    portal: Flask, world: World
) -> None:
    claim = world.filed()
    text = "Пришлите, пожалуйста, новое стекло"

    answer = portal.test_client().post(f"/messages/{claim.id}", data=posted(text=text))

    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert text in answer.text
    assert "/sign-in?next=" in answer.text


# Mails.


def letters(neighbours: Outside) -> dict[str, str]:
    drain(mail_keepers("http://portal.test"), at=now())
    mail = neighbours.mail
    assert isinstance(mail, RememberingMail)
    return {
        letter.to: f"{letter.subject}\n{letter.text}"
        for letter in mail.letters
        if letter.key.startswith("message-")
    }


def test_a_mail_says_who_wrote_what_in_the_readers_language(
    world: World, neighbours: Outside
) -> None:
    claim = world.filed()
    claims.take(claim, version=claim.version, by=world.cleo, at=MONDAY)
    db.get_one(Person, world.cleo.id).language = Language.RU
    written(claim, "Wann kommt es?\nBitte!", world.ann)

    (mail,) = (text for to, text in letters(neighbours).items() if to == "cleo@example.test")

    assert "Ann (North Stoves)" in mail
    assert "> Wann kommt es?\n> Bitte!" in mail
    assert "сообщение" in mail
    assert f"http://portal.test/messages/{claim.id}" in mail


def test_an_answer_goes_to_whoever_filed_and_whoever_wrote(
    world: World, neighbours: Outside
) -> None:
    claim = world.filed()
    carl = hire(Role.DEALER_USER, dealer=world.dealer, name="Carl")
    hire(Role.DEALER_USER, dealer=world.dealer, name="Quiet")
    written(claim, "I ask too", carl)
    written(claim, "On Friday", world.cleo)

    # Carl's own question reaches a manager: nobody has taken the claim, and there is no head.
    assert set(letters(neighbours)) == {"ann@example.test", carl.email, "cleo@example.test"}


def test_of_a_claim_that_nobody_has_taken_the_head_hears(world: World, neighbours: Outside) -> None:
    head = hire(Role.HEAD_OF_CLAIMS)
    written(world.filed(), "When?", world.ann)

    assert set(letters(neighbours)) == {head.email}


def test_of_a_department_those_hear_who_speak_the_language_of_the_plant(
    world: World, neighbours: Outside
) -> None:
    claim = in_work(world)
    production = db.get_one(Department, world.dora.department_id)
    stepan = hire(Role.DEPARTMENT_WORKER, department=production, name="Stepan")
    db.get_one(Person, stepan.id).language = Language.RU
    noted(claim, world.cleo, "Hurry up")

    assert set(letters(neighbours)) == {stepan.email}


def test_a_note_is_told_to_the_departments_at_work_and_not_to_its_author(
    world: World, neighbours: Outside
) -> None:
    claim = in_work(world, Remedy.REPAIR, Remedy.REFUND)
    noted(claim, world.cleo, "Hurry up", line=claim.lines[0])

    production = db.scalars(select(Department).where(Department.code == "production")).one()
    assert production.id == world.dora.department_id
    assert set(letters(neighbours)) == {"dora@example.test"}


def test_lists_show_whoever_has_to_read_that_a_claim_has_new_messages(
    world: World, sign_in: SignIn
) -> None:
    claim, silent = world.filed(), world.filed()
    written(claim, "When will it come?", world.ann)
    written(claim, "On Friday", world.cleo)
    noted(claim, world.dora, "Look at the seam")
    noted(claim, world.dora, "It is the second one")
    dealer, manager = sign_in(world.ann), sign_in(world.cleo)

    for client, address, mark in (
        (dealer, "/claims", "1 new message"),
        (dealer, "/home", "1 new message"),
        (manager, "/worklist", "2 new messages"),
    ):
        shown = client.get(address).text
        assert shown.count("new message") == 1, address
        before, _ = shown.split(mark)
        assert str(claim.number) in before[-600:], address
        assert str(silent.number) not in before[-200:], address

    for client, address in ((dealer, "/claims"), (manager, "/worklist")):
        last = max(row.number for row in db.scalars(select(Message)))
        client.post(f"/messages/{claim.id}/read", data={"read_to": last, "command_key": address})
        assert "new message" not in client.get(address).text
