"""Photos and documents of a claim: at filing and later, from both sides, public or internal."""

from http import HTTPStatus
from io import BytesIO

import pytest
from sqlalchemy import select

from acts.facts import ActKind
from app.accounts.policy import User
from app.claims import attachments, service
from app.claims.models import Claim, ClaimFile
from app.core.clock import now
from app.core.db import db
from app.core.errors import NotAllowed
from app.core.outside import Outside
from app.erp import push
from app.erp.reconcile import reconcile
from app.outbox.delivery import drain
from app.outbox.models import OutboxMessage
from app.paperwork.facts import gather
from app.paperwork.service import issue_filed
from app.vocabulary import Visibility
from app.work.models import WorkOrder
from app.work.service import open_orders
from connectors.erp.memory import RememberingErp
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

INTERNAL = Visibility.INTERNAL
PART = {"HX-Request": "true"}


def attached(
    claim: Claim, name: str, *, by: User, visibility: Visibility = Visibility.PUBLIC
) -> ClaimFile:
    """Add a small text to a claim."""
    content = BytesIO(name.encode())
    kept = attachments.attach(claim, None, name, content, by=by, at=now(), visibility=visibility)
    db.commit()
    return kept


def test_a_dealer_and_a_manager_add_files_while_the_claim_is_open(world: World) -> None:
    claim = world.filed()
    world.accepted(claim)

    attached(claim, "waybill.txt", by=world.ann)
    attached(claim, "report.txt", by=world.cleo)

    assert [kept.file.name for kept in claim.files] == ["waybill.txt", "report.txt"]


@pytest.mark.parametrize("who", ["ann", "cleo"])
def test_nobody_adds_a_file_to_a_claim_that_is_over(world: World, who: str) -> None:
    claim = world.filed()
    service.cancel(claim, version=claim.version, by=world.ann, at=MONDAY)

    with pytest.raises(NotAllowed):
        attached(claim, "late.txt", by=getattr(world, who))


def test_a_dealer_adds_no_internal_file(world: World) -> None:
    with pytest.raises(NotAllowed):
        attached(world.filed(), "a.txt", by=world.ann, visibility=INTERNAL)


def test_a_public_file_added_later_reaches_the_erp_once_and_an_internal_one_never(
    world: World, neighbours: Outside
) -> None:
    claim = world.filed()
    public = attached(claim, "later.txt", by=world.cleo)
    internal = attached(claim, "secret.txt", by=world.cleo, visibility=INTERNAL)

    drain(push.KEEPERS, at=now())
    reconcile("erp", by=None, at=now())  # whatever was never told is promised again here
    drain(push.KEEPERS, at=now())

    erp = neighbours.erp("erp")
    assert isinstance(erp, RememberingErp)
    assert [key for key, _ in erp.files] == [public.file_id]
    owed = select(OutboxMessage.subject_id).where(OutboxMessage.kind == "erp.push_evidence")
    assert list(db.scalars(owed)) == [public.file_id]
    assert push.prepare_evidence(internal.file_id, "erp") is None


def test_an_internal_file_is_no_annex_of_an_act(world: World) -> None:
    claim = world.filed()
    attached(claim, "later.txt", by=world.cleo)
    attached(claim, "secret.txt", by=world.cleo, visibility=INTERNAL)
    issue_filed(claim.id, at=MONDAY)

    facts = gather(claim, ActKind.RECLAMATION, number="1", revision=2, decided=False, at=MONDAY)

    assert facts.annexes == ("later.txt",)


def test_a_dealer_finds_no_internal_file_by_any_address(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    public = attached(claim, "later.txt", by=world.cleo)
    internal = attached(claim, "secret.txt", by=world.cleo, visibility=INTERNAL)
    client = sign_in(world.ann)

    page = client.get(f"/claims/{claim.id}").text
    addresses = [f"/claims/{claim.id}/files/{internal.id}{end}" for end in ("", "/served")]

    assert "later.txt" in page
    assert "secret.txt" not in page
    assert [client.get(one).status_code for one in addresses] == [HTTPStatus.NOT_FOUND] * 2
    assert client.get(f"/claims/{claim.id}/files/{public.id}/served").data == b"later.txt"
    assert "secret.txt" not in client.get("/claims?q=secret").text


def test_a_manager_adds_internal_files_on_the_page(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    client = sign_in(world.cleo)

    answer = client.post(
        f"/claims/{claim.id}/files?visibility=internal",
        data={"file": (BytesIO(b"words"), "secret.txt"), "command_key": "k1"},
        headers=PART,
        follow_redirects=True,
    )

    assert answer.status_code == HTTPStatus.OK
    assert "Internal" in answer.text
    assert db.scalars(select(ClaimFile.visibility)).all() == [INTERNAL]


def test_a_dealer_who_asks_for_an_internal_file_is_refused(world: World, sign_in: SignIn) -> None:
    claim = world.filed()

    sign_in(world.ann).post(
        f"/claims/{claim.id}/files?visibility=internal",
        data={"file": (BytesIO(b"words"), "a.txt"), "command_key": "k1"},
    )

    assert db.scalars(select(ClaimFile.id)).all() == []


@pytest.mark.parametrize("visibility", list(Visibility))
def test_a_department_adds_files_to_its_order(
    world: World, sign_in: SignIn, visibility: Visibility
) -> None:
    claim = world.filed()
    world.accepted(claim)
    open_orders(claim.id, at=MONDAY)
    db.commit()
    order = db.scalars(select(WorkOrder)).one()
    form = {"file": (BytesIO(b"words"), "welding.txt"), "visibility": visibility.value}
    client = sign_in(world.dora)

    answer = client.post(f"/work/{order.id}/files", data=form)

    assert answer.location.endswith("#files")
    assert "welding.txt" in client.get(f"/work/{order.id}").text
    seen = "welding.txt" in sign_in(world.ann).get(f"/claims/{claim.id}").text
    assert seen == (visibility is Visibility.PUBLIC)


def test_a_department_adds_nothing_to_anothers_order(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    world.accepted(claim)
    open_orders(claim.id, at=MONDAY)
    db.commit()
    order = db.scalars(select(WorkOrder)).one()

    answer = sign_in(world.fay).post(
        f"/work/{order.id}/files", data={"file": (BytesIO(b"words"), "a.txt")}
    )

    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_a_plain_form_adds_files_later_and_leads_back_to_them(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed()
    client = sign_in(world.ann)

    answer = client.post(f"/claims/{claim.id}/files", data={"file": (BytesIO(b"words"), "a.txt")})

    assert answer.location.endswith("#add-files")
    assert "a.txt" in client.get(f"/claims/{claim.id}").text
