"""Somebody of each kind who looks at the pages again and again while the ERP is away."""

from http import HTTPStatus

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.models import Person
from app.claims.models import Claim
from app.core.db import db
from app.core.outside import outside
from app.portal import create_app
from app.vocabulary import Language, Role
from config.settings import Settings

PASSWORD = "a day without"
WAITS = "Saved here, waiting for the ERP; next try"
PAGES = {
    Role.DEALER_USER: ("/home", "/claims", "/shipments"),
    Role.CLAIM_MANAGER: ("/worklist",),
    Role.ADMINISTRATOR: ("/exchange",),
}


class Visitors:
    """A clerk, a manager and an administrator; every page must come, and say what waits."""

    def __init__(self, settings: Settings) -> None:
        self._app = _make_app(settings)
        db.execute(update(Person).values(language=Language.EN))
        db.commit()
        self.pages = 0
        self.complaints: list[str] = []

    def look_around(self) -> None:
        """Open everybody's pages and the newest filed claim; note what is not as it should be."""
        claim = db.scalars(
            select(Claim).where(Claim.number.is_not(None)).order_by(Claim.filed_at.desc()).limit(1)
        ).first()
        clerk = _email(Role.DEALER_USER, claim.dealer_id if claim else None)
        claim_page = f"/claims/{claim.id}" if claim else ""
        db.remove()
        for role, paths in PAGES.items():
            browser = self._signed_in(clerk if role is Role.DEALER_USER else _email(role))
            for path in paths:
                self._look(browser, path)
            if claim_page and role is not Role.ADMINISTRATOR:
                self._look(browser, claim_page, WAITS)

    def _signed_in(self, email: str) -> FlaskClient:
        browser = self._app.test_client()
        answer = browser.post("/sign-in", data={"email": email, "password": PASSWORD})
        if answer.status_code != HTTPStatus.SEE_OTHER:
            self.complaints.append(f"{answer.status_code} for {email} at the front door")
        return browser

    def _look(self, browser: FlaskClient, path: str, words: str = "") -> None:
        answer = browser.get(path)
        if answer.status_code != HTTPStatus.OK:
            self.complaints.append(f"{answer.status_code} for {path}")
        elif words not in answer.text:
            self.complaints.append(f"{path} does not say: {words}")
        else:
            self.pages += 1


def _make_app(settings: Settings) -> Flask:
    """Return the portal with this process's neighbours, on this process's database."""
    bind = db.session_factory.kw["bind"]
    app = create_app(settings, outside())
    app.config.update(WTF_CSRF_ENABLED=False)
    db.remove()
    db.configure(bind=bind)
    return app


def _email(role: Role, dealer_id: int | None = None) -> str:
    query = select(Person.email).where(Person.role == role).order_by(Person.id).limit(1)
    if dealer_id is not None:
        query = query.where(Person.dealer_id == dealer_id)
    return db.scalars(query).one()
