"""Two windows on one draft: nothing that was typed in either is lost, and both are told."""

import json
import re
from html import unescape
from typing import Any

from app.claims import drafts
from app.core.db import db
from app.vocabulary import Remedy
from tests.app.claims.drafting import again, saved_draft, typed
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

URL = "/claims/{}/autosave"


def seen(client: Any, claim: Any) -> dict[str, str]:
    """Return what a window has seen that opens the draft now."""
    page = client.get(f"/claims/{claim.id}/edit").text
    [found] = re.findall(r'name="seen" value="([^"]*)"', page)
    return {"seen": unescape(found)}


def saved(client: Any, claim: Any, body: dict[str, Any]) -> Any:
    return client.post(URL.format(claim.id), data=body).json


def test_what_each_window_changed_is_kept_side_by_side(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
    ann = sign_in(world.ann)
    first = second = seen(ann, claim)

    saved(ann, claim, typed(claim, text="From the first", defect_code="") | first)
    answer = saved(ann, claim, typed(claim, dealer_reference="R-7", defect_code="") | second)

    assert answer["saved"]
    assert answer["taken"]["text"] == "From the first"
    assert (again(claim).text, again(claim).dealer_reference) == ("From the first", "R-7")


def test_a_field_that_both_changed_keeps_the_first_and_shows_it_to_the_second(
    world: World, sign_in: SignIn
) -> None:
    claim = saved_draft(world)
    ann = sign_in(world.ann)
    line = again(claim).lines[0]
    field = f"line-{line.id}-demand"
    first = second = seen(ann, claim)

    saved(ann, claim, typed(claim, demand="refund", text="Money back") | first)
    answer = saved(ann, claim, typed(claim, demand="replacement", text="A new one") | second)

    assert not answer["saved"]
    assert answer["conflicts"][field]["words"] == "Refund"
    assert answer["conflicts"]["text"]["value"] == "Money back"
    assert (again(claim).lines[0].demand, again(claim).text) == (Remedy.REFUND, "Money back")

    chosen = {**answer["seen"], field: answer["conflicts"][field]["mark"]}
    body = typed(claim, demand="replacement", text="Money back") | {"seen": json.dumps(chosen)}
    assert saved(ann, claim, body)["saved"]
    assert again(claim).lines[0].demand is Remedy.REPLACEMENT


def test_without_scripts_the_form_comes_back_with_both_words_and_saves_at_the_second_try(
    world: World, sign_in: SignIn
) -> None:
    claim = saved_draft(world)
    ann = sign_in(world.ann)
    first = second = seen(ann, claim)
    url = f"/claims/{claim.id}/edit"

    ann.post(url, data=typed(claim, text="Money back", command_key="k1") | first)
    refused = ann.post(url, data=typed(claim, text="A new one", command_key="k2") | second)

    assert refused.status_code == 422
    assert "In another window this was changed to “Money back”" in refused.text
    assert ">\r\nA new one</textarea>" in refused.text
    assert again(claim).text == "Money back"

    [now_seen] = re.findall(r'name="seen" value="([^"]*)"', refused.text)
    body = typed(claim, text="A new one", command_key="k3") | {"seen": unescape(now_seen)}
    assert ann.post(url, data=body).status_code == 303
    assert again(claim).text == "A new one"


def test_filing_waits_for_the_choice_between_two_windows(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
    ann = sign_in(world.ann)
    first = second = seen(ann, claim)

    saved(ann, claim, typed(claim, description="The door leaks") | first)
    body = typed(claim, description="The glass leaks", command_key="k1") | second
    refused = ann.post(f"/claims/{claim.id}/submit", data=body)

    assert refused.status_code == 422
    assert "The door leaks" in refused.text
    assert again(claim).number is None


def test_a_line_taken_out_elsewhere_is_told_and_harms_nothing(
    world: World, sign_in: SignIn
) -> None:
    claim = saved_draft(world)
    ann = sign_in(world.ann)
    line = again(claim).lines[0]
    mine = typed(claim, text="Still here", line=line) | seen(ann, claim)
    drafts.remove_line(again(claim), again(claim).lines[0], by=world.ann, at=MONDAY)
    db.commit()

    answer = saved(ann, claim, mine)

    assert answer["saved"]
    assert answer["lines"] == []
    assert again(claim).text == "Still here"


def test_nonsense_for_what_was_seen_is_as_if_nothing_was_seen(
    world: World, sign_in: SignIn
) -> None:
    claim = saved_draft(world)
    ann = sign_in(world.ann)

    for nonsense in ("{", "[1]", '"x"', "null"):
        assert saved(ann, claim, typed(claim, text=nonsense) | {"seen": nonsense})["saved"]
        assert again(claim).text == nonsense
