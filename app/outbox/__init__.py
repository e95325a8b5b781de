"""Promises: every consequence of a change, written with it and kept by the worker."""
