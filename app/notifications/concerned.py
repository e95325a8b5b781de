"""Whom something about a claim concerns: its author, its manager, a department's people."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select

from app.accounts.models import Person
from app.accounts.queries import stand_ins
from app.claims.models import Claim
from app.claims.pending_queries import refused_decision
from app.core.clock import now
from app.core.db import db
from app.vocabulary import Language, Role


def author(claim: Claim) -> list[Person]:
    """Return who of the dealer has filed the claim."""
    return _people(Person.id == claim.created_by)


def office(claim: Claim) -> list[Person]:
    """Return the manager and who stands in; of a claim that nobody has taken, the heads."""
    if claim.manager_id is None:
        return _people(Person.role == Role.HEAD_OF_CLAIMS)
    ids = [claim.manager_id, *stand_ins([claim.manager_id], now()).get(claim.manager_id, [])]
    return _people(Person.id.in_(ids))


def deciders(claim: Claim) -> list[Person]:
    """Return who decides a claim: its manager and who stands in, else all who may take it.

    Managers serve all plants: those who speak the plant's language, and who are not away.
    """
    if claim.manager_id is not None:
        return office(claim)
    managers = [one for one in _people(Person.role == Role.CLAIM_MANAGER) if one.is_active]
    away = stand_ins([one.id for one in managers], now())
    present = [one for one in managers if one.id not in away]
    return speakers(present or managers, claim.plant.language) or office(claim)


def decider(claim: Claim) -> list[Person]:
    """Return who confirmed the decision on a claim that could not be made."""
    pending = refused_decision(claim.id)
    return [pending.person] if pending else []


def heads() -> list[Person]:
    """Return all heads of claims."""
    return _people(Person.role == Role.HEAD_OF_CLAIMS)


def head(claim: Claim) -> list[Person]:
    """Return the head of claims, preferably one who speaks the plant's language."""
    heads = [one for one in _people(Person.role == Role.HEAD_OF_CLAIMS) if one.is_active]
    return speakers(heads, claim.plant.language)[:1]


def workers(claim: Claim, departments: ColumnElement[bool]) -> list[Person]:
    """Return the people of departments who work for the claim's plant.

    A department serves all plants: of its people those hear who speak the plant's language.
    """
    return speakers(_people(departments), claim.plant.language)


def speakers(people: Iterable[Person], language: Language) -> list[Person]:
    """Return those who speak a language, all where nobody does."""
    found = list(people)
    return [one for one in found if one.language is language] or found


def _people(which: ColumnElement[bool]) -> list[Person]:
    return list(db.scalars(select(Person).where(which).order_by(Person.id)))
