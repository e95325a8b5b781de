"""Which department does what is owed for a remedy."""
