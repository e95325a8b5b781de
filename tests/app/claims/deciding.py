"""Deciding in the browser: the first post shows what will happen, the second confirms it."""

import re
from typing import Any

from flask.testing import FlaskClient


def seal_of(page: str) -> str:
    """Return what the button of the question sends."""
    found = re.search(r'name="confirmed" value="([0-9a-f]+)"', page)
    assert found, "the page asks for no confirmation"
    return found[1]


def post_confirmed(client: FlaskClient, place: str, form: dict[str, Any]) -> Any:
    """Send the form, read the question and confirm it; return the last answer."""
    asked = client.post(place, data=form)
    return client.post(place, data={**form, "confirmed": seal_of(asked.text)})
