"""The form of a reserve between the earliest day and the promise."""

from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.core.fields import BaseForm, DateField, IntegerField
from app.core.text import clean_line
from app.deadlines.buffers import BufferFacts, plant_choices
from app.deadlines.models import PromiseBuffer

EVERY_PLANT = 0


class BufferForm(BaseForm):
    """How many working days, of which plant, from when until when, and why."""

    working_days = IntegerField(_l("Working days"), [InputRequired()])
    plant_id = SelectField(_l("Plant"), coerce=int)
    starts_on = DateField(_l("First day"), [Optional()])
    ends_on = DateField(_l("Last day"), [Optional()])
    reason = StringField(_l("Reason"), [Length(max=200)])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.plant_id.choices = [(EVERY_PLANT, gettext("every plant")), *plant_choices()]

    @classmethod
    def of(cls, buffer: PromiseBuffer) -> Self:
        """Return the form filled in with a reserve."""
        facts = {
            "working_days": buffer.working_days,
            "plant_id": buffer.plant_id or EVERY_PLANT,
            "starts_on": buffer.starts_on,
            "ends_on": buffer.ends_on,
            "reason": buffer.reason,
        }
        return cls(formdata=None, data=facts)

    def facts(self) -> BufferFacts:
        """Return what was filled in."""
        return BufferFacts(
            working_days=self.working_days.data,
            plant_id=self.plant_id.data or None,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            reason=clean_line(self.reason.data or ""),
        )
