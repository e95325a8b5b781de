"""The bell that wakes the worker; losing a ring loses nothing."""
