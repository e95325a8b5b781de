"""Every setting of a machine, typed, read once; all that is wrong is reported together."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

UNSAFE_SECRET = "demo-only-secret-key"  # noqa: S105  (refused in production, below)
SHORTEST_SECRET = 32
POSTGRESQL = ("postgresql+psycopg", "postgresql", "postgres")
OUR_PREFIXES = ("ERP_", "S3_", "SMTP_")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
HINTS = {"ENVIRONMENT": ": say production, demo or test"}
DEMO_PASSWORD = "portal-demo"  # noqa: S105  (refused in production)
MAPPINGS = Path(__file__).parent / "erp"
MAPPING_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
ERP_PASSWORD_OF = "ERP_PASSWORD_"  # noqa: S105  (how a mapping may call its variable)
PASSWORD_FROM = re.compile(r"^\s*password_from:\s*([A-Z][A-Z0-9_]*)\s*(?:#.*)?$", re.MULTILINE)


class SettingsError(Exception):
    """The environment does not make sense; `str()` names every wrong setting, one a line."""


class Settings(BaseSettings):
    """The environment of one process. Names in the environment are the same in capitals."""

    model_config = SettingsConfigDict(env_file=None, env_ignore_empty=True, extra="ignore")

    environment: Literal["demo", "test", "production"]
    database_url: str = Field(min_length=1)
    broker_url: str = ""
    secret_key: SecretStr = SecretStr(UNSAFE_SECRET)
    public_url: str = "http://127.0.0.1:8000"
    trusted_hosts: str = ""
    trusted_proxies: int | None = Field(default=None, ge=0, le=5)  # of ours, before the portal
    data_dir: Path = Path(".var/demo")

    erp_connections: str = ""  # mappings in ERP_FOLDER; none: one, by the settings below
    erp_folder: Path = MAPPINGS
    erp_wsdl: Path | None = None
    erp_ca_file: Path | None = None
    erp_url: str = "http://127.0.0.1:8100/ws/dealer-claims"
    erp_user: str = "portal"
    erp_password: SecretStr = SecretStr(DEMO_PASSWORD)
    erp_node: str = "portal"
    # How much of a kind a full load may lack before it is not believed: the larger of the two.
    erp_gone_percent: float = Field(default=5.0, ge=0, le=100)
    erp_gone_rows: int = Field(default=20, ge=0)
    erp_parallel: int = Field(default=2, ge=1, le=64)  # a call may cost the ERP a licence
    erp_sessions: Literal["none", "use", "auto"] = "none"  # as the service is published
    erp_time_zone: str = "UTC"  # of the infobase: 1C writes local time without saying so

    s3_bucket: str = ""
    s3_endpoint_url: str | None = None
    s3_region: str = "us-east-1"
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")

    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    mail_from: str = "claims@dealer-claims.example"

    # How long a confirmed decision can be undone; until then nothing leaves.
    undo_seconds: int = Field(default=30, ge=0, le=600)

    log_format: Literal["json", "console"] = "json"
    log_level: str = "INFO"

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment; raise `SettingsError` naming everything that is wrong."""
        faults = [f"{name} is not a setting of the portal" for name in cls._unknown()]
        faults += cls._erp_faults()
        try:
            settings = cls()  # type: ignore[call-arg]  # the environment fills the required fields
        except ValidationError as error:
            faults += [_sentence(item) for item in error.errors()]
        if faults:
            raise SettingsError("\n".join(faults))
        return settings

    @classmethod
    def _unknown(cls) -> list[str]:
        """Return names that look like ours and are none: a misspelt one would be ignored."""
        known = {name.upper() for name in cls.model_fields}
        return sorted(
            name
            for name in os.environ
            if name.startswith(OUR_PREFIXES)
            and not name.startswith(ERP_PASSWORD_OF)
            and name not in known
        )

    @classmethod
    def _erp_faults(cls) -> Iterator[str]:
        """Yield what the connections need and is not there; the mappings are read by the doors."""
        folder = Path(os.environ.get("ERP_FOLDER") or MAPPINGS)
        for name in _split(os.environ.get("ERP_CONNECTIONS", "")):
            path = folder / f"{name}.yaml"
            if not MAPPING_NAME.fullmatch(name) or name == "mail":
                yield f"ERP_CONNECTIONS: {name} cannot be the name of a connection"
            elif not path.is_file():
                yield f"ERP_CONNECTIONS names {name}, but there is no file {path}"
            else:
                for variable in PASSWORD_FROM.findall(path.read_text("utf-8", "replace")):
                    if not os.environ.get(variable) and variable.lower() not in cls.model_fields:
                        yield f"{variable} is not set: the password of the connection {name}"

    @property
    def connections(self) -> list[str]:
        """Names of the mappings that are connections; empty means one ERP, by the settings."""
        return _split(self.erp_connections)

    def secret(self, name: str) -> str:
        """Return the password in a variable that a mapping names, "" when it is not set.

        Only what is made for mappings: whoever edits them must not reach the portal's own secrets.
        """
        if name == "ERP_PASSWORD":
            return self.erp_password.get_secret_value()
        return os.environ.get(name, "") if name.startswith(ERP_PASSWORD_OF) else ""

    @property
    def is_production(self) -> bool:
        """Production refuses what a demo may do."""
        return self.environment == "production"

    @property
    def hosts(self) -> list[str]:
        """Host names under which the portal answers; empty means any."""
        return _split(self.trusted_hosts)

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: str) -> str:
        """Take what every host offers, and name the driver that we have."""
        scheme, _, rest = url.partition("://")
        if scheme not in POSTGRESQL or not rest:
            raise ValueError("must look like postgresql://user:password@host/name")
        return f"postgresql+psycopg://{rest}"

    @field_validator("erp_time_zone")
    @classmethod
    def _is_time_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("must be a name such as Europe/Moscow")
        return name

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        faults = self._faults() if self.is_production else self._faults_of_a_trial()
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _faults_of_a_trial(self) -> list[str]:
        """The published key signs sessions of this machine only."""
        is_here = urlsplit(self.public_url).hostname in LOOPBACK
        is_published = self.secret_key.get_secret_value() == UNSAFE_SECRET
        return ["SECRET_KEY must be your own where others reach PUBLIC_URL"] * (
            is_published and not is_here
        )

    def _faults(self) -> list[str]:
        secret = self.secret_key.get_secret_value()
        checks = {
            f"SECRET_KEY must be your own and have {SHORTEST_SECRET} characters or more": (
                secret == UNSAFE_SECRET or len(secret) < SHORTEST_SECRET
            ),
            "PUBLIC_URL must start with https://": not self.public_url.startswith("https://"),
            "TRUSTED_PROXIES must say how many proxies stand before the portal, 0 for none": (
                self.trusted_proxies is None
            ),
            "TRUSTED_HOSTS must name the hosts of the portal": not self.hosts,
            "ERP_PASSWORD must not be the demo's": (
                not self.connections and self.erp_password.get_secret_value() == DEMO_PASSWORD
            ),
        }
        return [sentence for sentence, is_wrong in checks.items() if is_wrong]


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _sentence(item: object) -> str:
    fault = dict(item) if isinstance(item, dict) else {}
    place = "_".join(str(part) for part in fault.get("loc", ())).upper()
    if fault.get("type") == "missing":
        return f"{place} is not set{HINTS.get(place, '')}"
    words = str(fault.get("msg", "")).removeprefix("Value error, ")
    return f"{place}: {words}" if place else words
