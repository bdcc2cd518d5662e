"""Whether this machine's clock is right: it decides what is due, and it is the date of every mail."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from broadsheet.checks.finding import Area, Finding
from broadsheet.settings import Settings, fixed_time
from broadsheet.times import http_date
from broadsheet.warehouse.reading import records
from broadsheet.warehouse.store import WarehouseError, open_published

AREA = Area("Clock")
TOLERATED = timedelta(seconds=30)
FAR_OFF = timedelta(minutes=5)


def check_clock(settings: Settings) -> Iterator[Finding]:
    """The clock beside the hub's, as of its newest answers: nothing is asked for this."""
    fixed = fixed_time(settings)
    if fixed is not None:
        detail = f"stands still at {fixed:%Y-%m-%d %H:%M} UTC"
        yield AREA.warn("clock", detail, "set clock to system, unless this is a demonstration")
        return
    answers = list(_answers(settings))
    if not answers:
        yield AREA.ok("clock", "the system's; no answer of the hub to compare it with yet")
        return
    newest = max(captured_at for captured_at, _ in answers)
    # A copy that a cache kept makes the hub's clock look slow, so the nearest answer is the one to believe.
    offset = min((captured_at - said for captured_at, said in answers), key=abs)
    yield judge("clock", offset, f"the hub's ({newest:%Y-%m-%d %H:%M} UTC)")


def judge(what: str, offset: timedelta, whose: str) -> Finding:
    """``offset``: how far this machine's clock is ahead of another."""
    seconds = offset.total_seconds()
    direction = "ahead of" if seconds > 0 else "behind"
    detail = f"{abs(seconds):.0f} s {direction} {whose}"
    if abs(offset) <= TOLERATED:
        return AREA.ok(what, f"agrees with {whose} to {abs(seconds):.0f} s")
    advice = "set the clock by NTP: timedatectl set-ntp true"
    return (AREA.fail if abs(offset) > FAR_OFF else AREA.warn)(what, detail, advice)


def _answers(settings: Settings) -> Iterator[tuple[datetime, datetime]]:
    """When each of the newest fresh answers came, and when the hub said it was."""
    if not settings.published_path.exists():
        return
    try:
        with open_published(settings) as con:
            rows = records(con, "read/newest_dates")
    except WarehouseError:
        return  # told by the check of the warehouse itself
    for row in rows:
        said = http_date(row["date_header"])
        if said is not None:
            yield row["captured_at"], said
