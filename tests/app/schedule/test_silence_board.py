"""The page of what silence will accept and has accepted: its money, its order, its readers."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

import pytest
from sqlalchemy import update

from app import navigation
from app.accounts.models import Dealer
from app.accounts.policy import User
from app.claims import service
from app.claims.models import Claim
from app.claims.rules import CustomerKind
from app.claims.silence import deemed_accept
from app.claims.silence_board import count_threatened, silence_board
from app.core.db import db
from app.schedule.views import silence as page_of_silence
from app.vocabulary import Language, Role
from tests.app.accounts.hiring import hire
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

# Fourteen days after Monday, 16 November, are over on 30 November.
FRIDAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
TOO_LATE = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def poland(world: World) -> World:
    db.execute(update(Dealer).values(country="PL"))
    db.commit()
    db.expire_all()
    return world


@pytest.fixture
def head(world: World) -> User:
    return hire(Role.HEAD_OF_CLAIMS, name="Hanna Head")


@pytest.fixture(autouse=True)
def friday(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (page_of_silence, navigation):
        monkeypatch.setattr(module, "now", lambda: FRIDAY)


def of_a_consumer(world: World, at: datetime = MONDAY, by: User | None = None) -> Claim:
    claim = world.draft(by=by, at=at)
    claim.customer_kind = CustomerKind.CONSUMER
    service.file_claim(claim, by=by or world.ann, at=at)
    db.commit()
    return claim


def test_the_board_shows_what_is_lost_first_on_top_with_the_money(
    poland: World, sign_in: SignIn
) -> None:
    later = of_a_consumer(poland, MONDAY + timedelta(days=3))
    sooner = of_a_consumer(poland)
    service.take(sooner, version=sooner.version, by=poland.cleo, at=MONDAY)
    db.commit()
    numbers = [str(sooner.number), str(later.number)]
    decide = f"/claims/{sooner.id}/decide"

    page = sign_in(poland.cleo).get("/silence").text

    assert page.index(numbers[0]) < page.index(numbers[1])
    assert "125,800.00" in page  # both together
    assert "3 days left" in page
    assert "PL-C-01 · u.p.k. art.7a" in page
    assert "Cleo" in page
    assert "nobody yet" in page
    assert decide in page


def test_the_menu_counts_what_is_lost_within_three_days(poland: World, sign_in: SignIn) -> None:
    of_a_consumer(poland)
    of_a_consumer(poland, MONDAY + timedelta(days=3))
    client = sign_in(poland.cleo)

    menu = client.get("/silence").text.split('href="/silence"')[1].split("</a>")[0]

    assert "Deemed acceptance" in menu
    assert ">1<" in menu


def test_days_off_before_the_last_day_are_no_time_to_answer(poland: World, head: User) -> None:
    presented = datetime(2026, 12, 14, 8, 0, tzinfo=UTC)  # fourteen days end on Monday, the 28th
    of_a_consumer(poland, presented)
    days = [date(2026, 12, day) for day in (21, 22, 23, 25, 28)]  # Poland works until the 23rd

    rows = [row for day in days for row in silence_board(head, today=day)]

    assert {row.legal_on for row in rows} == {date(2026, 12, 28)}
    assert [row.is_soon for row in rows] == [True] * 5
    assert [count_threatened(head, today=day) for day in days] == [1] * 5
    assert [row.is_soon for row in silence_board(head, today=date(2026, 12, 18))] == [False]
    assert count_threatened(head, today=date(2026, 12, 18)) == 0


def test_a_question_to_the_dealer_does_not_stop_the_law(poland: World, sign_in: SignIn) -> None:
    claim = of_a_consumer(poland)
    service.ask(claim, ["A photo?"], version=claim.version, by=poland.cleo, at=MONDAY)
    db.commit()
    decide = f"/claims/{claim.id}/decide"

    page = sign_in(poland.cleo).get("/silence").text

    assert "The dealer was asked; the statutory deadline goes on." in page
    assert decide not in page


def test_what_silence_accepted_names_who_may_contest_it(
    poland: World, head: User, sign_in: SignIn
) -> None:
    claim = of_a_consumer(poland)
    deemed_accept(claim, at=TOO_LATE)
    db.commit()
    number, contest = str(claim.number), f"/claims/{claim.id}/contest"

    of_cleo = sign_in(poland.cleo).get("/silence").text
    of_head = sign_in(head).get("/silence").text

    assert "No claim is at risk of deemed acceptance." in of_cleo
    assert number in of_cleo
    assert "may be contested on legal grounds by: Hanna Head." in of_cleo
    assert contest not in of_cleo
    assert contest in of_head


def test_without_threats_the_board_says_so_in_the_readers_language(
    poland: World, sign_in: SignIn
) -> None:
    poland.filed()

    page = sign_in(poland.cleo, Language.RU).get("/silence").text  # type: ignore[call-arg]

    assert "Автоматическое принятие не грозит ни одной рекламации." in page


def test_only_those_who_decide_see_the_board(poland: World, sign_in: SignIn) -> None:
    of_a_consumer(poland)

    for user in (poland.ann, poland.dora, poland.admin):
        assert sign_in(user).get("/silence").status_code == HTTPStatus.FORBIDDEN
