"""The dealer's cabinet in the browser: what needs them, one claim, their steps."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from markupsafe import Markup
from PIL import Image

from app.accounts.policy import User
from app.claims import attachments, drafts, service
from app.claims.models import Claim
from app.claims.rules import ClaimState
from app.core.db import db
from app.core.lists import PAGE_SIZE
from app.vocabulary import Language
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World


def test_the_start_page_sorts_claims_by_what_they_need(world: World, sign_in: SignIn) -> None:
    draft = world.draft()
    asked = _asked(world)
    resolved = _resolved(world)
    under_way = world.filed()
    foreign = world.filed(world.shipped(to=world.other_dealer), by=world.ben)

    page = sign_in(world.ann).get("/home").text

    assert str(asked.number) in _part(page, "asked", "to-confirm")
    assert str(resolved.number) in _part(page, "to-confirm", "drafts")
    assert str(draft.id) in _part(page, "drafts", "under-way")
    assert str(under_way.number) in _part(page, "under-way", "shipped")
    assert str(foreign.number) not in page


def test_an_empty_start_page_says_how_to_begin(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.ann).get("/home").text

    assert "Nothing waits for you" in page
    assert "Choose from the shipments" in page


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("", {"draft", "asked", "filed", "cancelled"}),
        ("open", {"asked", "filed"}),
        ("mine", {"draft", "asked"}),
        ("drafts", {"draft"}),
        ("finished", {"cancelled"}),
        ("nonsense", {"draft", "asked", "filed", "cancelled"}),
    ],
)
def test_the_list_is_narrowed_by_whose_move_it_is(
    world: World, sign_in: SignIn, states: str, expected: set[str]
) -> None:
    claims = {"draft": world.draft(), "asked": _asked(world), "filed": world.filed()}
    claims["cancelled"] = _cancelled(world)
    ids = {name: str(claim.id) for name, claim in claims.items()}

    page = sign_in(world.ann).get(f"/claims?states={states}").text

    assert {name for name, claim_id in ids.items() if claim_id in page} == expected


@pytest.mark.parametrize("search", ["og26-1", "000001", "R-118"])
def test_a_claim_is_searched_by_serial_number_and_reference(
    world: World, sign_in: SignIn, search: str
) -> None:
    wanted = world.filed(world.shipped(serial="OG26-1"))
    wanted.dealer_reference = "R-118"
    other = world.filed(world.shipped(serial="OG26-2"))
    numbers = str(wanted.number), str(other.number)

    page = sign_in(world.ann).get(f"/claims?q={search}").text

    assert numbers[0] in page
    assert numbers[1] not in page


def test_the_pages_of_the_list_follow_each_other(world: World, sign_in: SignIn) -> None:
    for _ in range(PAGE_SIZE + 1):
        drafts.start_draft(by=world.ann, at=MONDAY)
    db.commit()
    ann = sign_in(world.ann)

    first = ann.get("/claims").text
    second = ann.get(_next_page(first)).text

    assert first.count("<tr>") - 1 == PAGE_SIZE
    assert second.count("<tr>") - 1 == 1
    assert 'rel="next"' not in second


def test_a_page_key_that_is_not_ours_begins_at_the_beginning(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    number = str(claim.number)

    answer = sign_in(world.ann).get("/claims?after=WyIyMDI2LTExLTE2IiwgIngiXQ==")

    assert answer.status_code == 200
    assert number in answer.text


def test_a_claim_shows_where_it_stands_and_what_was_shipped(world: World, sign_in: SignIn) -> None:
    claim = world.filed(world.shipped(serial="OG26-1"))

    page = sign_in(world.ann).get(f"/claims/{claim.id}").text

    assert f"Claim {claim.number}" in page
    assert "Claim manager" in page
    assert "Answer by" in page
    assert "OG26-1" in page
    assert "Filed the claim" in page
    assert "Withdraw" in page


def test_a_decided_claim_shows_the_decision_of_each_line(world: World, sign_in: SignIn) -> None:
    claim = _partly_rejected(world)

    page = sign_in(world.ann).get(f"/claims/{claim.id}").text

    assert "Accepted: 1 pcs" in page
    assert "Rejected: 1 pcs" in page
    assert "Physical damage" in page
    assert "It was dropped" in page
    assert "Promised by" in page


def test_a_manager_is_offered_their_own_steps(world: World, sign_in: SignIn) -> None:
    claim = world.filed()

    page = sign_in(world.cleo).get(f"/claims/{claim.id}").text

    assert f'action="/claims/{claim.id}/take"' in page
    assert f'href="/claims/{claim.id}/ask"' in page
    assert f'href="/claims/{claim.id}/decide"' in page
    assert "Withdraw" not in page


def test_parts_of_upper_domains_stand_on_the_page(
    app: Flask, world: World, sign_in: SignIn, panels: list[Any]
) -> None:
    claim = world.filed()
    panels.append(lambda claim, user: Markup("<p>{} for {}</p>").format(claim.number, user.name))

    page = sign_in(world.ann).get(f"/claims/{claim.id}").text

    assert f"<p>{claim.number} for Ann</p>" in page


def test_an_answer_sends_the_claim_back_to_the_manager(world: World, sign_in: SignIn) -> None:
    claim = _asked(world)
    question = claim.questions[0].id
    body = {f"answer-{question}": "Since\r\nMonday", "version": claim.version, "command_key": "k"}

    sign_in(world.ann).post(f"/claims/{claim.id}/answers", data=body)

    answered = _again(claim)
    assert answered.state is ClaimState.SUBMITTED
    assert answered.questions[0].answer == "Since\nMonday"


def test_a_missing_answer_is_asked_for_and_the_typed_ones_are_kept(
    world: World, sign_in: SignIn
) -> None:
    claim = _asked(world, "Since when?", "How many?")
    first = claim.questions[0].id
    body = {f"answer-{first}": "Since Monday", "version": claim.version}

    answer = sign_in(world.ann).post(f"/claims/{claim.id}/answers", data=body)

    assert answer.status_code == 422
    assert "Every question needs an answer." in answer.text
    assert "Since Monday</textarea>" in answer.text


def test_files_may_be_added_while_a_question_is_open(world: World, sign_in: SignIn) -> None:
    claim = _asked(world)

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/files", data={"file": (BytesIO(b"Report"), "report.txt")}
    )

    assert answer.location == f"/claims/{claim.id}#questions"
    assert [kept.file.name for kept in _again(claim).files] == ["report.txt"]


def test_no_file_is_added_to_a_claim_that_is_over(world: World, sign_in: SignIn) -> None:
    claim = _cancelled(world)

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/files",
        data={"file": (BytesIO(b"Report"), "report.txt")},
        headers={"HX-Request": "true"},
    )

    assert answer.status_code == 409
    assert _again(claim).files == []


def test_a_confirmed_result_closes_the_claim(world: World, sign_in: SignIn) -> None:
    claim = _resolved(world)

    _step(sign_in(world.ann), claim, "confirm")

    assert _again(claim).state is ClaimState.CLOSED


def test_a_disputed_result_goes_back_to_work_with_its_reason(world: World, sign_in: SignIn) -> None:
    claim = _resolved(world)
    ann = sign_in(world.ann)

    silent = _step(ann, claim, "dispute", reason="  ")
    answer = _step(ann, claim, "dispute", reason="It still leaks")

    assert silent.status_code == 422
    assert "Say in a few words why." in silent.text
    assert _again(claim).state is ClaimState.EXECUTION
    assert "It still leaks" in ann.get(answer.location).text


def test_a_refused_claim_is_closed_by_its_dealer(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    line = claim.lines[0]
    verdict = service.LineDecision(line.id, line.quantity * 0, None, "R03", "It was dropped")
    service.decide(
        claim, [verdict], promise_on=None, version=claim.version, by=world.cleo, at=MONDAY
    )
    db.commit()

    _step(sign_in(world.ann), claim, "close")

    assert _again(claim).state is ClaimState.CLOSED


def test_a_withdrawn_claim_is_over(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    ann = sign_in(world.ann)

    answer = _step(ann, claim, "cancel")

    assert _again(claim).state is ClaimState.CANCELLED
    assert "The claim is withdrawn." in ann.get(answer.location).text


def test_who_looked_at_an_old_version_is_told_who_was_faster(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    seen = claim.version
    service.take(claim, version=seen, by=world.cleo, at=MONDAY)
    db.commit()

    answer = _step(sign_in(world.ann), claim, "cancel", version=seen)

    assert answer.status_code == 409
    assert "Changed in the meantime by Cleo" in answer.text
    assert "Being checked" in answer.text


def test_a_step_without_the_version_one_looked_at_is_no_step(world: World, sign_in: SignIn) -> None:
    claim = world.filed()

    answer = sign_in(world.ann).post(f"/claims/{claim.id}/cancel")

    assert answer.status_code == 400
    assert _again(claim).state is ClaimState.SUBMITTED


def test_reloading_a_refused_step_leads_to_the_claim(world: World, sign_in: SignIn) -> None:
    claim = world.filed()

    answer = sign_in(world.ann).get(f"/claims/{claim.id}/answers")

    assert answer.location == f"/claims/{claim.id}"


@pytest.mark.parametrize("step", ["answers", "confirm", "dispute", "close", "cancel"])
def test_nobody_steps_in_another_dealers_claim(world: World, sign_in: SignIn, step: str) -> None:
    claim = world.filed()
    ben = sign_in(world.ben)

    assert ben.get(f"/claims/{claim.id}").status_code == 404
    assert _step(ben, claim, step).status_code == 404
    assert ben.get(f"/claims/{uuid4()}").status_code == 404
    assert _again(claim).state is ClaimState.SUBMITTED


def test_photos_are_shown_small_and_their_originals_to_managers_only(
    world: World, sign_in: SignIn
) -> None:
    claim, kept = _with_photo(world)
    url = f"/claims/{claim.id}/files/{kept}"

    assert _statuses(sign_in, world.ann, url) == {"served": 200, "thumbnail": 200, "original": 404}
    assert _statuses(sign_in, world.cleo, url) == {
        "served": 200,
        "thumbnail": 200,
        "original": 200,
    }
    assert set(_statuses(sign_in, world.ben, url).values()) == {404}
    assert sign_in(world.ann).get(f"{url}/whatever").status_code == 404


def test_a_file_of_another_claim_is_not_found_under_this_one(world: World, sign_in: SignIn) -> None:
    _, kept = _with_photo(world)
    claim = world.filed()

    answer = sign_in(world.ann).get(f"/claims/{claim.id}/files/{kept}/served")

    assert answer.status_code == 404


def test_departments_have_no_business_in_the_cabinet(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    dora = sign_in(world.dora)

    assert dora.get("/home").status_code == 403
    assert dora.get(f"/claims/{claim.id}").status_code == 403


def test_what_people_type_is_shown_as_they_typed_it(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    claim.lines[0].description = "<script>alert(1)</script>\nsecond"
    db.commit()

    page = sign_in(world.ann).get(f"/claims/{claim.id}").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nsecond" in page


@pytest.mark.parametrize("language", list(Language))
def test_every_page_speaks_every_language(world: World, sign_in: Any, language: Language) -> None:
    draft, asked = world.draft(), _asked(world)
    ann = sign_in(world.ann, language)
    pages = ["/home", "/claims", "/shipments", "/shipments/lookup?code=none"]
    pages += [f"/claims/{draft.id}/edit", f"/claims/{asked.id}"]

    for page in pages:
        answer = ann.get(page)
        assert answer.status_code == 200, page
        assert f'<html lang="{language.value}">' in answer.text


@pytest.fixture
def panels(app: Flask) -> Iterator[list[Any]]:
    """The parts that upper domains put on the page of a claim, for this test only."""
    before = app.extensions.get("claim_panels", ())
    own: list[Any] = []
    app.extensions["claim_panels"] = own
    yield own
    app.extensions["claim_panels"] = before


def _asked(world: World, *questions: str) -> Claim:
    claim = world.filed()
    questions = questions or ("Since when?",)
    service.ask(claim, questions, version=claim.version, by=world.cleo, at=MONDAY)
    db.commit()
    return claim


def _resolved(world: World) -> Claim:
    claim = world.filed()
    world.accepted(claim)
    service.start_execution(claim, at=MONDAY)
    service.resolve(claim, at=MONDAY)
    db.commit()
    return claim


def _cancelled(world: World) -> Claim:
    claim = world.filed()
    service.cancel(claim, version=claim.version, by=world.ann, at=MONDAY)
    db.commit()
    return claim


def _partly_rejected(world: World) -> Claim:
    claim = world.filed(world.shipped(), world.shipped())
    first, second = claim.lines
    verdicts = [
        service.LineDecision(first.id, first.quantity, first.demand, None, ""),
        service.LineDecision(second.id, second.quantity * 0, None, "R03", "It was dropped"),
    ]
    service.decide(
        claim, verdicts, promise_on=None, version=claim.version, by=world.cleo, at=MONDAY
    )
    db.commit()
    return claim


def _with_photo(world: World) -> tuple[Claim, int]:
    claim = world.draft()
    content = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "JPEG")
    content.seek(0)
    kept = attachments.attach(claim, claim.lines[0], "a.jpg", content, by=world.ann, at=MONDAY)
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    return claim, kept.id


def _statuses(sign_in: SignIn, user: User, url: str) -> dict[str, int]:
    client = sign_in(user)
    variants = ("served", "thumbnail", "original")
    return {variant: client.get(f"{url}/{variant}").status_code for variant in variants}


def _step(client: Any, claim: Claim, step: str, **fields: Any) -> Any:
    body = {"version": _again(claim).version, "sure": "yes"} | fields
    return client.post(f"/claims/{claim.id}/{step}", data=body)


def _again(claim: Claim) -> Claim:
    """Read a claim anew, as another request has left it."""
    db.expire_all()
    return db.get_one(Claim, claim.id)


def _part(page: str, start: str, end: str) -> str:
    return page.partition(f'id="{start}"')[2].partition(f'id="{end}"')[0]


def _next_page(page: str) -> str:
    return page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
