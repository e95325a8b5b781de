"""Which shipments somebody may see."""

from sqlalchemy import ColumnElement, false, true

from app.accounts.policy import User
from app.shipments.models import ShipmentLine
from app.vocabulary import Role


def visible_to(user: User) -> ColumnElement[bool]:
    """Dealers see what was shipped to them, the factory's people everything."""
    if user.is_dealer:
        return ShipmentLine.dealer_id == user.dealer_id
    return false() if user.role is Role.ERP_SERVICE else true()
