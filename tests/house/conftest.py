"""The census of the routes needs the portal itself."""

from tests.app.conftest import portal

__all__ = ["portal"]
