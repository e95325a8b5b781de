"""The web door."""

import sys

from app.core.db import DatabaseAway, ask_database
from app.portal import create_app
from config.settings import Settings, SettingsError

try:
    app = create_app(Settings.from_env())
    ask_database()
except (SettingsError, DatabaseAway) as error:
    sys.exit(f"The portal cannot start:\n{error}")
