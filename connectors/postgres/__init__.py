"""An embedded PostgreSQL for the demo, for development and for the tests."""
