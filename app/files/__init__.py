"""Files that people give us and documents that we make: taken in, checked, kept, given back."""
