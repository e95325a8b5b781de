from datetime import date
from decimal import Decimal
from http import HTTPStatus

import pytest
from flask import Flask
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from app.catalog.models import DefectCode, Severity
from app.catalog.queries import DefectChoice, defect_choices
from app.claims.forms import DraftForms, draft_forms
from app.claims.models import Claim
from app.claims.quantities import parse_quantity, show_number
from app.core.db import db
from app.vocabulary import Language, Remedy
from tests.app.claims.drafting import again, saved_draft, typed
from tests.app.conftest import SignIn
from tests.app.world import World

TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("locale", "text", "unit", "quantity"),
    [
        ("en", "2", "H87", "2"),
        ("en", "1.5", "KGM", "1.5"),
        ("en", "1,5", "KGM", "1.5"),
        ("en", "1,000", "KGM", "1000"),
        ("ru", "1,5", "MTR", "1.5"),
        ("ru", "1.5", "MTR", "1.5"),
        ("ru", "1\u00a0000", "H87", "1000"),
        ("ru", "1,000", "KGM", "1"),
        ("cs", " 12,125 ", "LTR", "12.125"),
        ("pl", "3,0", "H87", "3"),
    ],
)
def test_a_quantity_is_read_as_its_reader_writes_it(
    app: Flask, locale: str, text: str, unit: str, quantity: str
) -> None:
    with app.test_request_context(), force_locale(locale):
        assert parse_quantity(text, unit) == Decimal(quantity)


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("", "H87", "Write a number"),
        ("two", "H87", "Write a number"),
        ("NaN", "H87", "Write a number"),
        ("Infinity", "KGM", "Write a number"),
        ("1e3", "KGM", "Write a number"),
        ("0", "H87", "more than zero"),
        ("-1", "H87", "more than zero"),
        ("1.5", "H87", "Only whole pieces"),
        ("1.5", "SET", "Only whole pieces"),
        ("0.0001", "KGM", "three digits"),
        ("1000000", "H87", "more than one claim can hold"),
    ],
)
def test_a_quantity_that_makes_no_sense_is_refused_with_words(
    app: Flask, text: str, unit: str, words: str
) -> None:
    with app.test_request_context(), pytest.raises(ValueError, match=words):
        parse_quantity(text, unit)


def test_a_quantity_is_shown_as_its_reader_would_type_it(app: Flask) -> None:
    with app.test_request_context(), force_locale("ru"):
        assert show_number(Decimal("1250.500")) == "1250,5"


def test_what_was_typed_becomes_the_change_of_the_draft(app: Flask, world: World) -> None:
    claim = world.draft(world.shipped(quantity=5))

    forms = _typed(
        app,
        claim,
        quantity="3",
        description="  Cracks\r\nand leaks\u202e ",
        demand="refund",
        dealer_reference=" R  1 ",
        sold_on="2026-10-01",
    )

    change = forms.change(claim)
    line = change.lines[claim.lines[0].id]
    assert forms.is_valid()
    assert (line.quantity, line.description, line.demand) == (
        Decimal(3),
        "Cracks\nand leaks",
        Remedy.REFUND,
    )
    assert (change.dealer_reference, change.sold_on) == ("R 1", date(2026, 10, 1))


def test_where_nonsense_was_typed_the_saved_value_stays_and_the_rest_is_kept(
    app: Flask, world: World
) -> None:
    claim = world.draft(world.shipped(quantity=5))

    forms = _typed(
        app, claim, quantity="lots", defect_code="XXX", description="Leaks", sold_on="yesterday"
    )

    change = forms.change(claim)
    line = change.lines[claim.lines[0].id]
    assert not forms.is_valid()
    assert (line.quantity, line.defect_code, line.description) == (Decimal(1), "GLS", "Leaks")
    assert change.sold_on is None
    assert forms.lines[claim.lines[0].id].quantity._value() == "lots"


def test_days_in_the_future_are_refused(app: Flask, world: World) -> None:
    claim = world.draft()

    forms = _typed(app, claim, demand_presented_on="2026-11-17")

    assert not forms.is_valid()
    assert forms.head.demand_presented_on.errors == ["This day is in the future or too long ago."]


def test_a_line_added_in_another_window_stays_as_it_is(app: Flask, world: World) -> None:
    claim = world.draft(world.shipped(), world.shipped())
    first, second = claim.lines
    typed = MultiDict({"dealer_reference": "R1", f"line-{first.id}-quantity": "1"})

    forms = _forms(app, claim, typed)

    kept = forms.change(claim).lines[second.id]
    assert (kept.defect_code, kept.description) == ("GLS", "The glass is cracked")


def test_a_text_longer_than_allowed_is_marked_not_cut(app: Flask, world: World) -> None:
    claim = world.draft()

    forms = _typed(app, claim, description="a" * 4001)

    assert not forms.is_valid()
    assert forms.change(claim).lines[claim.lines[0].id].description == "The glass is cracked"


def _typed(app: Flask, claim: Claim, **fields: str) -> DraftForms:
    """Type into the form of a draft with one line; the line's fields are known by their names."""
    prefix = f"line-{claim.lines[0].id}-"
    of_line = {"quantity": "1", "defect_code": "GLS", "description": "Cracked", "demand": "repair"}
    of_line |= {name: fields.pop(name) for name in list(fields) if name in of_line}
    typed = MultiDict({f"{prefix}{name}": value for name, value in of_line.items()})
    typed.update({"dealer_reference": ""} | fields)
    return _forms(app, claim, typed)


def _forms(app: Flask, claim: Claim, typed: MultiDict[str, str]) -> DraftForms:
    with app.test_request_context():
        forms = draft_forms(claim, defect_choices(Language.EN), today=TODAY, typed=typed)
        forms.is_valid()
    return forms


def test_a_line_offers_the_defects_that_its_item_can_have(app: Flask, world: World) -> None:
    claim = world.draft()
    defects = [
        DefectChoice("GLS", "Glass", Severity.COSMETIC, ("fireplace",)),
        DefectChoice("CTL", "Controller", Severity.MAIN_FUNCTION, ("boiler",)),
        DefectChoice("OTH", "Other", Severity.COSMETIC),
    ]

    def offered(groups: dict[int, str]) -> list[str]:
        with app.test_request_context():
            forms = draft_forms(claim, defects, today=TODAY, typed=None, groups=groups)
        return [code for code, _ in forms.lines[claim.lines[0].id].defect_code.choices if code]

    claim.lines[0].defect_code = None
    assert offered({world.item.id: "boiler"}) == ["CTL", "OTH"]
    assert offered({world.item.id: ""}) == ["GLS", "CTL", "OTH"]
    claim.lines[0].defect_code = "GLS"  # chosen before the list was changed: it is not taken away
    assert offered({world.item.id: "boiler"}) == ["GLS", "CTL", "OTH"]


def test_a_defect_that_the_item_cannot_have_is_refused(world: World, sign_in: SignIn) -> None:
    db.add(
        DefectCode(
            code="CTL",
            names={"en": "Controller"},
            severity=Severity.MAIN_FUNCTION,
            product_groups=["boiler"],
            position=2,
        )
    )
    claim = saved_draft(world)

    page = sign_in(world.ann).get(f"/claims/{claim.id}/edit").get_data(as_text=True)
    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/edit", data=typed(claim, defect_code="CTL")
    )

    assert 'value="GLS"' in page
    assert 'value="CTL"' not in page
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert again(claim).lines[0].defect_code == "GLS"
