"""What the documents behind shipments are called on screens."""

from app.core.errors import N_
from app.core.words import call
from app.shipments.base_documents import BaseKind

call(
    {
        BaseKind.UPD: N_("UPD"),
        BaseKind.INVOICE: N_("Invoice"),
        BaseKind.DELIVERY_NOTE: N_("Delivery note"),
    }
)
