from collections import Counter

import pytest

from app.core.units import UNITS, WHOLE_UNITS, unit_code, unit_sign
from app.vocabulary import Language


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("796", "H87"),
        ("166", "KGM"),
        ("006", "MTR"),
        ("6", "MTR"),
        ("018", "LM"),
        ("055", "MTK"),
        ("113", "MTQ"),
        ("112", "LTR"),
        ("168", "TNE"),
        ("715", "PR"),
        ("839", "SET"),
        ("778", "XPK"),
        ("812", "XBX"),
        ("шт", "H87"),
        ("Шт.", "H87"),
        ("szt.", "H87"),
        ("BX", "XBX"),
        ("PCE", "H87"),
        ("mtr", "MTR"),
        ("m2", "MTK"),
        ("H87", "H87"),
        ("парсек", "парсек"),
        ("4711", "4711"),
    ],
)
def test_a_unit_has_one_form_whatever_the_erp_calls_it(name: str, code: str) -> None:
    assert unit_code(name) == code


def test_no_name_belongs_to_two_units() -> None:
    names = Counter(name for unit in UNITS for name in unit.names)

    assert [name for name, count in names.items() if count > 1] == []
    assert len({unit.code for unit in UNITS}) == len(UNITS)


def test_every_unit_has_a_sign_in_every_language() -> None:
    assert all(unit_sign(unit.code, language) for unit in UNITS for language in Language)
    assert unit_sign("TNE", Language.RU) == "т"
    assert unit_sign("796", Language.PL) == "szt."
    assert unit_sign("4711", Language.EN) is None


def test_what_is_counted_is_never_cut() -> None:
    assert {"H87", "SET", "PR", "XPK", "XBX"} <= WHOLE_UNITS
    assert not {"MTR", "KGM", "LTR", "TNE", "LM"} & WHOLE_UNITS
