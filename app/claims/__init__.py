"""The heart: claims, their lines, questions, decisions and history."""
