"""The form of a row of the routing table."""

from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired, NumberRange

from app.core.fields import BaseForm, IntegerField
from app.core.words import label
from app.deadlines.stages import OTHER_CHAINS
from app.routing.models import Route
from app.routing.queries import list_plants
from app.routing.service import RouteFacts
from app.vocabulary import Remedy
from app.work.forms import department_choices

MOST_POSITIONS = 20


class RouteForm(BaseForm):
    """Which department works when on which remedy, at which plant, by which way."""

    remedy = SelectField(_l("Remedy"))
    way = SelectField(_l("Procedure"))
    plant = SelectField(_l("Plant"))
    department = SelectField(_l("Department"), coerce=int)
    position = IntegerField(
        _l("Position"), [InputRequired(), NumberRange(1, MOST_POSITIONS)], default=1
    )
    waits = BooleanField(_l("Begins when the departments of lower positions are done"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.remedy.choices = [(one.value, label(one)) for one in Remedy]
        self.way.choices = [
            ("", gettext("Usual procedure")),
            *((one.kind.value, label(one.kind)) for one in OTHER_CHAINS),
        ]
        self.plant.choices = [
            ("", gettext("Every plant")),
            *((str(id_), name) for id_, name in list_plants()),
        ]
        self.department.choices = department_choices()

    @classmethod
    def of(cls, route: Route) -> Self:
        """Return the form filled in with a row."""
        facts = {
            "remedy": route.remedy.value,
            "way": route.way,
            "plant": str(route.plant_id or ""),
            "department": route.department_id,
            "position": route.position,
            "waits": route.waits,
        }
        return cls(formdata=None, data=facts)

    def validate(self, *args: Any, **options: Any) -> bool:
        """Also refuse a procedure that does not exist for the remedy: nothing would go by it."""
        if not super().validate(*args, **options):
            return False
        remedy, way = Remedy(self.remedy.data), self.way.data
        fits = {one.kind.value for one in OTHER_CHAINS if remedy in one.remedies_then}
        if way and way not in fits:
            self.way.errors = [gettext("This procedure does not exist for the remedy.")]
            return False
        return True

    def facts(self) -> RouteFacts:
        """Return the row as the verbs take it."""
        return RouteFacts(
            remedy=Remedy(self.remedy.data),
            plant_id=int(self.plant.data) if self.plant.data else None,
            way=self.way.data,
            department_id=self.department.data,
            position=self.position.data,
            waits=self.waits.data,
        )
