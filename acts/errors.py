"""What can be wrong with a template."""


class TemplateError(ValueError):
    """The template cannot be used; the words name the placeholder and the part."""
