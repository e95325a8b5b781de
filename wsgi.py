"""The web door."""

import sys

from app import create_app
from config.settings import Settings, SettingsError

try:
    app = create_app(Settings.from_env())
except SettingsError as error:
    sys.exit(f"The portal cannot start:\n{error}")
