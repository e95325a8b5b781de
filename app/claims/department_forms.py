"""The fields in which a manager chooses the departments of each line while he decides."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app.accounts.queries import list_departments
from app.claims.decision_inputs import Decision
from app.claims.departments import LineDepartments, propose
from app.claims.models import Claim
from app.core.fields import MultiCheckboxField, PartForm
from app.core.i18n import local_name
from app.core.text import clean_line
from app.vocabulary import Remedy

LONGEST_REASON = 2000


class DepartmentsForm(PartForm):
    """Which departments get the work of a line.

    `routed_for` is the remedy and the way for which the boxes were filled in: when another one is
    chosen, what the routing table proposes for it takes their place.
    """

    departments = MultiCheckboxField(_l("Departments"), coerce=int)
    departments_reason = StringField(
        _l("Reason (visible to the departments)"),
        [Length(max=LONGEST_REASON)],
        filters=[lambda text: clean_line(text or "")],
        render_kw={"maxlength": LONGEST_REASON},
    )
    routed_for = HiddenField()

    proposed: tuple[int, ...] = ()
    was_replaced = False

    @property
    def is_changed(self) -> bool:
        """Whether other departments are chosen than the table proposes."""
        return bool(self.routed_for.data) and set(self.departments.data or ()) != set(self.proposed)

    @property
    def proposed_names(self) -> str:
        """The departments of the routing table, in their order."""
        names = dict(self.departments.choices)
        return ", ".join(names[key] for key in self.proposed if key in names)

    def choice(self, line_id: UUID) -> LineDepartments:
        """Return what was chosen for the line."""
        return LineDepartments(
            line_id, tuple(self.departments.data or ()), self.departments_reason.data
        )


def department_forms(
    claim: Claim,
    remedies: Mapping[UUID, Remedy],
    way: str,
    sent: Any = None,
    kept: Decision | None = None,
) -> dict[UUID, DepartmentsForm]:
    """Return the fields of each line for the `remedies` chosen now; `way` is the way's code.

    They hold what was sent, if it was for this remedy and way, else what was kept when a decision
    was undone, else what the routing table proposes.
    """
    choices = [(id_, local_name(names)) for id_, names in list_departments()]
    chosen = {one.line_id: one for one in kept.departments} if kept else {}
    routes = {
        remedy: tuple(row.department.id for row in propose(remedy, claim.plant_id, way))
        for remedy in set(remedies.values())
    }
    forms = {}
    for line in claim.lines:
        remedy = remedies.get(line.id)
        form = DepartmentsForm(formdata=None, prefix=f"line-{line.id}-")
        form.departments.choices = choices
        form.proposed = routes[remedy] if remedy else ()
        _fill(form, f"{remedy}/{way}" if remedy else "", sent, chosen.get(line.id))
        forms[line.id] = form
    return forms


def choices_of(forms: Mapping[UUID, DepartmentsForm]) -> tuple[LineDepartments, ...]:
    """Return the choices that differ from what the table proposes."""
    return tuple(form.choice(line_id) for line_id, form in forms.items() if form.is_changed)


def _fill(
    form: DepartmentsForm, routed_for: str, sent: Any, chosen: LineDepartments | None
) -> None:
    known = sent.get(form.routed_for.name) if sent else None
    if known == routed_for:
        form.process(formdata=sent)
        form.validate()
        return
    form.was_replaced = known is not None
    form.process(
        formdata=None,
        data={
            "departments": list(chosen.department_ids if chosen else form.proposed),
            "departments_reason": chosen.reason if chosen else "",
            "routed_for": routed_for,
        },
    )
