"""What a dealer types into a claim: read as they write it, kept even when it is not complete."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp, ValidationError

from app.catalog.queries import DefectChoice
from app.claims.completeness import Problem
from app.claims.customers import DataBasis
from app.claims.drafts import DraftChange, LineChange
from app.claims.merging import NOTHING_MERGED, Merged
from app.claims.models import Claim, ClaimLine
from app.claims.part_forms import LinePartForm, part_entries, part_forms
from app.claims.parts import NO_PARTS, LineParts
from app.claims.portions import CurrencyField, PortionField
from app.claims.problems import problem_words
from app.claims.quantities import QuantityField
from app.claims.rules import CustomerKind
from app.core.errors import N_
from app.core.fields import BaseForm, DateField
from app.core.i18n import unit_name
from app.core.text import clean_line, clean_text
from app.core.units import BY_CODE
from app.core.words import label
from app.vocabulary import Remedy

WordT = TypeVar("WordT", bound=StrEnum)
FIRST_DAY = date(2000, 1, 1)
LONGEST_LINE = 200
LONGEST_NAME = 500
LONGEST_PHONE = 60
LONGEST_TEXT = 4000
_CHANGED_ELSEWHERE = N_(
    "In another window this was changed to “%(theirs)s”. Save again to keep what you see here."
)
# Of what was shipped the ERP tells them, as long as it likes; of anything else the dealer.
UNLISTED_FIELDS = ("item_name", "unit", "serial", "lot", "currency")
NO_GROUPS: Mapping[int, str] = {}
NONE_NAMED: Mapping[UUID, LineParts] = {}


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
    unit = SelectField(_l("Unit"), [Optional()])
    item_name = _line_field(_l("Item"), LONGEST_NAME)
    serial = _line_field(_l("Serial number"))
    lot = _line_field(_l("Lot"))
    defect_code = SelectField(_l("Defect"), [Optional()])
    description = _text_field(_l("What is wrong"), 3)
    demand = RadioField(_l("What do you want?"), [Optional()])
    demand_portion = PortionField(_l("Percentage or amount"), render_kw={"maxlength": 30})
    currency = CurrencyField(_l("Currency"), render_kw={"maxlength": 3})


class DraftForm(_PartOfDraft):
    """What is said once for the whole claim."""

    dealer_reference = _line_field(_l("Your reference"), 60)
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
    """The one large form of a draft: its head, a part for each line and for each component."""

    head: DraftForm
    lines: Mapping[UUID, LineForm]
    parts: Mapping[UUID, Mapping[int, LinePartForm]]
    merged: Merged = NOTHING_MERGED

    def is_valid(self) -> bool:
        """Check every part, so that all that is wrong is marked at once."""
        verdicts = [form.validate() for form in self._forms()]
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

    def _forms(self) -> Iterator[Any]:
        yield self.head
        for line_id, form in self.lines.items():
            yield form
            yield from self.parts[line_id].values()

    def _fields(self) -> Iterator[Any]:
        for form in self._forms():
            yield from form

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
            lines={
                key: _line_change(self.lines[key], line, self.parts[key])
                for key, line in lines.items()
            },
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
    parts: Mapping[UUID, LineParts] = NONE_NAMED,
) -> DraftForms:
    """Return the forms of a draft as it is saved, or with what was `typed` over it.

    A field with a conflict keeps what is saved until its writer has seen that. `groups` are the
    product groups of the items, by their id: a line offers the defects that its item can have.
    `parts` are the components of each line, by the line's id.
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
    components = {
        line.id: part_forms(line_prefix(line.id), parts.get(line.id, NO_PARTS), typed)
        for line in claim.lines
    }
    return DraftForms(head, lines, components, merged)


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
    if line.shipment_line_id is None:
        form.unit.choices = _unit_choices(line)
    for name in only_unlisted:
        del form[name]
    form.quantity.unit = _unit_typed(line, typed)
    form.demand_portion.currency = line.currency
    form.defect_code.choices = [("", gettext("Choose…")), *choices]
    form.demand.choices = [(remedy.value, label(remedy)) for remedy in Remedy]
    form.process(formdata=typed if is_there else None, obj=line)
    return form


def _unit_typed(line: ClaimLine, typed: MultiDict[str, str] | None) -> str:
    """Return the unit in which a quantity was typed: of what was shipped it is the ERP's."""
    if typed is None or line.shipment_line_id is not None:
        return line.unit
    return str(typed.get(f"{line_prefix(line.id)}unit", line.unit))


def _unit_choices(line: ClaimLine) -> list[tuple[str, str]]:
    """Return the units that are known, and the one that the line has already."""
    codes = dict.fromkeys((*BY_CODE, line.unit))
    return [("", gettext("Choose…")), *((code, unit_name(code)) for code in codes if code)]


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


def _line_change(form: LineForm, line: ClaimLine, parts: Mapping[int, LinePartForm]) -> LineChange:
    demand = _kept(form.demand, line.demand)
    return LineChange(
        quantity=_kept(form.quantity, line.quantity) or line.quantity,
        defect_code=_kept(form.defect_code, line.defect_code) or None,
        description=_kept(form.description, line.description),
        demand=Remedy(demand) if demand else None,
        demand_portion=_kept(form.demand_portion, line.demand_portion),
        parts=part_entries(parts),
        **{
            name: _kept(form[name], getattr(line, name)) for name in UNLISTED_FIELDS if name in form
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
