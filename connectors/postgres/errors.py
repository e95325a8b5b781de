"""Why an embedded PostgreSQL cannot be had."""

from connectors.errors import OutsideError


class PostgresUnusable(OutsideError):
    """It cannot start here; `str()` says what to do, in one sentence or with the server's words."""
