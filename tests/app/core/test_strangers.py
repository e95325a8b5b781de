"""What belongs to another dealer cannot be told from what does not exist."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.claims import attachments
from app.claims.models import Claim, ClaimFile, ClaimLine
from app.claims.service import file_claim
from app.core.db import db
from app.outbox.models import OutboxMessage
from app.paperwork.models import Act
from app.paperwork.service import issue_filed
from app.work.models import WorkOrder
from app.work.service import open_orders
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

NOBODYS_NUMBER = 987_654_321
CLAIM_PAGES = ("", "/edit", "/readiness")
CLAIM_STEPS = [
    "answers",
    "confirm",
    "dispute",
    "close",
    "cancel",
    "edit",
    "autosave",
    "lines",
    "unlisted",
    "files",
    "delete",
    "submit",
]
REQUEST_ID = re.compile(r"[0-9a-f]{12}")
# What differs between any two pages: the nonce, the tokens, the command keys.
NOISE = re.compile(r'nonce="[^"]+"|content="[^"]+"|value="[0-9a-f]{32}"|value="[^"]{80,}"')


@dataclass(frozen=True)
class Belongings:
    """The ids of everything that a dealer has."""

    claim: UUID
    draft: UUID
    line: UUID
    file: int
    act: UUID
    shipped: UUID


@pytest.fixture
def bens(world: World) -> Belongings:
    return belongings(world, world.ben)


@pytest.fixture
def anns(world: World) -> Belongings:
    return belongings(world, world.ann)


def belongings(world: World, user: object) -> Belongings:
    """Make one of everything for Ann or Ben."""
    by = world.ann if user is world.ann else world.ben
    dealer = world.dealer if by is world.ann else world.other_dealer
    found = world.shipped(to=dealer)
    claim = world.filed(found, by=by)
    draft = world.draft(found, by=by)
    kept = attachments.attach(
        draft, draft.lines[0], "waybill.txt", io.BytesIO(b"Ten stoves"), by=by, at=MONDAY
    )
    issue_filed(claim.id, at=MONDAY)
    db.commit()
    act = db.execute(select(Act).where(Act.claim_id == claim.id)).scalar_one()
    return Belongings(claim.id, draft.id, draft.lines[0].id, kept.id, act.id, found.ref)


def shown(client: FlaskClient, method: str, url: str) -> tuple[int, str]:
    """Return an answer without what differs between any two requests."""
    answer = client.open(url, method=method, data={"version": "1"} if method == "POST" else None)
    return answer.status_code, REQUEST_ID.sub("", answer.text)


def addresses(owner: Belongings) -> list[tuple[str, str]]:
    """Return every address that names something of a dealer."""
    draft = f"/claims/{owner.draft}"
    return [
        *(("GET", f"/claims/{owner.claim}{page}") for page in CLAIM_PAGES),
        *(("GET", f"{draft}{page}") for page in CLAIM_PAGES),
        *(("POST", f"/claims/{owner.claim}/{step}") for step in CLAIM_STEPS),
        *(("POST", f"{draft}/{step}") for step in CLAIM_STEPS),
        ("GET", f"{draft}/files/{owner.file}"),
        ("GET", f"{draft}/files/{owner.file}/served"),
        ("GET", f"{draft}/files/{owner.file}/original"),
        ("POST", f"{draft}/files/{owner.file}/remove"),
        ("POST", f"{draft}/lines/{owner.line}/remove"),
        ("POST", f"{draft}/lines/{owner.line}/files"),
        ("GET", f"/acts/{owner.act}"),
        ("GET", f"/shipments/lines/{owner.shipped}"),
    ]


def nobodys() -> Belongings:
    return Belongings(uuid4(), uuid4(), uuid4(), NOBODYS_NUMBER, uuid4(), uuid4())


def counts() -> tuple[int, ...]:
    """Return what a stranger might have changed."""
    tables = (Claim, ClaimLine, ClaimFile, OutboxMessage)
    return tuple(len(db.scalars(select(table)).all()) for table in tables)


def test_another_dealers_things_answer_exactly_as_things_that_do_not_exist(
    sign_in: SignIn, world: World, bens: Belongings
) -> None:
    client = sign_in(world.ann)
    before = counts()

    for (method, foreign), (_, random) in zip(addresses(bens), addresses(nobodys()), strict=True):
        answer = shown(client, method, foreign)

        assert answer[0] == HTTPStatus.NOT_FOUND, (method, foreign)
        assert answer == shown(client, method, random), (method, foreign)
    assert counts() == before


def test_their_owner_finds_them(sign_in: SignIn, world: World, bens: Belongings) -> None:
    client = sign_in(world.ben)

    for method, url in addresses(bens):
        if method == "GET" and not url.endswith("/original"):
            assert client.get(url, follow_redirects=True).status_code == HTTPStatus.OK, url


@pytest.mark.parametrize(
    "mixed",
    [
        lambda own, foreign: ("GET", f"/claims/{own.draft}/files/{foreign.file}/served"),
        lambda own, foreign: ("GET", f"/claims/{own.draft}/files/{foreign.file}"),
        lambda own, foreign: ("POST", f"/claims/{own.draft}/files/{foreign.file}/remove"),
        lambda own, foreign: ("POST", f"/claims/{own.draft}/lines/{foreign.line}/remove"),
        lambda own, foreign: ("POST", f"/claims/{own.draft}/lines/{foreign.line}/files"),
    ],
)
def test_foreign_parts_are_not_found_under_ones_own_claim(
    sign_in: SignIn,
    world: World,
    anns: Belongings,
    bens: Belongings,
    mixed: Callable[[Belongings, Belongings], tuple[str, str]],
) -> None:
    client = sign_in(world.ann)

    foreign = shown(client, *mixed(anns, bens))

    assert foreign[0] == HTTPStatus.NOT_FOUND
    assert foreign == shown(client, *mixed(anns, nobodys()))


@pytest.mark.parametrize("field", ["ref", "code"])
def test_a_foreign_shipment_cannot_be_put_into_a_claim(
    sign_in: SignIn, world: World, anns: Belongings, bens: Belongings, field: str
) -> None:
    client = sign_in(world.ann)
    before = counts()

    for url in ("/claims/drafts", f"/claims/{anns.draft}/lines"):
        foreign = client.post(url, data={field: str(bens.shipped)})
        random = client.post(url, data={field: str(uuid4())})

        assert foreign.status_code == random.status_code
    assert counts()[1] == before[1]


def test_another_dealers_code_finds_what_an_unknown_one_finds(
    sign_in: SignIn, world: World
) -> None:
    world.packed(world.shipped(to=world.other_dealer), "BOX-B")
    db.commit()
    client = sign_in(world.ann)

    foreign = client.get("/shipments/lookup?code=BOX-B").text
    unknown = client.get("/shipments/lookup?code=BOX-C").text

    assert NOISE.sub("", foreign) == NOISE.sub("", unknown.replace("BOX-C", "BOX-B"))


def test_a_department_finds_its_own_work_only(sign_in: SignIn, world: World) -> None:
    claim = world.filed()
    world.accepted(claim)
    open_orders(claim.id, at=MONDAY)
    db.commit()
    order = db.execute(select(WorkOrder)).scalar_one()
    doras, fays = sign_in(world.dora), sign_in(world.fay)

    assert doras.get(f"/work/{order.id}").status_code == HTTPStatus.OK
    for step in ("start", "block", "resume", "finish"):
        foreign = shown(fays, "POST", f"/work/{order.id}/{step}")
        assert foreign == shown(fays, "POST", f"/work/{uuid4()}/{step}")
        assert foreign[0] == HTTPStatus.NOT_FOUND
    assert shown(fays, "GET", f"/work/{order.id}") == shown(fays, "GET", f"/work/{uuid4()}")


def test_managers_do_not_find_drafts(sign_in: SignIn, world: World, bens: Belongings) -> None:
    client = sign_in(world.cleo)

    assert client.get(f"/claims/{bens.draft}").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"/claims/{bens.claim}").status_code == HTTPStatus.OK


def test_only_managers_get_the_original_of_a_file(sign_in: SignIn, world: World) -> None:
    draft = world.draft()
    kept = attachments.attach(
        draft, None, "waybill.txt", io.BytesIO(b"Ten stoves"), by=world.ann, at=MONDAY
    )
    file_claim(draft, by=world.ann, at=MONDAY)
    db.commit()
    url = f"/claims/{draft.id}/files/{kept.id}/original"

    assert sign_in(world.ann).get(url).status_code == HTTPStatus.NOT_FOUND
    assert sign_in(world.cleo).get(url).status_code == HTTPStatus.OK


def test_what_another_dealer_does_changes_nothing_on_ones_own_pages(
    sign_in: SignIn, world: World, anns: Belongings
) -> None:
    client = sign_in(world.ann)
    pages = ("/home", "/claims", "/shipments", f"/claims/{anns.claim}")
    before = [NOISE.sub("", client.get(page).text) for page in pages]

    for _ in range(3):
        belongings(world, world.ben)

    assert [NOISE.sub("", client.get(page).text) for page in pages] == before


def test_a_dealers_numbers_do_not_count_the_others_claims(world: World) -> None:
    first = world.filed()
    for _ in range(3):
        world.filed(world.shipped(to=world.other_dealer), by=world.ben)

    assert world.filed().number == f"{first.number[:-1]}2"  # type: ignore[index]
