"""The feed that calendar programs read: one's own rights and language, as long as one may."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from app.accounts.models import Dealer, Person
from app.accounts.service import set_password
from app.claims import service
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.schedule.models import CalendarFeed
from app.schedule.service import MOST_READS
from app.vocabulary import Language, Remedy
from app.work import service as work
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

LONGEST_LINE = 75  # octets, RFC 5545 3.1


def subscribe(person: FlaskClient, **choices: str) -> str:
    """Make an address as a person would and return its path."""
    sent = choices | {"sure": "yes"}
    page = person.post("/calendar/feed", data=sent, follow_redirects=True).text
    found = re.search(r'value="https?://[^/]+(/calendar/feed/[^"]+\.ics)"', page)
    assert found, page
    return found.group(1)


def read(client: FlaskClient, path: str) -> list[Any]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    check_strictly(answer.data)
    return events_of(answer.data)


def events_of(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).events)


def check_strictly(data: bytes) -> None:
    """Check what lenient readers forgive: line ends, folding, what each event must have."""
    assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert data.endswith(b"END:VCALENDAR\r\n")
    lines = data.split(b"\r\n")
    assert all(len(line) <= LONGEST_LINE for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    data.decode("utf-8")
    names = {line.partition(b":")[0].partition(b";")[0] for line in lines}
    assert {b"VERSION", b"PRODID"} <= names
    for event in events_of(data):
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "LAST-MODIFIED", "SUMMARY"):
            assert name in event, name
        assert isinstance(event.start, date)
        assert not isinstance(event.start, datetime)  # a whole day
        assert event.end == event.start + timedelta(days=1)


@pytest.fixture
def stranger(sign_in: SignIn, world: World) -> FlaskClient:
    """A calendar program: it has no cookie."""
    client = sign_in(world.ann)
    return client.application.test_client()


def test_a_calendar_program_reads_what_is_due(
    world: World, sign_in: SignIn, stranger: FlaskClient
) -> None:
    claim = world.filed()
    path = subscribe(sign_in(world.ann))

    [event] = read(stranger, path)

    assert event.start == claim.answer_on
    assert event["UID"] == f"answer-{claim.id}@dealer-claims"
    assert event["SUMMARY"] == f"Decision due: {claim.number}"
    assert str(event["URL"]).endswith(f"/claims/{claim.id}")


def test_the_secret_is_shown_once_and_kept_as_a_hash(world: World, sign_in: SignIn) -> None:
    ann = sign_in(world.ann)
    path = subscribe(ann)

    kept = db.get_one(CalendarFeed, world.ann.id)

    assert path.split("/")[-1].removesuffix(".ics") not in kept.token_hash
    assert "/calendar/feed/" not in ann.get("/calendar").text.replace('"/calendar/feed/off"', "")


def test_a_new_address_ends_the_old_one(
    world: World, sign_in: SignIn, stranger: FlaskClient
) -> None:
    ann = sign_in(world.ann)
    old, new = subscribe(ann), subscribe(ann)

    assert stranger.get(old).status_code == 404
    assert stranger.get(new).status_code == 200


def test_an_address_can_be_switched_off(
    world: World, sign_in: SignIn, stranger: FlaskClient
) -> None:
    ann = sign_in(world.ann)
    path = subscribe(ann)

    ann.post("/calendar/feed/off", data={"sure": "yes"})

    assert stranger.get(path).status_code == 404
    assert stranger.get("/calendar/feed/nothing.ics").status_code == 404


@pytest.mark.parametrize("blocked", ["person", "company"])
def test_the_feed_of_somebody_who_is_blocked_stops(
    world: World, sign_in: SignIn, stranger: FlaskClient, blocked: str
) -> None:
    path = subscribe(sign_in(world.ann))
    assert stranger.get(path).status_code == 200

    row = (
        db.get_one(Person, world.ann.id)
        if blocked == "person"
        else db.get_one(Dealer, world.ann.dealer_id)
    )
    row.is_active = False
    db.commit()

    assert stranger.get(path).status_code == 404


def test_a_feed_shows_what_its_owner_may_see_at_that_moment(
    world: World, sign_in: SignIn, stranger: FlaskClient
) -> None:
    world.filed()
    other = world.filed(world.shipped(to=world.other_dealer), by=world.ben)
    path = subscribe(sign_in(world.ann))

    db.get_one(Person, world.ann.id).dealer_id = world.other_dealer.id
    db.commit()

    assert [event["UID"] for event in read(stranger, path)] == [f"answer-{other.id}@dealer-claims"]


def test_a_feed_speaks_its_owners_language(
    world: World, sign_in: SignIn, stranger: FlaskClient
) -> None:
    claim = world.filed()
    path = subscribe(sign_in(world.ann))

    db.get_one(Person, world.ann.id).language = Language.RU
    db.commit()

    [event] = read(stranger, path)
    assert re.search("[а-я]", str(event["SUMMARY"]))
    assert claim.number in event["SUMMARY"]


def test_a_moved_due_keeps_its_id_and_gets_a_higher_sequence(
    world: World, sign_in: SignIn, stranger: FlaskClient
) -> None:
    claim = world.filed()
    path = subscribe(sign_in(world.cleo), whose="all")
    [before] = read(stranger, path)

    claim = db.get_one(Claim, claim.id)
    service.take(claim, version=claim.version, by=world.cleo, at=MONDAY + timedelta(days=1))
    db.commit()

    [after] = read(stranger, path)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt


def test_an_unchanged_feed_is_not_sent_again(
    world: World, sign_in: SignIn, stranger: FlaskClient
) -> None:
    world.filed()
    path = subscribe(sign_in(world.ann))
    first = stranger.get(path)

    again = stranger.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert first.data == stranger.get(path).data


def test_nothing_of_the_end_customer_leaves_the_portal(
    world: World, sign_in: SignIn, stranger: FlaskClient
) -> None:
    claim = world.draft()
    claim.end_customer, claim.text = "Ivan Secretov, 5 Hidden Lane", "Private words"
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    path = subscribe(sign_in(world.cleo), whose="all")

    data = stranger.get(path).text

    assert claim.number
    assert claim.number in data
    assert "Secretov" not in data
    assert "Private" not in data


def test_long_and_awkward_names_are_folded_and_escaped(
    world: World, sign_in: SignIn, stranger: FlaskClient
) -> None:
    claim = world.draft()
    name = "Печь, каминная; «Север» \\ с очень длинным названием и запятыми, чтобы строка не влезла"
    claim.lines[0].item_name = name
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()

    [event] = read(stranger, subscribe(sign_in(world.ann)))

    assert name in event["DESCRIPTION"]


def test_a_department_subscribes_to_its_work(
    world: World, sign_in: SignIn, stranger: FlaskClient
) -> None:
    claim = world.filed(demand=Remedy.REPAIR)
    world.accepted(claim)
    work.open_orders(claim.id, at=MONDAY)
    db.commit()

    [event] = read(stranger, subscribe(sign_in(world.dora)))

    assert event.start == date(2026, 12, 2)  # the end of its own part of the plan
    assert "/work/" in str(event["URL"])


def test_a_program_that_reads_all_the_time_is_slowed_down(
    world: World, sign_in: SignIn, stranger: FlaskClient
) -> None:
    path = subscribe(sign_in(world.ann))
    db.get_one(CalendarFeed, world.ann.id).reads = MOST_READS - 1
    db.commit()

    assert [stranger.get(path).status_code for _ in range(2)] == [200, 429]


def test_a_feed_dies_with_the_password(
    sign_in: SignIn, world: World, stranger: FlaskClient
) -> None:
    path = subscribe(sign_in(world.ann))
    assert stranger.get(path).status_code == 200

    set_password(db.get_one(Person, world.ann.id), "another long enough sentence", at=now())
    db.commit()

    assert stranger.get(path).status_code == 404
