"""What a department types."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from app.core.fields import StepForm
from app.core.text import clean_text


class WordsForm(StepForm):
    """A step with words."""

    words = TextAreaField(
        _l("In words"), [Length(max=4000)], filters=[lambda text: clean_text(text or "")]
    )
