"""A claim's life in plain words."""

from flask import Flask

from app.claims import queries, service
from app.claims.demands import change_demand
from app.claims.models import Claim
from app.claims.views.stories import stages_of, tell
from app.core.db import db
from app.vocabulary import Remedy
from tests.app.world import MONDAY, World


def test_the_strip_shows_what_is_behind_and_what_is_ahead(app: Flask, world: World) -> None:
    claim = world.filed()
    service.take(claim, version=claim.version, by=world.cleo, at=MONDAY)

    assert _strip(app, claim) == [
        ("Filing", "done"),
        ("Check", "current"),
        ("Decision", "next"),
        ("Execution", "next"),
        ("Closing", "next"),
    ]


def test_a_withdrawn_claim_has_no_further_stages(app: Flask, world: World) -> None:
    claim = world.filed()
    service.cancel(claim, version=claim.version, by=world.ann, at=MONDAY)

    assert _strip(app, claim) == [("Filing", "done"), ("Withdrawal", "done")]


def test_of_a_rejected_claim_nothing_is_carried_out(app: Flask, world: World) -> None:
    claim = world.filed()
    line = claim.lines[0]
    verdict = service.LineDecision(line.id, line.quantity * 0, None, "R03", "It was dropped")
    service.decide(
        claim, [verdict], promise_on=None, version=claim.version, by=world.cleo, at=MONDAY
    )

    assert _strip(app, claim) == [
        ("Filing", "done"),
        ("Check", "done"),
        ("Decision", "current"),
        ("Closing", "next"),
    ]


def test_the_history_tells_who_said_what_newest_first(app: Flask, world: World) -> None:
    claim = world.filed()
    service.ask(claim, ["Since when?"], version=claim.version, by=world.cleo, at=MONDAY)
    db.commit()
    answers = {claim.questions[0].id: "Since Monday"}
    service.answer(claim, answers, version=claim.version, by=world.ann, at=MONDAY)

    with app.test_request_context():
        told = [(story.who, story.words, story.note) for story in tell(queries.events_of(claim.id))]

    assert told == [
        ("Ann", "Answered the questions", "Since Monday"),
        ("Cleo", "Asked the dealer", "Since when?"),
        ("Ann", "Filed the claim", ""),
    ]


def test_a_promise_is_told_with_its_day(app: Flask, world: World) -> None:
    claim = world.filed()
    world.accepted(claim)

    with app.test_request_context():
        newest = tell(queries.events_of(claim.id))[0]

    assert newest.note.startswith("Promised by ")


def _strip(app: Flask, claim: Claim) -> list[tuple[str, str]]:
    with app.test_request_context():
        return [(stage.text, stage.state) for stage in stages_of(claim)]


def test_a_changed_demand_is_told_with_before_and_after(app: Flask, world: World) -> None:
    claim = world.filed()
    change_demand(
        claim, claim.lines[0].id, Remedy.REFUND,
        presented_on=MONDAY.date(), version=claim.version, by=world.cleo, at=MONDAY,
    )  # fmt: skip

    with app.test_request_context():
        (story, *_) = tell(queries.events_of(claim.id))

    assert story.note == "Line 1: Repair → Refund 62,900.00 RUB"
