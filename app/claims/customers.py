"""The end customer of a claim, as columns; apart because a claim has them only if it was sold."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from app.claims.rules import CustomerKind
from app.core.db import words


class DataBasis(StrEnum):
    """On what basis in law a dealer passes on how their customer is reached."""

    CONTRACT = "contract"
    LEGAL_DUTY = "legal_duty"
    CONSENT = "consent"


@dataclass(frozen=True)
class Contact:
    """How an end customer is reached; all may be empty."""

    phone: str = ""
    email: str = ""
    address: str = ""


NO_CONTACT = Contact()


class EndCustomer:
    """Who has the goods now, how they are reached, and what they were sold by; all may be empty.

    The dealer, the managers and the departments that come to the customer see them, nobody else.
    """

    end_customer: Mapped[str] = mapped_column(default="")
    customer_kind: Mapped[CustomerKind | None] = mapped_column(words(CustomerKind))
    customer_phone: Mapped[str] = mapped_column(default="", server_default="")
    customer_email: Mapped[str] = mapped_column(default="", server_default="")
    customer_address: Mapped[str] = mapped_column(default="", server_default="")
    customer_basis: Mapped[DataBasis | None] = mapped_column(words(DataBasis))
    sold_on: Mapped[date | None]
    sale_document: Mapped[str] = mapped_column(default="", server_default="")

    @property
    def has_contact(self) -> bool:
        """Whether it says how the end customer is reached: data that needs a basis in law."""
        return bool(self.customer_phone or self.customer_email or self.customer_address)

    @property
    def contact(self) -> Contact:
        """What may be passed on of it, to the ERP and in acts: nothing without a basis in law."""
        if self.customer_basis is None:
            return NO_CONTACT
        return Contact(self.customer_phone, self.customer_email, self.customer_address)

    @property
    def lacks_basis(self) -> bool:
        """Whether contact data are passed on without a basis in law."""
        return self.has_contact and self.customer_basis is None
