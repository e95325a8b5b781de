"""Mail to people: whom, in which language, in which words."""
