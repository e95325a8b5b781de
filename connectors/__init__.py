"""The outside world: one folder a neighbour, each with a port and its implementations."""
