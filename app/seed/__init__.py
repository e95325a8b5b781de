"""The demo: reference data, lanes and people of two fictional plants. It may run again."""
