"""The fields in which dealers and departments name the defective components of a line."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional

from app.claims.parts import MOST_PARTS, LineParts, PartEntry
from app.claims.quantities import QuantityField
from app.core.fields import PartForm
from app.core.text import clean_line

LONGEST_MARK = 60
SPARE_PARTS = 3  # empty places of a form, so that several parts can be named without scripts


def _mark(words: Any) -> StringField:
    return StringField(
        words,
        [Length(max=LONGEST_MARK)],
        filters=[lambda value: clean_line(value or "")],
        render_kw={"maxlength": LONGEST_MARK, "autocomplete": "off"},
    )


class LinePartForm(PartForm):
    """One defective component: which, how many, and what is written on it."""

    name = SelectField(_l("Defective part"), [Optional()])
    quantity = QuantityField(_l("Quantity"), render_kw={"inputmode": "decimal"})
    lot = _mark(_l("Lot of the part"))
    serial = _mark(_l("Serial number of the part"))
    is_spare = False

    def _check(self, *args: Any, **options: Any) -> bool:
        is_valid = super()._check(*args, **options)
        if (self.lot.data or self.serial.data) and not (self.name.data or self.name.errors):
            self.name.errors = [*self.name.errors, gettext("Choose the part that this is about.")]
            return False
        return is_valid


def part_forms(
    prefix: str, parts: LineParts, typed: MultiDict[str, str] | None
) -> dict[int, LinePartForm]:
    """Return the fields of a line's parts by their position, and some empty ones.

    Nothing is returned where nothing can be named. A position that another window has added is not
    in `typed`, and stays as it is.
    """
    if not parts.choices:
        return {}
    choices = [("", gettext("Not known")), *((name, name) for name in parts.choices)]
    last = max(parts.named, default=0)
    forms = {}
    for position in range(1, MOST_PARTS + 1):
        place = f"{prefix}part-{position}-"
        is_typed = typed is not None and f"{place}name" in typed
        if position > last + SPARE_PARTS and not is_typed:
            break
        named = parts.named.get(position)
        form = LinePartForm(formdata=None, prefix=place)
        form.name.choices = choices
        known = {"obj": named} if named else {"data": {"quantity": Decimal(1)}}
        form.process(formdata=typed if is_typed else None, **known)
        form.is_spare = position > last + 1 and not form.name.data
        forms[position] = form
    return forms


def part_entries(forms: Mapping[int, LinePartForm]) -> dict[int, PartEntry]:
    """Return what was typed of each part; what makes no sense is left out."""
    return {
        position: PartEntry(
            form.name.data or "",
            form.lot.data or "",
            form.serial.data or "",
            form.quantity.data or Decimal(1),
        )
        for position, form in forms.items()
        if form.validate() and not form.errors
    }
