"""What a department types."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from app.core.text import clean_text


class StepForm(FlaskForm):  # type: ignore[misc]
    """A step without words: only the version that was looked at."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class WordsForm(StepForm):
    """A step with words."""

    words = TextAreaField(
        _l("In words"), [Length(max=4000)], filters=[lambda text: clean_text(text or "")]
    )
