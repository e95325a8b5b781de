"""The days on which the demo is tried: those on which counting days goes wrong, if anywhere."""

from datetime import UTC, date, datetime

# A Monday to Sunday without a holiday, ends of months and years, holidays of every country of the
# demo and the days beside them, changes of summer time, a leap day.
DAYS: tuple[tuple[str, str], ...] = (
    ("2026-11-30", "a Monday, the last of a month"),
    ("2026-12-05", "a Saturday"),
    ("2026-12-23", "the last day before four days off in Poland"),
    ("2026-12-24", "the first of four days off in Poland"),
    ("2026-12-27", "the last of four days off in Poland"),
    ("2026-12-29", "inventory at the Russian plant"),
    ("2026-12-31", "the last day of the year, off in Russia"),
    ("2027-01-01", "New Year everywhere"),
    ("2027-01-04", "a Monday of the Russian holidays"),
    ("2027-01-06", "Epiphany in Poland"),
    ("2027-01-08", "the last day of the Russian holidays"),
    ("2027-01-11", "the first working day in Russia"),
    ("2027-01-31", "a Sunday, the last of a month"),
    ("2027-02-23", "Defender's day in Russia"),
    ("2027-02-28", "the last day of February"),
    ("2027-03-08", "Women's day in Russia, Belarus and Kazakhstan"),
    ("2027-03-22", "Nauryz in Kazakhstan"),
    ("2027-03-28", "Easter Sunday, summer time begins in Europe"),
    ("2027-03-29", "Easter Monday in Poland, Czechia and Germany"),
    ("2027-04-15", "a Thursday like any other"),
    ("2027-05-03", "Constitution day in Poland, a Monday between holidays in Russia"),
    ("2027-05-10", "the day after Victory day"),
    ("2027-05-11", "Radonitsa in Belarus"),
    ("2027-05-17", "Whit Monday in Germany"),
    ("2027-05-27", "Corpus Christi in Poland"),
    ("2027-06-12", "Russia day, a Saturday"),
    ("2027-06-30", "the last day of a half year"),
    ("2027-07-06", "Hus's day in Czechia, a Tuesday"),
    ("2027-08-15", "Assumption in Poland, a Sunday"),
    ("2027-08-30", "Constitution day in Kazakhstan, Tatarstan's day"),
    ("2027-09-28", "Wenceslas's day in Czechia"),
    ("2027-10-03", "Unity day in Germany, a Sunday"),
    ("2027-10-25", "Republic day in Kazakhstan"),
    ("2027-10-31", "summer time ends in Europe"),
    ("2027-11-01", "All Saints in Poland, the first of a month"),
    ("2027-11-04", "Unity day in Russia"),
    ("2027-11-11", "Independence day in Poland"),
    ("2027-11-17", "Freedom day in Czechia, a Wednesday"),
    ("2027-12-31", "a Friday, the last day of the year"),
    ("2028-01-03", "a Monday after New Year"),
    ("2028-02-29", "a leap day"),
    ("2028-03-26", "summer time begins in Europe"),
)
# By UTC: it is another day at one of the places, early, at noon, and late.
HOURS = (0, 5, 9, 12, 16, 20, 23)


def moments(count: int, *, first: int = 0) -> list[datetime]:
    """Return so many moments of the table, from this one on and around its end, in UTC."""
    places = [(first + n) % len(DAYS) for n in range(count)]
    return [_moment(date.fromisoformat(DAYS[place][0]), place) for place in places]


def _moment(day: date, place: int) -> datetime:
    return datetime(day.year, day.month, day.day, HOURS[place % len(HOURS)], 30, tzinfo=UTC)
