"""The connections of this installation, as pages and the terminal name them."""

from flask_babel import gettext

from app.core.outside import MAIL, outside


def erp_titles() -> dict[str, str]:
    """Return what each ERP is called, by its connection, in the order of the screens."""
    return {name: known.title for name, known in sorted(outside().erps.items())}


def all_titles() -> dict[str, str]:
    """Return every way to a neighbour that messages take, in the order of the exchange screen."""
    return erp_titles() | {MAIL: str(gettext("Mail"))}


def chosen(name: str) -> str | None:
    """Return the ERP that an address names, the first when it names none, None for a stranger."""
    names = list(erp_titles())
    return next((one for one in names if name in ("", one)), None)
