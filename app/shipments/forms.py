"""What is asked for when looking for a shipment."""

from flask_babel import lazy_gettext as _l
from wtforms import SearchField, StringField
from wtforms.validators import Length

from app.core.fields import BaseForm

LONGEST_SEARCH = 100


class _Question(BaseForm):
    """A form that is sent by GET: it changes nothing, so it needs no token."""

    class Meta:
        csrf = False


class CodeForm(_Question):
    """Which box or piece is it?"""

    code = StringField(_l("Package code or serial number"))


class SearchForm(_Question):
    """Which shipment lines are meant?"""

    q = SearchField(_l("Search"), [Length(max=LONGEST_SEARCH)])
