"""Calendars, lanes and stage norms; from them earliest and promised dates."""
