"""The form of a new rule of attachments."""

from collections.abc import Mapping
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from app.catalog.queries import DefectChoice
from app.claims.attachment_rules import MOST_ATTACHMENTS, AttachmentRule
from app.claims.requirements import AttachmentKind, AttachmentLevel
from app.core.fields import BaseForm, IntegerField
from app.core.i18n import LANGUAGE_NAMES
from app.core.text import clean_line
from app.core.words import label
from app.vocabulary import Language, Remedy

LONGEST_NAME = 120


def _name(language: Language) -> StringField:
    return StringField(
        LANGUAGE_NAMES[language],
        [Length(max=LONGEST_NAME)],
        filters=[lambda text: clean_line(text or "")],
        render_kw={"maxlength": LONGEST_NAME, "lang": language.value},
    )


class AttachmentRuleForm(BaseForm):
    """For which demand and defect, how many of what, how strictly, and what they shall show."""

    defect = SelectField(_l("Defect"))
    demand = SelectField(_l("Demand"))
    level = SelectField(_l("Requirement"))
    kind = SelectField(_l("Kind of file"))
    count = IntegerField(
        _l("How many"), [InputRequired(), NumberRange(1, MOST_ATTACHMENTS)], default=1
    )
    en = _name(Language.EN)
    ru = _name(Language.RU)
    pl = _name(Language.PL)
    cs = _name(Language.CS)

    def __init__(self, defects: list[DefectChoice], **options: Any) -> None:
        super().__init__(**options)
        self.defect.choices = [("", gettext("Any")), *((one.code, one.name) for one in defects)]
        self.demand.choices = [("", gettext("Any")), *((one.value, label(one)) for one in Remedy)]
        self.level.choices = [(one.value, label(one)) for one in AttachmentLevel]
        self.kind.choices = [(one.value, label(one)) for one in AttachmentKind]

    @classmethod
    def of(cls, rule: AttachmentRule, defects: list[DefectChoice]) -> Self:
        """Return the form filled in with a rule."""
        facts = {
            "defect": rule.defect_code or "",
            "demand": rule.demand.value if rule.demand else "",
            "level": rule.level.value,
            "kind": rule.kind.value,
            "count": rule.count,
        }
        return cls(defects, formdata=None, data=facts | rule.names)

    def validate(self, *args: Any, **options: Any) -> bool:
        """Also ask for a name in at least one language: the dealer reads it."""
        is_valid = super().validate(*args, **options)
        if not self.names():
            self.en.errors = [gettext("Say in at least one language what the files shall show.")]
            return False
        return is_valid

    def names(self) -> Mapping[str, str]:
        """Return what was typed, by language."""
        typed = {language.value: self[language.value].data for language in Language}
        return {language: name for language, name in typed.items() if name}

    def facts(self) -> dict[str, Any]:
        """Return the rule as `add_rule` takes it."""
        return {
            "demand": Remedy(self.demand.data) if self.demand.data else None,
            "defect_code": self.defect.data or None,
            "kind": AttachmentKind(self.kind.data),
            "count": self.count.data,
            "level": AttachmentLevel(self.level.data),
            "names": self.names(),
        }
