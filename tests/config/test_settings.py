"""The settings refuse what makes no sense, all of it together."""

from pathlib import Path

import pytest

from config import settings as settings_module
from config.settings import Settings, SettingsError

SAFE = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://claims@db/claims",
    "SECRET_KEY": "k" * 40,
    "PUBLIC_URL": "https://claims.example",
    "TRUSTED_PROXIES": "1",
    "TRUSTED_HOSTS": "claims.example, www.claims.example",
    "ERP_PASSWORD": "another",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def test_production_starts_with_settings_of_its_own(bare: pytest.MonkeyPatch) -> None:
    for name, value in SAFE.items():
        bare.setenv(name, value)

    settings = Settings.from_env()

    assert settings.hosts == ["claims.example", "www.claims.example"]
    assert settings.database_url == "postgresql+psycopg://claims@db/claims"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("SECRET_KEY", "demo-only-secret-key", "SECRET_KEY"),
        ("PUBLIC_URL", "http://claims.example", "https://"),
        ("TRUSTED_HOSTS", "", "TRUSTED_HOSTS"),
        ("TRUSTED_PROXIES", "", "TRUSTED_PROXIES must say how many"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES"),
        ("ENVIRONMENT", "", "ENVIRONMENT is not set: say production, demo or test"),
        ("ERP_PASSWORD", "portal-demo", "ERP_PASSWORD"),
        ("DATABASE_URL", "mysql://db/claims", "postgresql://"),
        ("SMTP_SECURITY", "perhaps", "SMTP_SECURITY"),
        ("SMTP_HOSTT", "mail.example", "SMTP_HOSTT is not a setting"),
    ],
)
def test_production_refuses_what_is_unsafe_or_misspelt(
    bare: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    for safe_name, safe_value in (SAFE | {name: value}).items():
        bare.setenv(safe_name, safe_value)

    with pytest.raises(SettingsError, match=words):
        Settings.from_env()


def test_everything_wrong_is_named_together(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("SMTP_PORT", "many")
    bare.setenv("ERP_PASWORD", "x")

    with pytest.raises(SettingsError) as refused:
        Settings.from_env()

    named = str(refused.value)
    assert "DATABASE_URL is not set" in named
    assert "SMTP_PORT" in named
    assert "ERP_PASWORD" in named


def example() -> dict[str, str]:
    """Return the names and values of the example environment."""
    lines = Path(settings_module.__file__).with_name("env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_example_names_every_setting_and_no_other() -> None:
    assert set(example()) == {name.upper() for name in Settings.model_fields}


def test_the_example_is_a_production_once_its_secrets_are_filled_in(
    bare: pytest.MonkeyPatch,
) -> None:
    for name, value in example().items():
        bare.setenv(name, value)
    bare.setenv("SECRET_KEY", SAFE["SECRET_KEY"])
    bare.setenv("ERP_PASSWORD", SAFE["ERP_PASSWORD"])

    settings = Settings.from_env()

    assert settings.is_production
    assert settings.erp_wsdl is None
    assert settings.s3_endpoint_url is None
