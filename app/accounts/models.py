"""Plants, dealers, departments, people and their sign-ins."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.rules import AccountAction
from app.core.db import Base, CleanCode, Code, words
from app.core.outside import ONLY_ERP
from app.core.search import trigram_index
from app.vocabulary import Language, Role


class Plant(Base):
    """A factory: the manufacturer's side of every act; `home` is the connection to its ERP."""

    __tablename__ = "plant"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    city: Mapped[str]
    address: Mapped[str]
    country: Mapped[str] = mapped_column(CleanCode(2))
    time_zone: Mapped[str] = mapped_column(Code)
    language: Mapped[Language] = mapped_column(words(Language))
    home: Mapped[str] = mapped_column(Code, default=ONLY_ERP)
    tax_id: Mapped[str]
    tax_code: Mapped[str] = mapped_column(default="")
    registry_no: Mapped[str] = mapped_column(default="")
    signer: Mapped[str]
    signer_position: Mapped[str] = mapped_column(default="", server_default="")
    signer_basis: Mapped[str]
    signer_basis_number: Mapped[str] = mapped_column(default="", server_default="")
    signer_basis_on: Mapped[date | None]
    bank_name: Mapped[str] = mapped_column(default="")
    bank_account: Mapped[str] = mapped_column(default="")
    bank_code: Mapped[str] = mapped_column(default="")


class Dealer(Base):
    """A dealer's legal entity as one ERP knows it; `ref` and `partner_ref` are that ERP's keys.

    Who buys from two plants with an ERP each is two rows: each has its own contract and bank. Not
    every ERP gives its dealers a `code`.
    """

    __tablename__ = "dealer"
    __table_args__ = (
        Index("uq_dealer_home_ref", "home", "ref", unique=True),
        Index(
            "uq_dealer_home_code", "home", "code", unique=True, postgresql_where=text("code <> ''")
        ),
        trigram_index("ix_dealer_search", "name"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    home: Mapped[str] = mapped_column(Code, default=ONLY_ERP)
    ref: Mapped[UUID]
    partner_ref: Mapped[UUID | None]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str]
    tax_id: Mapped[str]
    tax_code: Mapped[str] = mapped_column(default="")
    registry_no: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(CleanCode(2))
    city: Mapped[str]
    address: Mapped[str]
    language: Mapped[Language] = mapped_column(words(Language))
    time_zone: Mapped[str] = mapped_column(Code)
    priority_class: Mapped[str] = mapped_column(Code, default="")
    bank_name: Mapped[str] = mapped_column(default="")
    bank_account: Mapped[str] = mapped_column(default="")
    bank_code: Mapped[str] = mapped_column(default="")
    contract_number: Mapped[str] = mapped_column(default="")
    contract_date: Mapped[date | None]
    signer: Mapped[str] = mapped_column(default="")
    signer_position: Mapped[str] = mapped_column(default="", server_default="")
    signer_basis: Mapped[str] = mapped_column(default="")
    signer_basis_number: Mapped[str] = mapped_column(default="", server_default="")
    signer_basis_on: Mapped[date | None]
    plant_id: Mapped[int] = mapped_column(ForeignKey(Plant.id))
    is_active: Mapped[bool] = mapped_column(default=True)

    plant: Mapped[Plant] = relationship()

    @property
    def series(self) -> str:
        """What the numbers of its claims and acts begin with: its code, or a part of its key."""
        return self.code or self.ref.hex[:8].upper()


class Department(Base):
    """A desk that work orders go to; `names` holds one name a language."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)


class Person(Base):
    """Somebody who signs in. Dealers' people belong to a dealer, workers to a department.

    What was made before `password_set_at`, as links and calendar feeds, is worth nothing any more.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(
            "(role IN ('dealer_user', 'dealer_admin')) = (dealer_id IS NOT NULL)",
            name="dealers_people_have_a_dealer",
        ),
        CheckConstraint(
            "(role = 'department_worker') = (department_id IS NOT NULL)",
            name="workers_have_a_department",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[Role] = mapped_column(words(Role))
    dealer_id: Mapped[int | None] = mapped_column(ForeignKey(Dealer.id), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey(Department.id))
    language: Mapped[Language] = mapped_column(words(Language))
    time_zone: Mapped[str] = mapped_column(Code)
    is_active: Mapped[bool] = mapped_column(default=True)
    password_set_at: Mapped[datetime | None]

    dealer: Mapped[Dealer | None] = relationship()
    department: Mapped[Department | None] = relationship()


class Absence(Base):
    """Days on which somebody is away, both ends included, and who stands in."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("person_id <> deputy_id", name="nobody_stands_in_for_himself"),
        Index("ix_absence_person_id_ends_on", "person_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    deputy_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class SignIn(Base):
    """A session on our side: it ends when it is ended here, whatever cookie is still around."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(Code, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FailedSignIn(Base):
    """A wrong password, remembered to slow down guessing.

    `device` is the mark of a browser in which this account has signed in before, "" for others.
    """

    __tablename__ = "failed_sign_in"
    __table_args__ = (
        Index("ix_failed_sign_in_email_at", "email", "at"),
        Index("ix_failed_sign_in_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    email: Mapped[str]
    address: Mapped[str] = mapped_column(Code)
    device: Mapped[str] = mapped_column(Code, default="", server_default="")
    at: Mapped[datetime]


class PasswordLink(Base):
    """A link with which its owner sets a password, sent by mail; a newer one ends the older ones.

    `made_by` is None when the operator of the server made it.
    """

    __tablename__ = "password_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))


class RoleRequest(Base):
    """A role that somebody is to get; a second person grants it or not. One may be open at a time.

    `granted` is None while nobody has decided. `opens_access`: the person is new and has no access
    before this is granted.
    """

    __tablename__ = "role_request"
    __table_args__ = (
        CheckConstraint("requested_by <> decided_by", name="two_people_change_a_role"),
        CheckConstraint("person_id <> decided_by", name="nobody_grants_himself_a_role"),
        CheckConstraint("(granted IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name="decided_at_a_moment"),
        Index(
            "uq_role_request_open",
            "person_id",
            unique=True,
            postgresql_where=text("granted IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    role: Mapped[Role] = mapped_column(words(Role))
    department_id: Mapped[int | None] = mapped_column(ForeignKey(Department.id))
    requested_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    requested_at: Mapped[datetime]
    opens_access: Mapped[bool] = mapped_column(default=False, server_default=false())
    granted: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    decided_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    department: Mapped[Department | None] = relationship()
    requester: Mapped[Person] = relationship(foreign_keys=[requested_by])


class AccountEvent(Base):
    """What was done to an account, for ever: the database refuses to change or delete it.

    `actor_id` is None when the operator of the server or the portal itself did it.
    """

    __tablename__ = "account_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    action: Mapped[AccountAction] = mapped_column(words(AccountAction))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    actor_name: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    facts: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
