"""The form of a new rung of the ladder of reminders."""

from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired, NumberRange

from app.claims.forecast_models import Topic
from app.core.fields import BaseForm, IntegerField
from app.core.words import label
from app.schedule.ladder import LADDERED, topic_of
from app.schedule.models import Audience, ReminderRung

BEFORE, AFTER = "before", "after"
SIDES = ((BEFORE, _l("before or on the day")), (AFTER, _l("after the day")))


class RungForm(BaseForm):
    """Of what, how many working days before or after, and who is reminded."""

    # Whether there is a ladder for it is refused by the verb, in words that help.
    topic = SelectField(_l("What is due"), validate_choice=False)
    days = IntegerField(
        _l("Working days"),
        [
            InputRequired(_l("Give the number of working days; 0 is the day itself.")),
            NumberRange(0, None, _l("Give it without a sign and choose before or after.")),
        ],
    )
    side = SelectField(_l("When"))
    audience = SelectField(_l("Recipients"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.topic.choices = [(topic.value, label(topic)) for topic in LADDERED]
        self.side.choices = list(SIDES)
        self.audience.choices = [(one.value, label(one)) for one in Audience]

    @classmethod
    def of(cls, rung: ReminderRung) -> Self:
        """Return the form filled in with a rung."""
        facts = {
            "topic": rung.topic.value,
            "days": abs(rung.working_days),
            "side": BEFORE if rung.working_days >= 0 else AFTER,
            "audience": rung.audience.value,
        }
        return cls(formdata=None, data=facts)

    def rung(self) -> tuple[Topic, int, Audience]:
        """Return what was filled in; days after the due day are below 0."""
        days = self.days.data if self.side.data == BEFORE else -self.days.data
        return topic_of(self.topic.data), days, Audience(self.audience.data)
