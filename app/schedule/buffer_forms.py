"""The form of a reserve between the earliest day and the promise."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.core.fields import BaseForm, DateField, IntegerField
from app.core.text import clean_line
from app.deadlines.buffers import BufferFacts, plant_choices

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

    def facts(self) -> BufferFacts:
        """Return what was filled in."""
        return BufferFacts(
            working_days=self.working_days.data,
            plant_id=self.plant_id.data or None,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            reason=clean_line(self.reason.data or ""),
        )
