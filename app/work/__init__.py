"""The work orders of the departments."""
