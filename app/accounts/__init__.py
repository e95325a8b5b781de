"""Plants, dealers, departments and people; signing in."""
