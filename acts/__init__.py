"""Acts as documents: frozen facts in, DOCX bytes out."""
