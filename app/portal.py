"""Put the domains together: `create_app`."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import Flask, g
from flask_login import LoginManager, current_user
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

from app import navigation
from app.accounts import queries as accounts
from app.accounts import service as accounts_service
from app.accounts import views as accounts_views
from app.accounts import words as _account_words  # noqa: F401
from app.accounts.policy import User
from app.catalog.words import group_name
from app.claims import views as claims_views
from app.claims import words as _claims_words  # noqa: F401  (registers what enums are called)
from app.claims.problems import problem_words
from app.connect import connect
from app.core.access import take_census
from app.core.clock import now
from app.core.db import connect_database, db, own_session
from app.core.i18n import start_i18n
from app.core.outside import Outside, connect_outside
from app.core.web import start_web
from app.deadlines import words as _deadline_words  # noqa: F401
from app.deadlines.wording import stage_name
from app.deadlines.words import mode_name, priority_name, source_name
from app.erp import api as erp_api
from app.erp import consequences as _erp_consequences  # noqa: F401  (registers what is posted)
from app.erp import views as erp_views
from app.files import words as _file_words  # noqa: F401
from app.files.receiving import receive_uploads
from app.files.rules import LARGEST_REQUEST
from app.messages import views as messages_views
from app.messages import words as _message_words  # noqa: F401
from app.messages.queries import unread_by_claim
from app.paperwork import views as paperwork_views
from app.paperwork import words as _act_words  # noqa: F401
from app.schedule import views as schedule_views
from app.schedule import words as _schedule_words  # noqa: F401
from app.schedule.periods_in_words import show_period, show_validity, spell_periods
from app.shipments import views as shipments_views
from app.work import consequences as _work_consequences  # noqa: F401  (registers what is begun)
from app.work import routing_views
from app.work import views as work_views
from app.work import words as _work_words  # noqa: F401
from app.work.queries import departments_at_work
from config.logging import configure_logging
from config.settings import Settings

# What the upper domains show on a claim's page, from top to bottom: above its lines, and below.
CLAIM_HEADS = (
    messages_views.contact_panel,
    schedule_views.panel,
)
CLAIM_PANELS = (messages_views.panel, work_views.panel, paperwork_views.panel, erp_views.panel)
ORDER_PANELS = (schedule_views.order_panel, messages_views.order_panel)

BLUEPRINTS = (
    accounts_views.bp,
    shipments_views.bp,
    claims_views.bp,
    work_views.bp,
    routing_views.bp,
    messages_views.bp,
    schedule_views.bp,
    paperwork_views.bp,
    erp_views.bp,
    erp_api.bp,
)


def create_app(settings: Settings, outside: Outside | None = None) -> Flask:
    """Make the portal; tests give it an `Outside` of fakes that remember."""
    configure_logging(json=settings.log_format == "json", level=settings.log_level)
    connect_database(settings.database_url)
    connect_outside(outside or connect(settings))
    app = Flask(__name__)
    app.config.update(_flask_settings(settings))
    trust_proxies(app, settings.trusted_proxies)
    start_web(app, before_commands=[receive_uploads])
    start_i18n(app)
    _start_login(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.extensions["claim_heads"] = CLAIM_HEADS
    app.extensions["claim_panels"] = CLAIM_PANELS
    app.extensions["departments_at_work"] = departments_at_work
    app.extensions["unread_by_claim"] = unread_by_claim
    app.extensions["order_panels"] = ORDER_PANELS
    app.jinja_env.filters.update(
        stage_name=stage_name,
        problem_words=problem_words,
        group_name=group_name,
        mode_name=mode_name,
        priority_name=priority_name,
        source_name=source_name,
        period=show_period,
        spell_periods=spell_periods,
        validity=show_validity,
    )
    app.context_processor(navigation.page_frame)
    take_census(app)
    return app


def trust_proxies(app: Flask, count: int | None) -> None:
    """Believe what so many proxies of ours say of the visitor; anybody else could say anything."""
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


def _flask_settings(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "TRUSTED_HOSTS": settings.hosts or None,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.public_url.startswith("https://"),
        "PERMANENT_SESSION_LIFETIME": timedelta(days=7),
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": 2_000_000,
        "MAX_FORM_PARTS": 5_000,
        "WTF_CSRF_TIME_LIMIT": None,
        "PUBLIC_URL": settings.public_url,
        "UNDO_FOR": timedelta(seconds=settings.undo_seconds),
    }


def _start_login(app: Flask) -> None:
    login = LoginManager(app)
    # Our sign-in lives on our side and ends there; the cookie's fingerprint adds nothing.
    login.session_protection = None

    @login.user_loader  # type: ignore[untyped-decorator]
    def load_user(token: str) -> User | None:
        visitor = accounts.find_user(token, at=now())
        g.visitor = visitor
        return visitor

    @app.after_request
    def note_seen(response: Any) -> Any:
        # Who was not looked up before is not looked up now: a stylesheet needs no database.
        if g.get("visitor") and current_user.is_authenticated:
            _note_seen(current_user)
        return response


def _note_seen(user: User) -> None:
    """Note, after the request's own work and rarely, that a sign-in is alive."""
    at = now()
    if not accounts_service.is_worth_noting(user, at=at):
        return
    db.remove()  # the request gives its connection back before it takes another
    # The answer is made; a database that is lost only now must not spoil it.
    with suppress(OperationalError), own_session() as session:
        accounts_service.note_seen(session, user.token, at=at)
        session.commit()
