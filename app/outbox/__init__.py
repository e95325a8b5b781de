"""The outbox: what follows from a change, enqueued with it and processed by the worker."""
