"""Which attachments a line needs: the rule, the meter, the refusal, and the table's screen."""

from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO

import pytest
from sqlalchemy import select

from app.claims import attachments, drafts, service
from app.claims.attachment_rules import AttachmentRule, add_rule, all_requirements, list_rules
from app.claims.attachment_tags import NoSuchTag, tag_file, tag_key
from app.claims.models import Claim
from app.claims.requirements import (
    AttachmentKind,
    AttachmentLevel,
    Requirement,
    requirements_of,
    shortages,
)
from app.claims.rules import CustomerKind
from app.core.db import db
from app.seed.attachments import RULES, load_attachment_rules
from app.seed.defects import DEFECTS
from app.vocabulary import Language, Remedy
from tests.app.claims.drafting import submit
from tests.app.conftest import SignIn
from tests.app.files.pictures import jpeg_from_a_phone
from tests.app.world import MONDAY, World

PHOTO, FILE = AttachmentKind.PHOTO, AttachmentKind.FILE
RU_DAMAGE = "Повреждение крупным планом"
MUST, WANTED = AttachmentLevel.MANDATORY, AttachmentLevel.WANTED


@dataclass
class Line:
    id: int = 1
    demand: Remedy | None = Remedy.REPAIR
    defect_code: str | None = "TRN"


@dataclass
class File:
    line_id: int | None
    is_photo: bool
    shows: dict[str, str] | None = None


def asked(
    kind: AttachmentKind = PHOTO,
    count: int = 1,
    level: AttachmentLevel = MUST,
    *,
    demand: Remedy | None = None,
    defect: str | None = None,
) -> Requirement:
    return Requirement(demand, defect, kind, count, level, {"en": "The damage"})


@pytest.mark.parametrize(
    ("demand", "defect", "holds"),
    [
        (None, None, True),
        (Remedy.REPAIR, None, True),
        (None, "TRN", True),
        (Remedy.REPAIR, "TRN", True),
        (Remedy.REFUND, None, False),
        (None, "GLS", False),
        (Remedy.REPAIR, "GLS", False),
    ],
)
def test_a_rule_holds_for_its_demand_and_its_defect(
    demand: Remedy | None, defect: str | None, holds: bool
) -> None:
    rule = asked(demand=demand, defect=defect)

    assert list(requirements_of(Line(), [rule])) == [rule] * holds


@pytest.mark.parametrize(
    ("rules", "photos", "documents", "lacking"),
    [
        ([asked(PHOTO, 2)], 0, 0, [2]),
        ([asked(PHOTO, 2)], 1, 5, [1]),
        ([asked(PHOTO, 2)], 3, 0, []),
        ([asked(FILE)], 0, 1, []),
        ([asked(FILE)], 1, 0, []),
        # One photo does not meet two rules, and what is mandatory is met first.
        ([asked(PHOTO, 1, WANTED), asked(PHOTO, 1, MUST)], 1, 0, [1]),
        # A document is taken for a file of any kind, so that the photo is left.
        ([asked(FILE, 1, MUST), asked(PHOTO, 1, WANTED)], 1, 1, []),
    ],
)
def test_each_file_meets_one_rule(
    rules: list[Requirement], photos: int, documents: int, lacking: list[int]
) -> None:
    files = [File(1, is_photo=True)] * photos + [File(1, is_photo=False)] * documents

    assert [one.lacking for one in shortages(Line(), rules, files)] == lacking


def test_files_of_the_claim_count_for_each_line_and_those_of_another_line_do_not() -> None:
    for_all, anothers = [File(None, is_photo=True)], [File(2, is_photo=True)]

    assert list(shortages(Line(), [asked()], for_all)) == []
    assert list(shortages(Line(), [asked()], anothers)) != []


PLATE, DAMAGE = {"en": "The type plate"}, {"en": "The damage"}


@pytest.mark.parametrize(
    ("shown", "lacking"),
    [
        ([PLATE, PLATE], ["The damage"]),  # two photos of the plate are none of the damage
        ([PLATE, DAMAGE], []),
        ([DAMAGE, None], []),  # what nobody said is given out by its kind
        ([None, None], []),
        ([{}, None], ["The type plate"]),  # something else meets nothing
        ([{"en": "The chimney"}, {"en": "The chimney"}], ["The damage", "The type plate"]),
    ],
)
def test_a_file_meets_what_it_was_said_to_show(
    shown: list[dict[str, str] | None], lacking: list[str]
) -> None:
    rules = [
        Requirement(None, None, PHOTO, 1, WANTED, PLATE),
        Requirement(None, None, PHOTO, 1, MUST, DAMAGE),
    ]
    files = [File(1, is_photo=True, shows=one) for one in shown]

    missing = shortages(Line(), rules, files)

    assert [one.requirement.names["en"] for one in missing] == lacking


def test_a_document_said_to_be_a_photo_is_none() -> None:
    rules = [Requirement(None, None, PHOTO, 1, MUST, PLATE)]

    assert shortages(Line(), rules, [File(1, is_photo=False, shows=PLATE)])


def ruled(level: AttachmentLevel, text: str = "A close-up of the damage") -> None:
    add_rule(None, "GLS", PHOTO, 1, level, {"en": text, "ru": RU_DAMAGE})
    db.commit()


def photograph(world: World, claim: Claim) -> None:
    line = claim.lines[0]
    attachments.attach(claim, line, "a.jpg", BytesIO(jpeg_from_a_phone()), by=world.ann, at=MONDAY)


def test_without_a_mandatory_photo_filing_is_refused_with_words_that_name_it(
    world: World, sign_in: SignIn
) -> None:
    ruled(MUST)
    claim = world.draft()
    db.commit()

    client = sign_in(world.ann, Language.RU)  # type: ignore[call-arg]

    answer = submit(client, claim)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Повреждение крупным планом" in answer.text
    assert db.get_one(Claim, claim.id).number is None


def test_with_the_photo_it_is_filed(world: World) -> None:
    ruled(MUST)
    claim = world.draft()
    photograph(world, claim)

    service.file_claim(claim, by=world.ann, at=MONDAY)

    assert claim.number


def test_a_document_is_no_photo(world: World) -> None:
    ruled(MUST)
    claim = world.draft()
    attachments.attach(claim, None, "a.txt", BytesIO(b"words"), by=world.ann, at=MONDAY)

    with pytest.raises(service.NotReady, match="not complete"):
        service.file_claim(claim, by=world.ann, at=MONDAY)


def test_what_is_only_wanted_is_counted_and_shown_but_not_refused(
    world: World, sign_in: SignIn
) -> None:
    ruled(WANTED)
    claim = world.draft()
    db.commit()

    page = sign_in(world.ann).get(f"/claims/{claim.id}/edit").text
    service.file_claim(db.get_one(Claim, claim.id), by=world.ann, at=MONDAY)

    assert "A close-up of the damage" in page
    assert "Can be filed" in page
    assert db.get_one(Claim, claim.id).number


def test_a_claim_without_photo_or_customer_is_not_complete(world: World) -> None:
    ruled(WANTED)
    claim = world.draft()

    percents = [drafts.readiness_of(claim).percent]
    photograph(world, claim)
    percents.append(drafts.readiness_of(claim).percent)
    claim.customer_kind = CustomerKind.CONSUMER
    percents.append(drafts.readiness_of(claim).percent)

    assert percents == sorted(set(percents))
    assert percents[-1] == 100
    assert percents[0] < 80


def two_rules() -> None:
    ruled(MUST)
    add_rule(None, None, PHOTO, 1, WANTED, PLATE)
    db.commit()


def test_two_photos_of_the_plate_do_not_file_a_claim_that_needs_the_damage(
    world: World, sign_in: SignIn
) -> None:
    two_rules()
    claim = world.draft()
    for _ in range(2):
        photograph(world, claim)
    db.commit()
    claim_id, kept_ids = claim.id, [kept.id for kept in claim.files]
    client = sign_in(world.ann)
    assert "(assumed: nobody has said what it shows)" in client.get(f"/claims/{claim_id}/edit").text

    for kept_id in kept_ids:
        place = f"/claims/{claim_id}/files/{kept_id}/shows"
        client.post(place, data={f"shows-{kept_id}": tag_key(PLATE)})

    refused = submit(client, db.get_one(Claim, claim_id))
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "A close-up of the damage: mandatory, missing" in " ".join(refused.text.split())
    meter = client.get(f"/claims/{claim_id}/readiness").text
    assert "A close-up of the damage" in meter
    client.post(
        f"/claims/{claim_id}/files/{kept_ids[0]}/shows",
        data={f"shows-{kept_ids[0]}": tag_key({"en": "A close-up of the damage", "ru": RU_DAMAGE})},
    )
    filed = submit(client, db.get_one(Claim, claim_id), key="k2")
    assert filed.status_code == HTTPStatus.SEE_OTHER


def test_what_a_file_shows_can_be_said_later_and_the_history_keeps_it(
    world: World, sign_in: SignIn
) -> None:
    two_rules()
    claim = world.draft()
    photograph(world, claim)
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    claim_id, kept_id = claim.id, claim.files[0].id

    answer = sign_in(world.ann).post(
        f"/claims/{claim_id}/files/{kept_id}/shows", data={f"shows-{kept_id}": tag_key(PLATE)}
    )

    assert answer.status_code == HTTPStatus.SEE_OTHER
    page = " ".join(sign_in(world.cleo).get(f"/claims/{claim_id}/decide").text.split())
    assert "The type plate: a.jpg" in page
    assert "A close-up of the damage: mandatory, missing" in page
    history = sign_in(world.cleo).get(f"/claims/{claim_id}/history").text
    assert "What the file shows: – → The type plate" in history


def test_nobody_says_what_another_dealers_file_shows(world: World, sign_in: SignIn) -> None:
    two_rules()
    claim = world.draft()
    photograph(world, claim)
    db.commit()
    place = f"/claims/{claim.id}/files/{claim.files[0].id}/shows"

    assert sign_in(world.ben).post(place).status_code == HTTPStatus.NOT_FOUND


def test_what_a_line_does_not_need_cannot_be_chosen(world: World) -> None:
    ruled(MUST)
    claim = world.draft()
    photograph(world, claim)

    with pytest.raises(NoSuchTag):
        tag_file(claim, claim.files[0], tag_key(PLATE), all_requirements(), by=world.ann, at=MONDAY)


# The table's screen.


def rule_form(**changes: str) -> dict[str, str]:
    return {
        "defect": "GLS", "demand": "", "level": "mandatory", "kind": "photo", "count": "2",
        "en": "The damage", "ru": "Повреждение", "pl": "", "cs": "",
    } | changes  # fmt: skip


def test_an_administrator_adds_and_removes_a_rule(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.admin)

    added = client.post("/attachment-rules", data=rule_form())
    (rule,) = list_rules()
    page = client.get("/attachment-rules").text
    removed = client.post(f"/attachment-rules/{rule.id}/remove")

    assert (added.status_code, removed.status_code) == (303, 303)
    assert (rule.defect_code, rule.count, rule.names["ru"]) == ("GLS", 2, "Повреждение")
    assert "The damage" in page
    assert db.scalars(select(AttachmentRule)).all() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"count": "0"}, {"count": "11"}, {"count": "x"}, {"en": "", "ru": ""},
        {"defect": "NONSENSE"}, {"demand": "x"}, {"level": ""}, {"kind": "film"},
    ],
)  # fmt: skip
def test_a_senseless_rule_is_refused(
    world: World, sign_in: SignIn, changes: dict[str, str]
) -> None:
    answer = sign_in(world.admin).post("/attachment-rules", data=rule_form(**changes))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list_rules() == []


def test_the_same_rule_is_not_there_twice(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.admin)

    answers = [client.post("/attachment-rules", data=rule_form()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert len(list_rules()) == 1


@pytest.mark.parametrize("who", ["ann", "cleo", "dora"])
def test_others_do_not_keep_the_table(world: World, sign_in: SignIn, who: str) -> None:
    assert sign_in(getattr(world, who)).get("/attachment-rules").status_code == 403


def test_the_rules_of_the_demo_fit_its_defects_and_are_said_in_every_language() -> None:
    known = {defect.code for defect in DEFECTS}

    assert {rule.defect_code for rule in RULES} - {None} <= known
    assert all(all((rule.ru, rule.pl, rule.cs, rule.en)) for rule in RULES)
    assert {rule.level for rule in RULES} == set(AttachmentLevel)


def test_the_demos_rules_are_loaded_once_and_kept_as_somebody_changed_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.seed.attachments.RULES", [RULES[0]])
    load_attachment_rules()
    load_attachment_rules()

    assert len(list_rules()) == 1
