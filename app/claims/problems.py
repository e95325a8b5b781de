"""What keeps a draft from being filed, or would help it, in the reader's words."""

from flask_babel import gettext

from app.claims.completeness import Problem
from app.core.i18n import local_name


def problem_words(problem: Problem) -> str:
    """Return the sentence of a problem; of an attachment it names what it shall show."""
    what = local_name(problem.names) if problem.names else ""
    return str(gettext(problem.text, what=what, count=problem.count))
