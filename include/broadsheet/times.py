"""Times as the whole program has them: aware, in UTC; what comes without a zone is UTC."""

from datetime import UTC, date, datetime, time, timedelta

A_DAY = timedelta(days=1)


def as_utc(moment: datetime) -> datetime:
    """``moment`` in UTC; a naive one is UTC already.

    Raises:
        ValueError: it lies beyond the calendar's first or last day there.
    """
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{moment.isoformat()} is beyond the calendar in UTC") from None


def midnight(day: date) -> datetime:
    """The first moment of a day in UTC."""
    return datetime.combine(day, time(), UTC)


def http_date(text: str) -> datetime | None:
    """The time in an HTTP header (RFC 9110 section 5.6.7: always UTC); None where the text is none."""
    from email.utils import parsedate_to_datetime

    try:
        return as_utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError):
        return None
