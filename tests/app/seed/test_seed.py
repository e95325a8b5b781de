from collections import Counter
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Dealer, Department, Person, Plant
from app.catalog.models import DefectCode, Severity
from app.claims.models import RejectionReason
from app.core.db import Base
from app.deadlines.models import Lane, PromiseBuffer, Site, SiteOverride, StageNorm
from app.deadlines.queries import Promise, network_for, promise_in
from app.deadlines.ways import way_of
from app.routing.models import Route
from app.routing.queries import desks_for
from app.seed.lanes import WAYS, load_lanes
from app.seed.people import DEALERS_PEOPLE, LogIn, as_table, load_people
from app.seed.people import log_ins as log_ins_to_show
from app.seed.reference import load_reference
from app.vocabulary import Language, Remedy, Role
from connectors.erp.simulator import demo_tables

NOVEMBER = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
TABLES: tuple[type[Base], ...] = (
    Plant,
    Department,
    Person,
    Site,
    SiteOverride,
    PromiseBuffer,
    Lane,
    StageNorm,
    Route,
    DefectCode,
    RejectionReason,
)


@pytest.fixture
def log_ins(session: scoped_session[Session]) -> list[LogIn]:
    """The seed, on the dealers that the demo's ERP knows."""
    load_reference(NOVEMBER)
    plants = dict(session.execute(select(Plant.code, Plant.id)).all())
    session.add_all(_dealer(known, plants[known.plant]) for known in demo_tables.DEALERS)
    session.flush()
    load_lanes(NOVEMBER)
    return load_people("no hash")


@pytest.mark.usefixtures("log_ins")
def test_the_seed_may_run_again(session: scoped_session[Session]) -> None:
    before = _counts(session)

    load_reference(NOVEMBER)
    load_lanes(NOVEMBER)
    load_people("another hash")

    assert _counts(session) == before
    assert set(session.scalars(select(Person.password_hash))) == {"no hash"}


@pytest.mark.usefixtures("log_ins")
def test_what_an_administrator_changed_stays(session: scoped_session[Session]) -> None:
    session.execute(update(StageNorm).where(StageNorm.stage == "repair").values(working_days=4))

    load_reference(NOVEMBER)

    norm = select(StageNorm.working_days).where(StageNorm.stage == "repair")
    assert session.execute(norm).scalar_one() == 4


def test_everybody_can_sign_in_as_somebody(log_ins: list[LogIn]) -> None:
    roles = Counter(log_in.role for log_in in log_ins)

    assert roles == {
        Role.DEALER_USER: 12,
        Role.DEALER_ADMIN: 12,
        Role.CLAIM_MANAGER: 3,
        Role.HEAD_OF_CLAIMS: 1,
        Role.DEPARTMENT_WORKER: 9,
        Role.ADMINISTRATOR: 1,
        Role.ERP_SERVICE: 1,
    }
    assert len({log_in.email for log_in in log_ins}) == len(log_ins)


def test_a_dealers_people_speak_the_dealers_language(
    session: scoped_session[Session], log_ins: list[LogIn]
) -> None:
    found = select(Person).where(Person.email == "petr@d11.example")
    petr = session.execute(found).scalar_one()

    assert (petr.language, petr.time_zone) == (Language.CS, "Europe/Prague")


@pytest.mark.usefixtures("log_ins")
def test_there_is_a_log_in_to_show_for_each_role_department_and_language_of_dealers(
    session: scoped_session[Session],
) -> None:
    shown = log_ins_to_show()

    clerks = [log_in for log_in in shown if log_in.role is Role.DEALER_USER]
    assert {log_in.language for log_in in clerks} == set(Language)
    assert {log_in.role for log_in in shown} == set(Role) - {Role.ERP_SERVICE, Role.SYSTEM}
    departments = {log_in.department for log_in in shown} - {""}
    assert departments == set(session.scalars(select(Department.code)))
    assert len(shown) == 4 + 4 + len(departments)


@pytest.mark.usefixtures("log_ins")
def test_the_log_ins_stand_in_columns_on_a_terminal_of_eighty() -> None:
    shown = log_ins_to_show()
    lines = as_table(shown)

    assert max(map(len, lines)) <= 80
    assert len({line.index(one.email) for line, one in zip(lines, shown, strict=True)}) == 1
    assert len({line.index(one.who) for line, one in zip(lines, shown, strict=True)}) == 1


@pytest.mark.usefixtures("log_ins")
def test_every_department_has_a_worker(session: scoped_session[Session]) -> None:
    staffed = set(session.scalars(select(Person.department_id).distinct())) - {None}

    assert staffed == set(session.scalars(select(Department.id)))


def promise_for(dealer: Dealer, remedy: Remedy, *, at: datetime) -> Promise:
    network = network_for(dealer.id, dealer.plant_id, at=at)
    return promise_in(network, [way_of(dealer.id, dealer.plant_id, (remedy, ""))], at=at)


@pytest.mark.usefixtures("log_ins")
def test_every_dealer_gets_a_promise_and_a_desk_for_every_remedy(
    session: scoped_session[Session],
) -> None:
    for dealer in session.scalars(select(Dealer)):
        for remedy in Remedy:
            promise = promise_for(dealer, remedy, at=NOVEMBER)

            assert date(2026, 11, 16) < promise.earliest_on < promise.proposed_on
            assert desks_for(remedy, dealer.plant_id)


@pytest.mark.usefixtures("log_ins")
def test_the_repair_for_novosibirsk_is_promised_for_the_twentieth_of_november(
    session: scoped_session[Session],
) -> None:
    dealer = session.execute(select(Dealer).where(Dealer.code == "D01")).scalar_one()
    decided_at = datetime(2026, 10, 22, 7, 0, tzinfo=UTC)

    promise = promise_for(dealer, Remedy.REPAIR, at=decided_at)

    assert (promise.earliest_on, promise.proposed_on) == (date(2026, 11, 18), date(2026, 11, 20))


@pytest.mark.usefixtures("log_ins")
def test_danger_is_marked_as_such(session: scoped_session[Session]) -> None:
    dangerous = select(DefectCode.code).where(DefectCode.severity == Severity.SAFETY)

    assert set(session.scalars(dangerous)) == {"SMK", "CO", "ELS"}


@pytest.mark.usefixtures("log_ins")
def test_defects_name_groups_of_the_demo_and_some_fit_every_item(
    session: scoped_session[Session],
) -> None:
    named = session.scalars(select(DefectCode.product_groups)).all()
    groups = {item.group for item in demo_tables.ITEMS}

    assert {group for some in named for group in some} <= groups
    assert [] in named
    assert all(any(group in some for some in named) for group in groups - {"lining"})


@pytest.mark.usefixtures("log_ins")
@pytest.mark.parametrize("table", [Department, DefectCode, RejectionReason])
def test_every_name_exists_in_every_language(
    session: scoped_session[Session], table: type[Department | DefectCode | RejectionReason]
) -> None:
    for names in session.scalars(select(table.names)):
        assert set(names) == set(Language)
        assert all(names.values())


def test_the_tables_name_the_dealers_of_the_demos_erp() -> None:
    codes = {known.code for known in demo_tables.DEALERS}

    assert set(WAYS) == set(DEALERS_PEOPLE) == codes


def test_a_dealer_whom_the_demo_does_not_name_gets_people_too(
    session: scoped_session[Session],
) -> None:
    load_reference(NOVEMBER)
    plant_id = session.execute(select(Plant.id).where(Plant.code == "PL-LDZ")).scalar_one()
    stranger = demo_tables.DEALERS[-1]
    session.add(_dealer(stranger, plant_id, code="D99"))
    session.flush()

    load_lanes(NOVEMBER)
    log_ins = load_people("no hash")

    dealers_people = [log_in for log_in in log_ins if log_in.email.endswith("@d99.example")]
    assert [log_in.role for log_in in dealers_people] == [Role.DEALER_USER, Role.DEALER_ADMIN]


def _dealer(known: demo_tables.Dealer, plant_id: int, code: str = "") -> Dealer:
    return Dealer(
        ref=uuid4(),
        code=code or known.code,
        name=known.name,
        tax_id=known.tax_id,
        country=known.country,
        city=known.city,
        address=known.address,
        language=Language(known.language),
        time_zone=known.time_zone,
        signer=known.signer,
        plant_id=plant_id,
    )


def _counts(session: scoped_session[Session]) -> dict[str, int]:
    return {
        table.__tablename__: session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in TABLES
    }
