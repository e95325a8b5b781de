"""The forms in which a manager decides; apart from `forms`, which are the dealer's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.claims.amounts import vat_of
from app.claims.circumstances import Note, Possible
from app.claims.decision_inputs import NO_WISH, Decision
from app.claims.departments import LineDepartments
from app.claims.granting import Grant, grant_of
from app.claims.models import Claim, ClaimFile, ClaimLine, RejectionReason
from app.claims.portions import CurrencyField, NumberField, PortionField, RateField
from app.claims.promise_rules import Wish
from app.claims.service import LineDecision
from app.core.db import db
from app.core.errors import Refusal
from app.core.fields import DateField, DecimalField, PartForm, StepForm
from app.core.i18n import local_name
from app.core.money import Money, Portion
from app.core.text import clean_text
from app.core.words import label
from app.deadlines.circumstances import Circumstance
from app.deadlines.options import Instead
from app.deadlines.stages import LOADS, OptionKind
from app.deadlines.ways import WayChoice
from app.vocabulary import REFUNDS, Remedy

LONGEST = 4000
MOST_QUESTIONS = 5


def _cleaned(text: str | None) -> str:
    return clean_text(text or "")


class AskForm(StepForm):
    """Questions to the dealer, one a line."""

    questions = TextAreaField(
        _l("Questions, one per line"), [InputRequired(), Length(max=LONGEST)], filters=[_cleaned]
    )

    def texts(self) -> list[str]:
        """Return the questions."""
        lines = (line.strip() for line in self.questions.data.splitlines())
        return [line for line in lines if line][:MOST_QUESTIONS]


class DecideForm(StepForm):
    """The promise of the whole claim; the lines have forms of their own."""

    promise_on = DateField(_l("Promised by"), [Optional()])
    promise_reason = TextAreaField(
        _l("Reason for this day"), [Length(max=LONGEST)], filters=[_cleaned]
    )
    agreement = SelectField(_l("The customer's written agreement"), [Optional()])

    @classmethod
    def of(cls, claim: Claim, formdata: object = None, kept: Decision | None = None) -> Self:
        """Return the form of a claim: one of its files may be the agreement."""
        given = {"formdata": formdata} if formdata is not None else {}
        wish = kept.wish if kept else NO_WISH
        form = cls(
            version=claim.version,
            promise_on=wish.promise_on,
            promise_reason=wish.reason,
            agreement=str(wish.agreement_id or ""),
            reason=kept.reason if kept else "",
            **given,
        )
        form.agreement.choices = agreement_choices(claim.files)
        return form

    def wish(self) -> Wish:
        """Return what is to be promised."""
        chosen = self.agreement.data
        return Wish(self.promise_on.data, self.promise_reason.data, int(chosen) if chosen else None)


class ReviseForm(DecideForm):
    """The promise of a decision that is revised, and why it is."""

    reason = TextAreaField(
        _l("Reason for the revision"), [InputRequired(), Length(max=LONGEST)], filters=[_cleaned]
    )


class LineDecisionForm(PartForm):
    """What is accepted of a line and why the rest is not."""

    accepted = DecimalField(
        _l("Accepted quantity"), [InputRequired()], use_locale=False, places=None
    )
    remedy = SelectField(_l("Remedy"))
    reason_code = SelectField(_l("Reason of the rejection"))
    reason_text = TextAreaField(_l("Reason in words"), [Length(max=LONGEST)], filters=[_cleaned])

    portion = PortionField(_l("How much is paid"), render_kw={"maxlength": 30})
    amount_reason = TextAreaField(
        _l("Reason for another amount"), [Length(max=LONGEST)], filters=[_cleaned]
    )
    price = NumberField(_l("Price per unit, with VAT"), render_kw={"maxlength": 30})
    vat_rate = RateField(_l("VAT rate in per cent"), render_kw={"maxlength": 6})
    currency = CurrencyField(_l("Currency"), render_kw={"maxlength": 3})

    def accepted_remedy(self) -> Remedy | None:
        """Return the remedy as far as it is typed by now, None when nothing is accepted."""
        nothing = self.accepted.data is not None and self.accepted.data <= 0
        known = self.remedy.data in set(Remedy)
        return Remedy(self.remedy.data) if known and not nothing else None

    def decision(self, line_id: UUID) -> LineDecision:
        """Return what was decided for the line."""
        return LineDecision(
            line_id=line_id,
            accepted=self.accepted.data if self.accepted.data is not None else Decimal(-1),
            remedy=Remedy(self.remedy.data) if self.remedy.data else None,
            reason_code=self.reason_code.data or None,
            reason_text=self.reason_text.data,
            portion=self.portion.data,
            amount_reason=self.amount_reason.data,
            price=self.price.data,
            vat_rate=self.vat_rate.data,
            currency=self.currency.data,
        )


class PromiseForm(DecideForm):
    """Another day for what is promised already."""

    promise_on = DateField(_l("New promise"), [InputRequired()])
    promise_reason = TextAreaField(
        _l("Reason (visible to the dealer)"),
        [InputRequired(), Length(max=LONGEST)],
        filters=[_cleaned],
    )


class DemandForm(StepForm):
    """What the customer wants now, of which line, and since when."""

    line = SelectField(_l("Line"))
    demand = SelectField(_l("Demand"))
    portion = PortionField(_l("Percentage or amount"), render_kw={"maxlength": 30})
    currency = CurrencyField(_l("Currency"), render_kw={"maxlength": 3})
    presented_on = DateField(_l("Day of the new demand"), [InputRequired()])

    @classmethod
    def of(cls, claim: Claim) -> Self:
        """Return the form of a claim."""
        form = cls(version=claim.version)
        form.line.choices = [
            (str(line.id), f"{line.position}. {line.item_name}: {label(line.demand)}")
            for line in claim.lines
        ]
        form.demand.choices = [(remedy.value, label(remedy)) for remedy in Remedy]
        return form

    def line_id(self) -> UUID:
        """Return which line."""
        return UUID(self.line.data)

    def remedy(self) -> Remedy:
        """Return the new demand."""
        return Remedy(self.demand.data)


class GoodsForm(StepForm):
    """Since when the seller has the goods."""

    received_on = DateField(_l("The goods came back on"), [InputRequired()])


class CircumstanceForm(StepForm):
    """A circumstance of a line: which, since when, and for an agreement its last day and paper."""

    key = SelectField(_l("Circumstance"), [InputRequired()])
    since_on = DateField(_l("Since"), [Optional()])
    until_on = DateField(_l("Agreed until"), [Optional()])
    file = SelectField(_l("Document"), [Optional()])

    @classmethod
    def of(cls, claim: Claim, possible: Sequence[Possible]) -> Self:
        """Return the form of a claim with what may be noted about it."""
        form = cls(version=claim.version)
        form.key.choices = [
            (one.key, f"{one.line.position}. {one.line.item_name}: {label(one.kind)}")
            for one in possible
        ]
        form.file.choices = agreement_choices(kept for kept in claim.files if not kept.is_internal)
        return form

    def note(self) -> Note:
        """Return what is noted."""
        line_id, _, kind = self.key.data.partition("/")
        file = int(self.file.data) if self.file.data else None
        return Note(UUID(line_id), Circumstance(kind), self.since_on.data, self.until_on.data, file)


class NoteForm(StepForm):
    """On which ground of law."""

    note = TextAreaField(
        _l("Legal ground"), [InputRequired(), Length(max=LONGEST)], filters=[_cleaned]
    )


def way_choice(formdata: Mapping[str, str]) -> WayChoice:
    """Return the chain and the lanes that were chosen; unknown values are ignored."""
    kind = formdata.get("way-kind", "")
    modes = {stage: mode for stage in LOADS if (mode := formdata.get(f"lane-{stage}", "").strip())}
    return WayChoice(OptionKind(kind) if kind in set(OptionKind) else None).by(modes)


def take_option(lines: Mapping[UUID, LineDecisionForm], instead: Instead | None) -> None:
    """Put the remedy of a chosen option into the forms of the lines that it concerns."""
    for line in lines.values():
        if instead and line.accepted_remedy() is instead[0]:
            line.remedy.data = instead[1].value


def agreement_choices(attached: Iterable[ClaimFile]) -> list[tuple[str, str]]:
    """Return the files of a claim that may hold an agreement with the customer."""
    files = ((str(kept.id), kept.file.name) for kept in attached)
    return [("", gettext("None")), *files]


def line_forms(
    claim: Claim, formdata: object = None, kept: Decision | None = None
) -> dict[UUID, LineDecisionForm]:
    """Return one form a line; unsent, it has what was kept or proposes to accept the demand."""
    reasons = _reasons()
    forms = {}
    for line in claim.lines:
        decided = kept.of_line(line.id) if kept else None
        data = _kept(decided) if decided else _proposal(line)
        forms[line.id] = _line_form(line, reasons, formdata, data)
    return forms


def decision_of(
    form: DecideForm,
    lines: Mapping[UUID, LineDecisionForm],
    choice: WayChoice,
    departments: tuple[LineDepartments, ...] = (),
) -> Decision:
    """Return the whole decision of checked forms."""
    decided = tuple(line.decision(line_id) for line_id, line in lines.items())
    reason = form.reason.data if isinstance(form, ReviseForm) else ""
    return Decision(decided, form.wish(), choice, departments, reason)


def accepted_remedies(lines: Mapping[UUID, LineDecisionForm]) -> dict[UUID, Remedy]:
    """Return the remedy of each line of which something is accepted, as typed by now."""
    return {
        line_id: remedy for line_id, line in lines.items() if (remedy := line.accepted_remedy())
    }


@dataclass(frozen=True)
class TypedGrant:
    """What a line would be paid as it is typed by now, or the words why that cannot be said."""

    line: ClaimLine
    grant: Grant | None
    words: str = ""

    @property
    def vat(self) -> Money | None:
        """The VAT in it."""
        return vat_of(self.grant.money, self.grant.vat_rate) if self.grant else None


def grants_of(claim: Claim, forms: Mapping[UUID, LineDecisionForm]) -> list[TypedGrant]:
    """Return what would be paid of each line whose remedy is money."""
    asked = [line for line in claim.lines if forms[line.id].accepted_remedy() in REFUNDS]
    return [_typed_grant(line, forms[line.id]) for line in asked]


def _typed_grant(line: ClaimLine, form: LineDecisionForm) -> TypedGrant:
    errors = [
        error
        for field in (form.portion, form.price, form.vat_rate, form.currency)
        for error in field.process_errors
    ]
    if errors or form.accepted.data is None:
        return TypedGrant(line, None, "; ".join(str(error) for error in errors) or "–")
    try:
        grant = grant_of(
            line,
            accepted=form.accepted.data,
            remedy=form.accepted_remedy(),
            portion=form.portion.data,
            reason="–",  # which sums need one is said when they are decided
            price=form.price.data,
            vat_rate=form.vat_rate.data,
            currency=form.currency.data,
        )
    except Refusal as refusal:
        return TypedGrant(line, None, refusal.words())
    return TypedGrant(line, grant)


def _proposal(line: ClaimLine) -> dict[str, Any]:
    return {
        "accepted": line.quantity.normalize(),
        "remedy": line.demand or "",
        "portion": Portion(line.demand_per_cent) if line.demand_per_cent else None,
        "currency": line.currency,
    }


def _kept(decided: LineDecision) -> dict[str, Any]:
    return {
        "accepted": decided.accepted.normalize(),
        "remedy": decided.remedy or "",
        "reason_code": decided.reason_code or "",
        "reason_text": decided.reason_text,
        "portion": decided.portion,
        "amount_reason": decided.amount_reason,
        "price": decided.price,
        "vat_rate": decided.vat_rate,
        "currency": decided.currency,
    }


def _line_form(
    line: ClaimLine, reasons: Sequence[tuple[str, str]], formdata: object, proposal: dict[str, Any]
) -> LineDecisionForm:
    form = LineDecisionForm(None, prefix=f"line-{line.id}-", data=proposal)
    form.portion.currency = line.currency
    form.process(formdata, data=proposal)
    form.remedy.choices = [("", gettext("– choose –"))] + [
        (remedy.value, label(remedy)) for remedy in Remedy
    ]
    form.reason_code.choices = [("", gettext("– choose –")), *reasons]
    return form


def _reasons() -> list[tuple[str, str]]:
    rows = db.scalars(select(RejectionReason).order_by(RejectionReason.position))
    return [(reason.code, f"{reason.code} {local_name(reason.names)}") for reason in rows]
