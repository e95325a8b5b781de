"""The web door."""

import sys

from app import create_app
from app.core.db import DatabaseAway, ask_database
from config.settings import Settings, SettingsError

try:
    app = create_app(Settings.from_env())
    ask_database()
except (SettingsError, DatabaseAway) as error:
    sys.exit(f"The portal cannot start:\n{error}")
