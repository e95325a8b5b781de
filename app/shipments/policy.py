"""Which shipments somebody may see."""

from sqlalchemy import ColumnElement, false, true

from app.accounts.policy import User
from app.shipments.models import Shipment
from app.vocabulary import Role


def visible_to(user: User) -> ColumnElement[bool]:
    """Dealers see what was shipped to them, the factory's people everything.

    The statement joins the shipments.
    """
    if user.is_dealer:
        return Shipment.dealer_id == user.dealer_id
    return false() if user.role is Role.ERP_SERVICE else true()
