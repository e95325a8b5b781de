"""What a dealer types into a claim: read as they write it, kept even when it is not complete."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from babel.numbers import format_decimal
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp, ValidationError

from app.catalog.queries import DefectChoice
from app.claims.customers import DataBasis
from app.claims.drafts import DraftChange, LineChange
from app.claims.merging import NOTHING_MERGED, Merged
from app.claims.models import Claim, ClaimLine
from app.claims.parts import part_names
from app.claims.portions import CurrencyField, PortionField, parse_number
from app.claims.problems import problem_words
from app.claims.rules import CustomerKind, Problem
from app.core.errors import N_
from app.core.fields import BaseForm, DateField
from app.core.text import clean_line, clean_text
from app.core.units import WHOLE_UNITS
from app.core.words import label
from app.vocabulary import Remedy

WordT = TypeVar("WordT", bound=StrEnum)
FIRST_DAY = date(2000, 1, 1)
LARGEST = Decimal(1_000_000)
LONGEST_LINE = 200
LONGEST_NAME = 500
LONGEST_PHONE = 60
LONGEST_TEXT = 4000
_CHANGED_ELSEWHERE = N_(
    "In another window this was changed to “%(theirs)s”. Save again to keep what you see here."
)
_NOT_WHOLE = N_("Only whole pieces can be claimed.")
_TOO_FINE = N_("Use three digits after the decimal point at most.")
# Of what was shipped the ERP tells them, as long as it likes; of anything else the dealer.
UNLISTED_FIELDS = ("item_name", "serial", "lot", "currency")
NO_GROUPS: Mapping[int, str] = {}
PART_FIELDS = ("part_name", "part_lot")


def parse_quantity(text: str, unit: str) -> Decimal:
    """Return a quantity as the reader writes it, comma or point; raise `ValueError` with words."""
    quantity = parse_number(text)
    places = 0 if unit in WHOLE_UNITS else 3
    if quantity is None:
        raise ValueError(gettext("Write a number, for instance 2."))
    if quantity <= 0:
        raise ValueError(gettext("The quantity must be more than zero."))
    if quantity >= LARGEST:
        raise ValueError(gettext("This is more than one claim can hold."))
    if quantity != round(quantity, places):
        raise ValueError(gettext(_NOT_WHOLE if unit in WHOLE_UNITS else _TOO_FINE))
    return quantity


def show_number(quantity: Decimal) -> str:
    """Return a quantity as the reader would type it."""
    return format_decimal(quantity, format="0.###", locale=_locale())


class QuantityField(StringField):  # type: ignore[misc]
    """A quantity; what was typed stays in the field even if it is not a number."""

    unit = ""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return show_number(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = None
            self.data = parse_quantity(valuelist[0], self.unit)


def _one_line(value: str | None) -> str:
    return clean_line(value or "")


def _text(value: str | None) -> str:
    return clean_text(value or "")


def _not_in_future(form: BaseForm, field: DateField) -> None:
    if field.data and not FIRST_DAY <= field.data <= form.today:
        raise ValidationError(gettext("This day is in the future or too long ago."))


class _PartOfDraft(BaseForm):
    """A part of one large form; the token of that form guards all of them."""

    class Meta:
        csrf = False


def _line_field(words: Any, longest: int = LONGEST_LINE) -> StringField:
    return StringField(
        words, [Length(max=longest)], filters=[_one_line], render_kw={"maxlength": longest}
    )


def _text_field(words: Any, rows: int) -> TextAreaField:
    looks = {"maxlength": LONGEST_TEXT, "rows": rows}
    return TextAreaField(words, [Length(max=LONGEST_TEXT)], filters=[_text], render_kw=looks)


class LineForm(_PartOfDraft):
    """One claimed position."""

    quantity = QuantityField(_l("Quantity"), render_kw={"inputmode": "decimal"})
    item_name = _line_field(_l("Item"), LONGEST_NAME)
    serial = _line_field(_l("Serial number"))
    lot = _line_field(_l("Lot"))
    defect_code = SelectField(_l("Defect"), [Optional()])
    part_name = SelectField(_l("Defective part"), [Optional()])
    part_lot = _line_field(_l("Lot of the part"))
    description = _text_field(_l("What is wrong"), 3)
    demand = RadioField(_l("What do you want?"), [Optional()])
    demand_portion = PortionField(_l("How much"), render_kw={"maxlength": 30})
    currency = CurrencyField(_l("Currency"), render_kw={"maxlength": 3})


class DraftForm(_PartOfDraft):
    """What is said once for the whole claim."""

    dealer_reference = _line_field(_l("Your own reference"), 60)
    demand_presented_on = DateField(_l("The customer complained on"), [Optional(), _not_in_future])
    end_customer = _line_field(_l("End customer"))
    customer_kind = SelectField(_l("Type of end customer"), [Optional()])
    customer_phone = _line_field(_l("Phone"), LONGEST_PHONE)
    customer_email = EmailField(
        _l("E-mail"),
        [
            Optional(),
            Length(max=LONGEST_LINE),
            Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("This is not an e-mail address.")),
        ],
        filters=[_one_line],
        render_kw={"maxlength": LONGEST_LINE, "autocomplete": "off"},
    )
    customer_address = _line_field(_l("Address"), LONGEST_NAME)
    customer_basis = SelectField(_l("Legal basis for these data"), [Optional()])
    sold_on = DateField(_l("Sold to the customer on"), [Optional(), _not_in_future])
    sale_document = _line_field(_l("Document of the sale"))
    text = _text_field(_l("Text of the demand"), 4)
    today = date.max


class CodeForm(_PartOfDraft):
    """Which box or piece is it?"""

    code = StringField(_l("Package code or serial number"))


@dataclass(frozen=True)
class DraftForms:
    """The one large form of a draft: its head and a part for each line."""

    head: DraftForm
    lines: Mapping[UUID, LineForm]
    merged: Merged = NOTHING_MERGED

    def is_valid(self) -> bool:
        """Check every part, so that all that is wrong is marked at once."""
        verdicts = [part.validate() for part in (self.head, *self.lines.values())]
        for one in self._fields():
            if one.name in self.merged.conflicts:
                words = gettext(_CHANGED_ELSEWHERE, theirs=self.theirs(one.name))
                one.errors = [error for error in one.errors if error != words] + [words]
        return all(verdicts) and not self.merged.conflicts

    def values(self) -> dict[str, str]:
        """Return what stands in each field, as a browser sends it."""
        return {one.name: _sent(one) for one in self._fields()}

    def theirs(self, name: str) -> str:
        """Return what another window saved in a field, as its reader calls it."""
        theirs = self.merged.conflicts[name]
        choices = next(
            (dict(one.choices) for one in self._fields() if one.name == name and _has_choices(one)),
            {},
        )
        return str(choices.get(theirs, theirs)) or "–"

    def _fields(self) -> Iterator[Any]:
        for part in (self.head, *self.lines.values()):
            yield from part

    def change(self, claim: Claim) -> DraftChange:
        """Return what can be kept; where something senseless was typed, what was there stays."""
        self.is_valid()
        head = self.head
        lines = {line.id: line for line in claim.lines if line.id in self.lines}
        return DraftChange(
            demand_presented_on=_kept(head.demand_presented_on, claim.demand_presented_on),
            dealer_reference=_kept(head.dealer_reference, claim.dealer_reference),
            end_customer=_kept(head.end_customer, claim.end_customer),
            sold_on=_kept(head.sold_on, claim.sold_on),
            text=_kept(head.text, claim.text),
            customer_kind=_word(CustomerKind, head.customer_kind, claim.customer_kind),
            customer_phone=_kept(head.customer_phone, claim.customer_phone),
            customer_email=_kept(head.customer_email, claim.customer_email),
            customer_address=_kept(head.customer_address, claim.customer_address),
            customer_basis=_word(DataBasis, head.customer_basis, claim.customer_basis),
            sale_document=_kept(head.sale_document, claim.sale_document),
            lines={key: _line_change(self.lines[key], line) for key, line in lines.items()},
        )

    def mark(self, problems: Iterable[Problem]) -> None:
        """Put what is missing beside the fields where it is missing."""
        for problem in problems:
            part = self.lines.get(problem.line_id) if problem.line_id else self.head
            if part is not None and problem.field in part:
                add_error(part, problem.field, problem_words(problem))


def draft_forms(
    claim: Claim,
    defects: Sequence[DefectChoice],
    *,
    today: date,
    typed: MultiDict[str, str] | None,
    merged: Merged = NOTHING_MERGED,
    groups: Mapping[int, str] = NO_GROUPS,
) -> DraftForms:
    """Return the forms of a draft as it is saved, or with what was `typed` over it.

    A field with a conflict keeps what is saved until its writer has seen that. `groups` are the
    product groups of the items, by their id: a line offers the defects that its item can have.
    """
    head = DraftForm(formdata=None, obj=claim)
    head.customer_kind.choices = _customer_kinds(claim)
    head.customer_basis.choices = [
        ("", gettext("Choose…")),
        *((basis.value, label(basis)) for basis in DataBasis),
    ]
    head.process(formdata=typed, obj=claim)
    head.today = today
    lines = {
        line.id: _line_form(line, _defects_of(line, defects, groups), typed) for line in claim.lines
    }
    return DraftForms(head, lines, merged)


def add_error(form: BaseForm, field: str, words: str) -> None:
    """Put words beside a field, once."""
    if words not in form[field].errors:
        form[field].errors = [*form[field].errors, words]


def line_prefix(line_id: UUID) -> str:
    """Return what the names of a line's fields begin with."""
    return f"line-{line_id}-"


def _line_form(
    line: ClaimLine, choices: list[tuple[str, str]], typed: MultiDict[str, str] | None
) -> LineForm:
    prefix = line_prefix(line.id)
    only_unlisted = () if line.shipment_line_id is None else UNLISTED_FIELDS
    # A line that was added in another window is not in this form: it stays as it is.
    is_there = typed is not None and f"{prefix}quantity" in typed
    form = LineForm(formdata=None, prefix=prefix, obj=line)
    parts = part_names(line)
    for name in (*only_unlisted, *(() if parts else PART_FIELDS)):
        del form[name]
    if parts:
        form.part_name.choices = [("", gettext("Not known")), *((one, one) for one in parts)]
    form.quantity.unit = line.unit
    form.demand_portion.currency = line.currency
    form.defect_code.choices = [("", gettext("Choose…")), *choices]
    form.demand.choices = [(remedy.value, label(remedy)) for remedy in Remedy]
    form.process(formdata=typed if is_there else None, obj=line)
    return form


def _defects_of(
    line: ClaimLine, defects: Sequence[DefectChoice], groups: Mapping[int, str]
) -> list[tuple[str, str]]:
    """Return the defects that a line's item can have, and the one that it was given before."""
    group = groups.get(line.item_id or 0, "")
    return [
        (defect.code, defect.name)
        for defect in defects
        if defect.fits(group) or defect.code == line.defect_code
    ]


def _line_change(form: LineForm, line: ClaimLine) -> LineChange:
    demand = _kept(form.demand, line.demand)
    return LineChange(
        quantity=_kept(form.quantity, line.quantity) or line.quantity,
        defect_code=_kept(form.defect_code, line.defect_code) or None,
        description=_kept(form.description, line.description),
        demand=Remedy(demand) if demand else None,
        demand_portion=_kept(form.demand_portion, line.demand_portion),
        **{
            name: _kept(form[name], getattr(line, name))
            for name in (*UNLISTED_FIELDS, *PART_FIELDS)
            if name in form
        },
    )


def _customer_kinds(claim: Claim) -> list[tuple[str, str]]:
    """Return who an end customer may be; only Poland knows the consumer-like sole trader."""
    kinds = [
        kind
        for kind in CustomerKind
        if kind is not CustomerKind.SOLE_TRADER or claim.dealer.country == "PL"
    ]
    return [
        ("", gettext("Nobody yet, or not known")),
        *((kind.value, label(kind)) for kind in kinds),
    ]


def _word(words: type[WordT], one: Any, before: WordT | None) -> WordT | None:
    """Return which of these words was chosen."""
    value = _kept(one, before)
    return words(value) if value else None


def _has_choices(one: Any) -> bool:
    return isinstance(one, SelectField)  # a RadioField is one too


def _sent(one: Any) -> str:
    if _has_choices(one):
        return str(one.data) if one.data else ""
    return str(one._value())


def _kept(one: Any, before: Any) -> Any:
    return before if one.errors else one.data


def _locale() -> str:
    return str(get_locale() or "en")
