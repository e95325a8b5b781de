"""Why an embedded PostgreSQL cannot be had."""


class PostgresUnusable(Exception):
    """It cannot start here; `str()` says what to do, in one sentence or with the server's words."""
