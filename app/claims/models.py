"""The claim, its lines, files, questions and events."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.schema import FetchedValue

from app.accounts.models import Dealer, Person, Plant
from app.catalog.models import DefectCode, Item
from app.claims.amounts import demanded_of, portion_of, value_of, vat_of
from app.claims.customers import EndCustomer
from app.claims.rules import Action, ClaimState, ShipmentCheck
from app.core.db import Amount, Base, CleanCode, Code, Price, Rate, words
from app.core.money import Money, Portion
from app.core.search import trigram_index
from app.files.models import StoredFile
from app.shipments.models import ShipmentLine
from app.vocabulary import Remedy, Visibility

# What a claim of one's own is found by; whose claims one sees is the policy's business.
SEARCHED = (
    *("number", "dealer_reference", "end_customer", "customer_phone", "customer_email"),
    *("customer_address", "sale_document"),
)


class RejectionReason(Base):
    """Why a line is refused; `names` holds one name a language."""

    __tablename__ = "rejection_reason"

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    position: Mapped[int]


class Claim(EndCustomer, Base):
    """A claim of a dealer. `version` grows with every change of state; writers compare it first.

    `answer_on` is the last day for the decision, `promise_on` the day by which the remedy, way of
    the goods included, is promised; both are days at the plant. `revision` counts what the ERP
    must be told. `due_on` is the first end of all clocks that run, the end of time when none does;
    triggers keep it. `way_choice` keeps a chosen chain and lanes, None for the usual ones.
    `deemed_accepted`: nobody answered in time, and the law took that for a yes.
    """

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="only_drafts_have_no_number"),
        CheckConstraint(
            "state = 'draft' OR (filed_at IS NOT NULL AND answer_on IS NOT NULL)",
            name="filed_claims_have_an_answer_day",
        ),
        CheckConstraint(
            "state NOT IN ('accepted', 'partially_accepted', 'execution', 'resolved')"
            " OR (decided_at IS NOT NULL AND promise_on IS NOT NULL)",
            name="accepted_claims_have_a_promise",
        ),
        CheckConstraint(
            "state <> 'rejected' OR decided_at IS NOT NULL", name="rejected_means_decided"
        ),
        CheckConstraint(
            "(state = 'needs_info') = (return_state IS NOT NULL)",
            name="only_asked_claims_return",
        ),
        CheckConstraint(
            "promise_on IS NULL OR earliest_on IS NOT NULL", name="promises_know_the_earliest"
        ),
        Index("ix_claim_dealer_id_created_at", "dealer_id", "created_at", "id"),
        Index("ix_claim_due_on", "due_on", "id"),
        trigram_index("ix_claim_search", *SEARCHED),
        Index(
            "ix_claim_open_answer_on",
            "answer_on",
            "id",
            postgresql_where=text("state NOT IN ('draft', 'closed', 'cancelled')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str | None] = mapped_column(Code, unique=True)
    dealer_id: Mapped[int] = mapped_column(ForeignKey(Dealer.id))
    plant_id: Mapped[int] = mapped_column(ForeignKey(Plant.id))
    state: Mapped[ClaimState] = mapped_column(words(ClaimState), default=ClaimState.DRAFT)
    return_state: Mapped[ClaimState | None] = mapped_column(words(ClaimState, name="return_state"))
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=0)
    decision_revision: Mapped[int] = mapped_column(default=0)

    created_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    demand_presented_on: Mapped[date | None]
    dealer_reference: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")

    manager_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    answer_on: Mapped[date | None]
    due_on: Mapped[date] = mapped_column(
        server_default="9999-12-31", server_onupdate=FetchedValue()
    )
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    earliest_on: Mapped[date | None]
    promise_on: Mapped[date | None]
    promise_reason: Mapped[str] = mapped_column(default="")
    logistics: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    way_choice: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    deemed_accepted: Mapped[bool] = mapped_column(default=False, server_default=false())

    dealer: Mapped[Dealer] = relationship()
    plant: Mapped[Plant] = relationship()
    manager: Mapped[Person | None] = relationship(foreign_keys=[manager_id])
    lines: Mapped[list["ClaimLine"]] = relationship(
        back_populates="claim", order_by="ClaimLine.position", cascade="all, delete-orphan"
    )
    files: Mapped[list["ClaimFile"]] = relationship(
        order_by="ClaimFile.id", cascade="all, delete-orphan"
    )
    questions: Mapped[list["Question"]] = relationship(
        order_by="Question.id", cascade="all, delete-orphan"
    )

    @property
    def public_files(self) -> list["ClaimFile"]:
        """The files that a dealer may see: these go into acts and to the ERP."""
        return [kept for kept in self.files if not kept.is_internal]


class ClaimLine(Base):
    """One claimed position: a snapshot of what was shipped, the defect, the demand, the decision.

    Without a shipment line the item was not found in the shipments and a proof is attached; price
    and VAT rate are then unknown until a manager says them. `price` is gross per unit, in
    `currency`, which all lines of a claim share. `reserved_quantity` is what this line holds of
    the shipment line's remaining quantity: all of it until the decision, what was accepted until
    the claim is over, then what was paid back or exchanged.

    Of a demand for money `demand_per_cent` or `demand_amount` keeps what was said. A decision for
    money has its `granted_amount`, gross; `granted_per_cent` is what it was said as, if it was.
    """

    __tablename__ = "claim_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="something_is_claimed"),
        CheckConstraint(
            "(accepted_quantity IS NULL) = (rejected_quantity IS NULL)", name="decided_wholly"
        ),
        CheckConstraint(
            "accepted_quantity IS NULL OR accepted_quantity + rejected_quantity = quantity",
            name="decided_quantities_add_up",
        ),
        CheckConstraint(
            "accepted_quantity >= 0 AND rejected_quantity >= 0", name="nothing_negative_decided"
        ),
        CheckConstraint(
            "accepted_quantity IS NULL OR (accepted_quantity > 0) = (remedy IS NOT NULL)",
            name="accepted_means_a_remedy",
        ),
        CheckConstraint(
            "rejected_quantity IS NULL OR (rejected_quantity > 0) = (reason_code IS NOT NULL)",
            name="rejected_means_a_reason",
        ),
        CheckConstraint(
            "(price IS NULL) = (vat_rate IS NULL) AND (price IS NULL OR currency IS NOT NULL)",
            name="a_price_has_rate_and_currency",
        ),
        CheckConstraint(
            "price IS NOT NULL OR shipment_line_id IS NULL", name="what_was_shipped_has_a_price"
        ),
        CheckConstraint(
            "(demand_per_cent IS NULL AND demand_amount IS NULL)"
            " OR (demand IS NOT NULL AND demand IN ('refund', 'price_reduction')"
            " AND (demand_per_cent IS NULL OR demand_amount IS NULL))",
            name="money_is_demanded_in_one_way",
        ),
        CheckConstraint(
            "demand_per_cent > 0 AND demand_per_cent <= 100 OR demand_amount > 0"
            " OR (demand_per_cent IS NULL AND demand_amount IS NULL)",
            name="something_is_demanded",
        ),
        CheckConstraint(
            "(granted_amount IS NOT NULL)"
            " = (remedy IS NOT NULL AND remedy IN ('refund', 'price_reduction'))",
            name="money_is_granted_as_a_sum",
        ),
        CheckConstraint(
            "granted_amount IS NULL OR (granted_amount > 0 AND price IS NOT NULL)",
            name="granted_sums_have_a_price",
        ),
        CheckConstraint(
            "granted_per_cent IS NULL OR granted_amount IS NOT NULL",
            name="granted_per_cents_are_sums",
        ),
        CheckConstraint(
            "granted_amount IS NULL OR amount_reason <> ''"
            " OR granted_amount <= ceil(accepted_quantity * price)",
            name="more_than_the_price_has_a_reason",
        ),
        ExcludeConstraint(
            ("claim_id", "="),
            ("currency", "<>"),
            name="one_currency",
            using="gist",
            deferrable=True,
            initially="DEFERRED",
        ),
        Index(
            "ix_claim_line_serial", text("code_key(serial)"), postgresql_where=text("serial <> ''")
        ),
        Index("ix_claim_line_lot", text("code_key(lot)"), postgresql_where=text("lot <> ''")),
        trigram_index("ix_claim_line_search", "serial", "lot", "sku", "item_name"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id), index=True)
    position: Mapped[int]
    shipment_line_id: Mapped[int | None] = mapped_column(ForeignKey(ShipmentLine.id), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey(Item.id))
    sku: Mapped[str] = mapped_column(default="")
    item_name: Mapped[str]
    lot: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="")
    shipment_number: Mapped[str] = mapped_column(default="")
    shipped_on: Mapped[date | None]
    shipped_quantity: Mapped[Decimal | None]
    warranty_until: Mapped[date | None]
    unit: Mapped[str] = mapped_column(Code)
    price: Mapped[Decimal | None] = mapped_column(Price)
    vat_rate: Mapped[Decimal | None] = mapped_column(Rate)
    currency: Mapped[str | None] = mapped_column(CleanCode(3))

    quantity: Mapped[Decimal]
    reserved_quantity: Mapped[Decimal] = mapped_column(default=Decimal(0))
    shipment_check: Mapped[ShipmentCheck | None] = mapped_column(
        words(ShipmentCheck, name="shipment_check")
    )
    defect_code: Mapped[str | None] = mapped_column(ForeignKey(DefectCode.code))
    description: Mapped[str] = mapped_column(default="")
    demand: Mapped[Remedy | None] = mapped_column(words(Remedy, name="demand"))
    demand_per_cent: Mapped[Decimal | None] = mapped_column(Rate)
    demand_amount: Mapped[Decimal | None] = mapped_column(Amount)

    accepted_quantity: Mapped[Decimal | None]
    remedy: Mapped[Remedy | None] = mapped_column(words(Remedy))
    rejected_quantity: Mapped[Decimal | None]
    reason_code: Mapped[str | None] = mapped_column(ForeignKey(RejectionReason.code))
    reason_text: Mapped[str] = mapped_column(default="")
    granted_amount: Mapped[Decimal | None] = mapped_column(Amount)
    granted_per_cent: Mapped[Decimal | None] = mapped_column(Rate)
    amount_reason: Mapped[str] = mapped_column(default="", server_default="")

    claim: Mapped[Claim] = relationship(back_populates="lines")
    shipment_line: Mapped[ShipmentLine | None] = relationship()

    @property
    def value(self) -> Money | None:
        """What the claimed quantity costs, None without a price."""
        return value_of(self)

    @property
    def demand_portion(self) -> Portion | None:
        """How the demand for money was said."""
        return portion_of(self.demand_per_cent, self.demand_amount)

    @property
    def demanded(self) -> Money | None:
        """The sum that is demanded, None where it is no money."""
        return demanded_of(self)

    @property
    def granted(self) -> Money | None:
        """The sum that was granted, None where it is no money or not decided."""
        if self.granted_amount is None or self.currency is None:
            return None
        return Money(self.granted_amount, self.currency)

    @property
    def granted_vat(self) -> Money | None:
        """The VAT in what was granted."""
        return vat_of(self.granted, self.vat_rate)

    @property
    def at_stake(self) -> Money | None:
        """What the line is about: what was granted, else demanded, else what the goods cost."""
        return self.granted or self.demanded or self.value


class Settlement(Base):
    """One remedy of a decided claim, or its refusal: what the ERP makes a document of.

    The id follows from claim and remedy and is the ERP's key for ever; `remedy` None is what was
    refused. Once decided it stays: a later decision that has no such lines is told as well.
    """

    __tablename__ = "claim_settlement"
    __table_args__ = (UniqueConstraint("claim_id", "remedy", postgresql_nulls_not_distinct=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id))
    remedy: Mapped[Remedy | None] = mapped_column(words(Remedy))

    claim: Mapped[Claim] = relationship()


class ClaimFile(Base):
    """A photo or document of a claim, or of one of its lines; internal ones no dealer sees.

    `shows` is what somebody said that it shows, one name a language as the required attachments
    are named, empty for something else; None where nobody said it.
    """

    __tablename__ = "claim_file"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id), index=True)
    line_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(ClaimLine.id, ondelete="SET NULL"), index=True
    )
    file_id: Mapped[UUID] = mapped_column(ForeignKey(StoredFile.id), unique=True)
    visibility: Mapped[Visibility] = mapped_column(
        words(Visibility), default=Visibility.PUBLIC, server_default=Visibility.PUBLIC.value
    )
    shows: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    added_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    added_at: Mapped[datetime]

    file: Mapped[StoredFile] = relationship()

    @property
    def is_internal(self) -> bool:
        """Whether only the manufacturer's people may see it."""
        return self.visibility is Visibility.INTERNAL

    @property
    def is_photo(self) -> bool:
        """Whether it is a picture or a film; everything else is a document."""
        return self.file.media_type.startswith(("image/", "video/"))


class Question(Base):
    """A question of the manager to the dealer, and its answer."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name="answers_have_an_author"
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id), index=True)
    text: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    asked_at: Mapped[datetime]
    answer_by: Mapped[date]
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    answered_at: Mapped[datetime | None]


class ClaimEvent(Base):
    """What happened to a claim, for ever: the database refuses to change or delete it."""

    __tablename__ = "claim_event"
    __table_args__ = (Index("uq_claim_event_claim_id_version", "claim_id", "version", unique=True),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id))
    version: Mapped[int]
    at: Mapped[datetime]
    action: Mapped[Action] = mapped_column(words(Action))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    actor_name: Mapped[str]
    from_state: Mapped[ClaimState] = mapped_column(words(ClaimState, name="from_state"))
    to_state: Mapped[ClaimState] = mapped_column(words(ClaimState, name="to_state"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
