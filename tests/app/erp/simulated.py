"""The real simulator as the ERP of a test, and the two plants of its demo."""

from app.accounts.models import Plant
from app.core.db import db
from app.core.outside import Outside, connect_outside
from app.vocabulary import Language
from connectors.doorbell.silent import SilentDoorbell
from connectors.mail.memory import RememberingMail
from connectors.storage.memory import MemoryStorage
from tests.app.neighbours import one_erp
from tests.connectors.erp.running import RunningSimulator

PLANTS = {"RU-CHE": ("RU", "Asia/Yekaterinburg"), "PL-LDZ": ("PL", "Europe/Warsaw")}


def connect_simulator(simulator: RunningSimulator, *, max_items: int = 0) -> None:
    """Make this simulator the ERP of the process."""
    erp = simulator.erp(max_items=max_items)
    connect_outside(Outside(one_erp(erp), MemoryStorage(), RememberingMail(), SilentDoorbell()))


def add_plants() -> None:
    """Add the plants that the demo's shipments come from; they are reference data of ours."""
    words = {"city": "", "address": "", "tax_id": "", "signer": "", "signer_basis": ""}
    for code, (country, zone) in PLANTS.items():
        place = {"country": country, "time_zone": zone, "language": Language.RU}
        db.add(Plant(code=code, name=code, **words, **place))
    db.commit()
