"""Which neighbours this machine has: the real or the embedded one, each chosen by one setting."""

from pathlib import Path
from typing import Any

from celery import Celery
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

import config
from app.core.outside import Outside, one_erp
from app.outbox import evidence
from config.schedule import BEAT
from config.settings import Settings
from connectors.doorbell.celery import CeleryDoorbell
from connectors.erp import mapping
from connectors.erp.build import at_place, build_erp
from connectors.erp.port import Erp
from connectors.mail.folder import FolderMail
from connectors.mail.port import Mail
from connectors.mail.smtp import SmtpMail
from connectors.storage.local import LocalStorage
from connectors.storage.port import Storage
from connectors.storage.s3 import S3Storage

REFERENCE = Path(config.__file__).parent / "erp" / "reference.yaml"
VISIBILITY = 600  # seconds; a task that takes longer is handed out again

# PGMQ's queue names are short: the reply queues of remote control and events do not fit.
CELERY = {
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 4,
    "worker_enable_remote_control": False,
    "worker_send_task_events": False,
    "worker_hijack_root_logger": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_timeout": 2,
    "enable_utc": True,
    "timezone": "UTC",
    "beat_schedule": BEAT,
}


def connect(settings: Settings) -> Outside:
    """Return the neighbours; nobody is spoken to yet."""
    return Outside(
        erps=one_erp(_erp(settings), parallel=settings.erp_parallel),
        storage=_storage(settings),
        mail=_mail(settings),
        doorbell=CeleryDoorbell(make_celery(settings), "outbox.deliver"),
    )


def make_celery(settings: Settings) -> Celery:
    """Return the Celery app for this broker; without one, PostgreSQL is the broker too."""
    celery = Celery("dealer_claims", broker=settings.broker_url or "pgmq://localhost")
    celery.conf.update(CELERY)
    if not settings.broker_url or settings.broker_url.startswith("pgmq:"):
        celery.conf.broker_transport_options = _pgmq_options(settings.database_url)
    else:
        celery.conf.broker_transport_options = {"visibility_timeout": VISIBILITY}
    return celery


def _pgmq_options(database_url: str) -> dict[str, object]:
    """Return the options under which PGMQ is quick: its defaults poll once a second."""
    return {
        "conn_string": _libpq_words(database_url),
        "init_extension": False,  # a migration installs the schema
        "visibility_timeout": VISIBILITY,
        "wait_time_seconds": 0,
        "polling_interval": 0.05,
        "pool_size": 4,
        "pool_timeout": 2,
    }


def _libpq_words(database_url: str) -> str:
    """Return the address as libpq's `name=value` words: only these can name a socket's folder."""
    url = make_url(database_url)
    words: dict[str, Any] = url.translate_connect_args(username="user", database="dbname")
    return make_conninfo("", **(words | dict(url.query)))


def _erp(settings: Settings) -> Erp:
    """Return the ERP of the reference mapping, at the place that the settings name."""
    connection = at_place(
        mapping.read(REFERENCE),
        url=settings.erp_url,
        user=settings.erp_user,
        node=settings.erp_node,
        zone=settings.erp_time_zone,
        sessions=settings.erp_sessions,
        parallel=settings.erp_parallel,
        wsdl=settings.erp_wsdl,
    )
    password = settings.erp_password.get_secret_value()
    return build_erp(connection, password=password, recorder=evidence.hear)


def _storage(settings: Settings) -> Storage:
    if not settings.s3_bucket:
        return LocalStorage(settings.data_dir / "files")
    return S3Storage(
        bucket=settings.s3_bucket,
        endpoint_url=settings.s3_endpoint_url,
        region=settings.s3_region,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key.get_secret_value(),
    )


def _mail(settings: Settings) -> Mail:
    if not settings.smtp_host:
        return FolderMail(settings.data_dir / "mail", settings.mail_from)
    return SmtpMail(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_user,
        settings.smtp_password.get_secret_value(),
        security=settings.smtp_security,
        sender=settings.mail_from,
    )
