"""Items, their components and the codes of defects."""
