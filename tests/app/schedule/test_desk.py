"""The tables from which deadlines are computed: nobody saves before seeing what would move."""

import io
import re
from datetime import date, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from app.catalog.models import Item
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.deadlines.clock_models import ClockRule, SlaPolicy
from app.deadlines.law import load_rules
from app.deadlines.models import Lane, Site, SiteOverride, StageNorm
from app.deadlines.sla import SlaClock
from app.outbox.models import OutboxMessage
from app.vocabulary import Remedy
from tests.app.conftest import SignIn
from tests.app.statements import statements
from tests.app.world import World

PAGES = (
    "/deadlines", "/deadlines/calendars", "/deadlines/calendars/import", "/deadlines/lanes",
    "/deadlines/lanes/new", "/deadlines/payments", "/deadlines/norms", "/deadlines/rules",
    "/deadlines/service",
)  # fmt: skip


def typed_on(page: str) -> dict[str, list[str]]:
    """Return what the page of the preview carries on to the save."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page):
        if name not in ("csrf_token", "command_key"):
            found.setdefault(name, []).append(value)
    return found


def look(admin: FlaskClient, url: str, **fields: object) -> str:
    """Ask what would change."""
    answer = admin.post(url, data=fields)
    assert answer.status_code == 200, answer.text
    assert "What would change" in answer.text
    return answer.text


def save(admin: FlaskClient, url: str, preview: str) -> None:
    """Save what was looked at."""
    answer = admin.post(url, data=typed_on(preview) | {"step": "save"})
    assert answer.status_code == 303, answer.text


@pytest.fixture
def admin(sign_in: SignIn, world: World) -> FlaskClient:
    """The administrator's browser."""
    load_rules(at=now())
    db.commit()
    return sign_in(world.admin)


@pytest.fixture
def plant_site(world: World) -> int:
    """The site of the plant."""
    return db.scalars(select(Site.id).filter_by(plant_id=world.plant.id)).one()


def accepted(world: World) -> Claim:
    """An accepted repair whose goods travel from now on."""
    claim = world.filed(at=now(), demand=Remedy.REPAIR)
    world.accepted(claim, at=now())
    return claim


@pytest.mark.parametrize("page", PAGES)
def test_administrators_and_heads_come_in_and_nobody_else(
    world: World, sign_in: SignIn, admin: FlaskClient, page: str
) -> None:
    assert admin.get(page).status_code == 200
    assert {
        sign_in(user).get(page).status_code for user in (world.ann, world.cleo, world.dora)
    } == {403}


def test_a_slower_lane_shows_which_claims_move_before_it_is_saved(
    world: World, admin: FlaskClient
) -> None:
    claim = accepted(world)
    number = claim.number
    lane = db.scalars(select(Lane).where(Lane.load == "goods").order_by(Lane.id)).first()
    assert lane
    lane_id, usual = lane.id, lane.transit_days
    url = f"/deadlines/lanes/{lane_id}"
    fields = lane_fields(lane) | {"transit_days": usual + 9}

    preview = look(admin, url, **fields)

    assert number
    assert number in preview
    assert "days later" in preview
    assert "later than promised" in preview
    assert db.scalars(select(Lane.transit_days).filter_by(id=lane_id)).one() == usual

    save(admin, url, preview)

    assert db.scalars(select(Lane.transit_days).filter_by(id=lane_id)).one() == usual + 9
    owed = select(OutboxMessage.kind).where(OutboxMessage.kind == "forecast.renew_all")
    assert db.scalars(owed).all()


def lane_fields(lane: Lane) -> dict[str, object]:
    return {
        "origin_id": lane.origin_id, "destination_id": lane.destination_id,
        "load": lane.load.value, "mode": lane.mode, "departures": lane.departures,
        "lead_days": lane.lead_days, "transit_days": lane.transit_days,
        "transit_unit": lane.transit_unit.value, "carrier_id": lane.carrier_id or 0,
        "customs_id": lane.customs_id or 0, "border_days": lane.border_days,
        "is_default": "y" if lane.is_default else "",
    }  # fmt: skip


def test_a_lane_without_departures_keeps_what_was_typed_and_says_what_to_do(
    world: World, admin: FlaskClient
) -> None:
    lane = db.scalars(select(Lane).where(Lane.load == "goods").order_by(Lane.id)).first()
    assert lane
    fields = lane_fields(lane) | {"departures": [], "mode": "balloon"}

    answer = admin.post(f"/deadlines/lanes/{lane.id}", data=fields)

    assert answer.status_code == 422
    assert "Choose at least one weekday" in answer.text
    assert 'value="balloon"' in answer.text


def test_a_fault_stands_beside_its_field(world: World, admin: FlaskClient) -> None:
    lane = db.scalars(select(Lane).where(Lane.load == "goods").order_by(Lane.id)).first()
    assert lane

    answer = admin.post(
        f"/deadlines/lanes/{lane.id}", data=lane_fields(lane) | {"transit_days": "soon"}
    )

    assert answer.status_code == 422
    assert 'id="transit_days-error"' in answer.text
    assert 'value="soon"' in answer.text


def test_days_off_are_added_changed_and_removed_each_after_a_look(
    world: World, admin: FlaskClient, plant_site: int
) -> None:
    accepted(world)
    day = now().date() + timedelta(days=3)
    url = f"/deadlines/calendars/{plant_site}/days"
    closed = {"starts_on": day, "ends_on": day + timedelta(days=20), "state": "closed"}

    preview = look(admin, url, **closed, reason="Fire")
    assert "would move" in preview
    save(admin, url, preview)
    [row] = db.scalars(select(SiteOverride).filter_by(reason="Fire"))

    one = f"{url}/{row.id}"
    save(admin, one, look(admin, one, **closed, reason="Great fire"))
    assert [row.reason for row in db.scalars(select(SiteOverride).filter_by(site_id=plant_site))]
    assert "Great fire" in admin.get(f"/deadlines/calendars/{plant_site}").text

    preview = look(admin, f"{one}/remove")
    assert "Great fire" in preview
    save(admin, f"{one}/remove", preview)
    assert "Great fire" not in admin.get(f"/deadlines/calendars/{plant_site}").text


def test_overlapping_days_are_refused_in_words_and_nothing_typed_is_lost(
    world: World, admin: FlaskClient, plant_site: int
) -> None:
    url = f"/deadlines/calendars/{plant_site}/days"
    fields = {"starts_on": "2027-05-04", "ends_on": "2027-05-06", "state": "closed"}
    save(admin, url, look(admin, url, **fields, reason="First"))

    answer = admin.post(url, data=fields | {"reason": "Second"})

    assert answer.status_code == 422
    assert "set already (First)" in answer.text
    assert 'value="Second"' in answer.text


def test_one_may_go_back_from_the_preview_to_the_filled_form(
    world: World, admin: FlaskClient, plant_site: int
) -> None:
    url = f"/deadlines/calendars/{plant_site}/days"
    preview = look(admin, url, starts_on="2027-05-04", state="closed", reason="Feast")

    back = admin.post(url, data=typed_on(preview) | {"step": "edit"}).text

    assert 'value="Feast"' in back
    assert 'value="2027-05-04"' in back


def test_a_week_that_never_opens_is_refused(
    world: World, admin: FlaskClient, plant_site: int
) -> None:
    fields = {"time_zone": "Asia/Yekaterinburg", "cut_off": "15:00", "country": "RU"}

    answer = admin.post(f"/deadlines/calendars/{plant_site}", data=fields)

    assert answer.status_code == 422
    assert "closed for more than a year" in answer.text


def test_the_hours_of_a_plant_are_changed_and_hours_that_make_no_sense_are_refused(
    world: World, admin: FlaskClient, plant_site: int
) -> None:
    url = f"/deadlines/calendars/{plant_site}"
    fields = {
        "time_zone": "Asia/Yekaterinburg", "cut_off": "15:00", "country": "RU",
        "weekdays": [0, 1, 2, 3, 4], "opens_at": "08:00", "closes_at": "16:30",
    }  # fmt: skip

    save(admin, url, admin.post(url, data=fields).text)
    refused = admin.post(url, data=fields | {"opens_at": "17:00"})

    site = db.get_one(Site, plant_site, populate_existing=True)
    assert (site.opens_at, site.closes_at) == (time(8), time(16, 30))
    assert refused.status_code == 422
    assert "closes before it opens" in refused.text


def test_a_file_of_days_is_looked_at_and_then_taken_whole(world: World, admin: FlaskClient) -> None:
    url = "/deadlines/calendars/import"
    text = "site,from,to,state,reason\nD01,2027-03-01,2027-03-02,closed,Inventory\n"

    answer = admin.post(url, data={"file": (io.BytesIO(text.encode()), "days.csv")})
    assert "What would change" in answer.text
    assert db.scalars(select(SiteOverride).filter_by(reason="Inventory")).all() == []
    save(admin, url, answer.text)

    [row] = db.scalars(select(SiteOverride).filter_by(reason="Inventory"))
    assert (row.starts_on, row.ends_on) == (date(2027, 3, 1), date(2027, 3, 2))


def test_a_browser_lets_a_file_go_without_pasted_lines(admin: FlaskClient) -> None:
    url = "/deadlines/calendars/import"

    [field] = re.findall(r"<textarea[^>]*>", admin.get(url).text)
    nothing = admin.post(url, data={"text": ""})

    assert " required" not in field
    assert nothing.status_code == 422
    assert "Choose a file, or paste its lines." in nothing.text


def test_a_group_of_products_is_offered_by_its_name(world: World, admin: FlaskClient) -> None:
    world.shipped()
    db.execute(update(Item).values(product_group="bath_stove"))

    page = admin.get("/deadlines/norms").text

    assert '<option value="bath_stove">Bath stoves</option>' in page


def test_a_file_with_faults_names_their_lines_and_stays_to_be_mended(
    world: World, admin: FlaskClient
) -> None:
    text = "site,from,to,state,reason\nD01,yesterday,,closed,Inventory\nXX9,2027-01-04,,open,x\n"

    answer = admin.post("/deadlines/calendars/import", data={"text": text})

    assert answer.status_code == 422
    assert "Line 2" in answer.text
    assert "D01,yesterday" in answer.text


def test_a_longer_norm_moves_claims_and_is_saved_after_the_look(
    world: World, admin: FlaskClient
) -> None:
    claim = accepted(world)
    number = claim.number
    fields = {"stage": "repair", "product_group": "", "remedy": "", "working_days": "30"}

    preview = look(admin, "/deadlines/norms", **fields)
    save(admin, "/deadlines/norms", preview)

    assert number
    assert number in preview
    norm = db.scalars(select(StageNorm).filter_by(stage="repair", product_group="")).first()
    assert norm
    assert norm.working_days == 30


def test_a_special_norm_can_be_taken_away_again(world: World, admin: FlaskClient) -> None:
    fields = {"stage": "repair", "product_group": "", "remedy": "repair", "working_days": "9"}
    save(admin, "/deadlines/norms", look(admin, "/deadlines/norms", **fields))
    special = select(StageNorm).where(StageNorm.remedy == Remedy.REPAIR)
    assert len(db.scalars(special).all()) == 1

    url = "/deadlines/norms/remove"
    preview = look(admin, url, **fields)
    assert "Removed: repair, Repair. The more general norm applies." in preview
    save(admin, url, preview)

    assert db.scalars(special).all() == []


def test_a_rule_of_law_gets_its_next_version_and_keeps_the_old_one(
    world: World, admin: FlaskClient
) -> None:
    url = "/deadlines/rules/RU-C-01"
    fields = {"amount": "12", "unit": "CD", "basis": "Another law", "policy": "", "late_text": "x"}

    preview = look(admin, url, **fields)
    assert "keep the version they began with" in preview
    assert "0 running deadlines use it now" in preview
    save(admin, url, preview)

    versions = db.scalars(select(ClockRule).filter_by(code="RU-C-01").order_by(ClockRule.version))
    assert [row.amount for row in versions] == [10, 12]
    assert "Another law" in admin.get(url).text


def test_a_rule_says_what_starts_it_or_that_nothing_watches_it(
    world: World, admin: FlaskClient
) -> None:
    listed = admin.get("/deadlines/rules").text
    information = admin.get("/deadlines/rules/RU-B-08").text
    checked = admin.get("/deadlines/rules/RU-C-03").text

    assert listed.count("information, not watched") == 32
    assert "Information, not watched" in information
    assert "Information, not watched" not in checked
    assert "Quality check required" in checked
    assert "RU-C-02" in checked
    assert "art.43g" in admin.get("/deadlines/rules/PL-R-01").text
    assert "A lawyer has to confirm it." in admin.get("/deadlines/rules/PL-R-01").text


def test_a_rule_without_its_number_is_refused(world: World, admin: FlaskClient) -> None:
    fields = {"amount": "0", "unit": "CD", "basis": "Law", "policy": "", "late_text": ""}

    answer = admin.post("/deadlines/rules/RU-C-01", data=fields)

    assert answer.status_code == 422
    assert 'value="Law"' in answer.text


def test_a_policy_of_service_shows_which_answers_move(world: World, admin: FlaskClient) -> None:
    claim = world.filed(at=now())
    number = claim.number
    url = "/deadlines/service"
    scope = {"dealer_class": "", "product_group": "", "demand": "", "priority": ""}
    fields = scope | {"clock": "decision", "amount": "9", "unit": "WD", "is_pausable": "y"}

    preview = look(admin, url, **fields)
    save(admin, url, preview)

    assert number
    assert number in preview
    assert "later" in preview
    query = select(SlaPolicy).filter_by(clock=SlaClock.DECISION, dealer_class="", replaced_at=None)
    assert [row.amount for row in db.scalars(query)] == [9]


def test_removing_a_special_policy_shows_who_falls_back_and_keeps_its_version(
    world: World, admin: FlaskClient
) -> None:
    url = "/deadlines/service"
    scope = {"dealer_class": "", "product_group": "", "demand": "repair", "priority": ""}
    fields = scope | {"clock": "decision", "amount": "9", "unit": "WD", "is_pausable": "y"}
    save(admin, url, look(admin, url, **fields))
    number = world.filed(at=now()).number

    preview = look(admin, f"{url}/remove", **fields)
    assert "Removed: Decision, Repair. The more general policy applies." in preview
    save(admin, f"{url}/remove", preview)
    page = admin.get(url).text

    assert number
    assert number in preview
    assert "earlier" in preview
    earlier = page[page.index("Earlier versions") :]
    assert "Repair" in earlier
    assert "9 " in earlier


def test_an_unknown_site_lane_or_rule_is_not_found(world: World, admin: FlaskClient) -> None:
    urls = ("/deadlines/calendars/9999", "/deadlines/lanes/9999", "/deadlines/rules/XX-1")

    assert {admin.get(url).status_code for url in urls} == {404}


@pytest.mark.parametrize("address", ["/deadlines/norms", "/deadlines/service"])
def test_the_product_groups_are_read_once_a_page(
    admin: FlaskClient, engine: Engine, address: str
) -> None:
    with statements(engine) as seen:
        assert admin.get(address).status_code == 200

    assert sum("item.product_group" in one for one in seen) == 1
