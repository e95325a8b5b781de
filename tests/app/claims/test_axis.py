"""The axis of a decision: its days in their order, its labels apart, live while one chooses."""

from datetime import date, timedelta

import pytest

from app.claims import service
from app.claims.axis import Slack, draw_axis, slack_of
from app.claims.rules import CustomerKind
from app.core.clock import now
from app.core.db import db
from app.vocabulary import Remedy
from tests.app.conftest import SignIn
from tests.app.world import World

START = date(2026, 11, 16)


def day(count: int) -> date:
    return START + timedelta(days=count)


@pytest.mark.parametrize(
    ("days", "slack"),
    [(6, Slack.COMFORTABLE), (5, Slack.TIGHT), (1, Slack.TIGHT), (0, Slack.NONE), (-3, Slack.NONE)],
)
def test_slack_is_green_above_five_days_amber_above_none_and_red_from_there(
    days: int, slack: Slack
) -> None:
    assert slack_of(days) is slack


def test_the_days_lie_in_their_order_and_unknown_ones_are_left_out() -> None:
    axis = draw_axis({"today": day(0), "earliest": day(9), "promise": day(11), "safe": None})

    assert [point.kind for point in axis.points] == ["today", "earliest", "promise"]
    places = [point.x for point in axis.points]
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] < 100


def test_labels_of_neighbouring_days_stand_in_different_rows() -> None:
    axis = draw_axis({"earliest": day(9), "promise": day(10), "safe": day(10), "today": day(0)})

    rows = {point.kind: point.row for point in axis.points}
    assert len({rows["earliest"], rows["promise"], rows["safe"]}) == 3
    assert rows["today"] == 0
    assert axis.rows == 3


def test_a_label_at_the_edge_stays_in_the_picture() -> None:
    axis = draw_axis({"today": day(0), "legal": day(90)})

    assert [round(point.label, 1) for point in axis.points] == [7.5, 92.5]


def test_the_room_lies_between_the_earliest_day_and_the_promise() -> None:
    axis = draw_axis({"earliest": day(2), "promise": day(6)}, room=(day(2), day(6)))
    earliest, promise = axis.points

    assert axis.room
    assert axis.room.x < earliest.x < promise.x < axis.room.end


def test_the_axis_follows_remedy_quantity_and_the_typed_day(world: World, sign_in: SignIn) -> None:
    claim = world.filed(demand=Remedy.REPAIR)
    line, url = f"line-{claim.lines[0].id}-", f"/claims/{claim.id}/plan"
    manager = sign_in(world.cleo)

    def words(**choices: str) -> str:
        fields = {
            (name if name == "promise_on" else line + name): text for name, text in choices.items()
        }
        return manager.get(url, query_string=fields).text

    repair = words(accepted="1", remedy="repair")
    refund = words(accepted="1", remedy="refund")

    assert "repair" in repair
    assert "payment" in refund
    assert "payment" not in repair
    assert "Choose a remedy" in words(accepted="0", remedy="repair")
    assert "1 Mar 2027" in words(accepted="1", remedy="repair", promise_on="2027-03-01")
    assert "needs the head of claims and a reason" in words(
        accepted="1", remedy="repair", promise_on="2026-11-17"
    )
    assert "Choose a remedy" in words(accepted="1", remedy="magic")


def test_without_scripts_a_button_calculates_again_and_decides_nothing(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed(demand=Remedy.REPAIR)
    line = f"line-{claim.lines[0].id}-"
    typed = {
        "version": str(claim.version), "recalculate": "yes", "promise_on": "2027-03-01",
        line + "accepted": "1", line + "remedy": "refund", line + "reason_text": "because",
    }  # fmt: skip

    answer = sign_in(world.cleo).post(f"/claims/{claim.id}/decide", data=typed)

    assert answer.status_code == 200
    assert 'value="2027-03-01"' in answer.text
    assert "because" in answer.text
    assert "1 Mar 2027" in answer.text
    assert "Decide" in sign_in(world.cleo).get(f"/claims/{claim.id}").text  # it still waits


def test_the_law_puts_its_safe_and_legal_day_and_the_last_day_to_decide_on_the_axis(
    world: World, sign_in: SignIn
) -> None:
    claim = world.draft()
    claim.customer_kind = CustomerKind.CONSUMER
    world.agree(claim, now().date() + timedelta(days=45), now())
    service.file_claim(claim, by=world.ann, at=now())
    db.commit()
    url, line = f"/claims/{claim.id}/plan", f"line-{claim.lines[0].id}-"
    fields = {line + "accepted": "1", line + "remedy": "repair"}
    manager = sign_in(world.cleo)

    usual = manager.get(url, query_string=fields).text
    late = manager.get(url, query_string=fields | {"promise_on": "2099-01-15"}).text

    for kind in ("earliest", "promise", "decide_by", "safe", "legal"):
        assert f"axis-dot axis-{kind}" in usual, kind
    assert "of slack until the internal deadline" in usual
    assert "slack-danger" not in usual
    assert "the longest time which customer and seller may agree" in late
