"""The form in which people tell how a stage goes."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from app.claims.forecast_models import NewsKind
from app.core.fields import BaseForm, DateField
from app.core.words import label
from app.deadlines.stages import Stage
from app.deadlines.wording import stage_name

KINDS = (NewsKind.FINISHED, NewsKind.DEPARTED, NewsKind.EXPECTED)


class NewsForm(BaseForm):
    """What happened to which stage, and on which day."""

    stage = SelectField(_l("Stage"))
    kind = SelectField(_l("Event"))
    day = DateField(_l("Day"), [InputRequired(_l("Give the day."))])

    def __init__(self, stages: Sequence[Stage], **options: object) -> None:
        super().__init__(prefix="news-", **options)
        self.stage.choices = [(stage.value, stage_name(stage)) for stage in stages]
        self.kind.choices = [(kind.value, label(kind)) for kind in KINDS]


class ExpectedForm(BaseForm):
    """When a department expects to be done."""

    day = DateField(_l("Day"), [InputRequired(_l("Give the day."))])

    def __init__(self) -> None:
        super().__init__(prefix="expected-")
