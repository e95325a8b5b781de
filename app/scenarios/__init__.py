"""Dates for scenarios given as JSON lines, by the portal's own functions and without a database."""
