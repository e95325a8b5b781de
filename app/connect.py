"""Which neighbours this machine has: the real or the embedded one, each chosen by one setting."""

import logging
from typing import Any

from celery import Celery
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

from app.core.outside import ONLY_ERP, MostGone, Outside
from app.erp.installed import InstalledErps, MappingFile
from app.outbox import evidence
from config.schedule import BEAT
from config.settings import DEMO_PASSWORD, MAPPINGS, Settings, SettingsError
from connectors.doorbell.postgres import PostgresDoorbell
from connectors.erp.mapping.reasons import MappingReason
from connectors.mail.folder import FolderMail
from connectors.mail.port import Mail
from connectors.mail.smtp import SmtpMail
from connectors.reasons import Reason
from connectors.storage.local import LocalStorage
from connectors.storage.port import Storage
from connectors.storage.s3 import S3Storage

log = logging.getLogger(__name__)

UNSAFE = Reason(MappingReason.UNSAFE)
# What the environment may say of the one ERP instead of its mapping: ERP_URL and so on.
PLACE = ("url", "user", "node", "time_zone", "sessions", "parallel", "wsdl", "ca_file")
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
        erps=connect_erps(settings),
        storage=_storage(settings),
        mail=_mail(settings),
        doorbell=PostgresDoorbell(_libpq_words(settings.database_url)),
        most_gone=MostGone(settings.erp_gone_percent, settings.erp_gone_rows),
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
    """Return the options for tasks of the clock, for which nobody waits; promises are rung for."""
    return {
        "conn_string": _libpq_words(database_url),
        "init_extension": False,  # a migration installs the schema
        "visibility_timeout": VISIBILITY,
        "wait_time_seconds": 0,
        "polling_interval": 0.5,
        "pool_size": 4,
        "pool_timeout": 2,
    }


def _libpq_words(database_url: str) -> str:
    """Return the address as libpq's `name=value` words: only these can name a socket's folder."""
    url = make_url(database_url)
    words: dict[str, Any] = url.translate_connect_args(username="user", database="dbname")
    return make_conninfo("", **(words | dict(url.query)))


def connect_erps(settings: Settings) -> InstalledErps:
    """Return the ERPs of the mappings that this machine names.

    A mapping with faults costs only its own connection: they are logged with their lines, the pages
    show them, and an administrator's next version is in force at once. Only what is unsafe raises
    `SettingsError`, together with all else that is wrong.
    """
    files = [MappingFile(name, settings.erp_folder) for name in settings.connections]
    safety = _refuse_demo_password if settings.is_production else None
    erps = InstalledErps(
        files or [_by_settings(settings)], settings.secret, recorder=evidence.hear, safety=safety
    )
    faults = [
        (fault, f"{erps.file_name(name)}, line {line}: {fault}")
        for name in erps
        for line, fault in erps.read(name, erps.file_text(name)).faults
    ]
    if any(fault == UNSAFE for fault, _ in faults):
        raise SettingsError("\n".join(words for _, words in faults))
    for _, words in faults:
        log.error("erp.mapping_faulty", extra={"fault": words})
    return erps


def _by_settings(settings: Settings) -> MappingFile:
    """Return the reference mapping, at the place that the environment names."""
    said = {name: getattr(settings, f"erp_{name}") for name in PLACE}
    place = {name: said[name] for name in PLACE if f"erp_{name}" in settings.model_fields_set}
    zone = {"zone": place.pop("time_zone")} if "time_zone" in place else {}
    return MappingFile(ONLY_ERP, MAPPINGS, "reference.yaml", title="ERP", place={**place, **zone})


def _refuse_demo_password(password: str) -> Reason | None:
    return UNSAFE if password == DEMO_PASSWORD else None


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
