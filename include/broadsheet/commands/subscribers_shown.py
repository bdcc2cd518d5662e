"""`broadsheet subscribers list`, `show` and `consent`: who there is, what they wish and what they agreed to."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from broadsheet import settings as configuration
from broadsheet.commands.arguments import AsJson
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.output import Column, emit, emit_json, emit_rows, table
from broadsheet.mail.states import SubscriberState

if TYPE_CHECKING:
    import sqlalchemy as sa

    from broadsheet.mail.preferences import Preferences
    from broadsheet.mail.subscribers import Subscriber
    from broadsheet.mail.suppressions import Suppression

Who = Annotated[str, Argument(help="An address, channel:NAME or a number.", metavar="SUBSCRIBER")]
COLUMNS = (
    Column("subscriber_id", "No.", number=True),
    Column("subscriber", "Subscriber"),
    Column("state", "State"),
    Column("schedule", "When"),
    Column("lists", "Lists"),
    Column("topics", "Topics"),
    Column("suppressed", "Suppressed"),
)
CONSENT_COLUMNS = (
    Column("event_id", "Event", number=True),
    Column("at", "When (UTC)"),
    Column("subscriber_id", "Subscriber", number=True),
    Column("event", "What"),
    Column("source", "From"),
    Column("detail", "Detail"),
)


def show_all(
    state: Annotated[
        list[SubscriberState] | None, Option(help="Only those; may be given several times.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print all subscribers but those who are erased, or those in a state.

    JSON: an array of subscribers, as `subscribers show` prints them.
    """
    from broadsheet.mail import suppressions
    from broadsheet.mail.configured import open_in_step
    from broadsheet.mail.subscribers import every

    wanted = state or [one for one in SubscriberState if one is not SubscriberState.ERASED]
    settings = configuration.load_settings()
    with open_in_step(settings, configuration.now(settings)) as database, database.read() as con:
        barred = suppressions.every(con)
        rows = [shown_row(one, barred.get(one.address_hash)) for one in every(con, *wanted)]
    if as_json:
        emit_json(rows)
        return
    shown = [row | {"schedule": schedule_in_words(row)} for row in rows]
    emit_rows(shown, COLUMNS, as_json=False, empty="nobody: `broadsheet subscribers add ADDRESS`")


def show(who: Who, as_json: AsJson = False) -> None:
    """Print everything known of one subscriber but what was sent to them: `broadsheet explain` tells of that.

    JSON: {subscriber_id, subscriber, kind, name, state, generation, cadence, weekday, hour, timezone, lists, topics,
    min_upvotes, max_items, quiet_days, origin, created_at, updated_at, scheduled_from, suppressed, told}; told names
    the time of the newest board that was delivered of each list.
    """
    from broadsheet.mail import suppressions
    from broadsheet.mail.configured import open_in_step
    from broadsheet.mail.subscribers import named

    settings = configuration.load_settings()
    with open_in_step(settings, configuration.now(settings)) as database, database.read() as con:
        subscriber = named(con, who)
        suppression = suppressions.find(con, subscriber.address_hash)
        row = shown_row(subscriber, suppression) | {"told": _told(con, subscriber.subscriber_id)}
    if as_json:
        emit_json(row)
        return
    told = [f"{source} as of {as_of:%Y-%m-%d %H:%M} UTC" for source, as_of in row["told"].items()]
    facts = row | subscriber.preferences.texts() | {"told": ", ".join(told) or "nothing yet"}
    columns = (Column("fact", "What"), Column("value", subscriber.shown))
    emit(table([{"fact": name, "value": value} for name, value in facts.items()], columns))


def consent(
    who: Annotated[
        str | None, Argument(help="An address, channel:NAME or a number.", metavar="[SUBSCRIBER]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the record of consent, of one subscriber or of all. Nothing in it is ever changed, or is an address.

    JSON: an array of {event_id, subscriber_id, at, event, source, detail}, in order.
    """
    from broadsheet.mail.configured import open_in_step
    from broadsheet.mail.consent import events
    from broadsheet.mail.subscribers import named

    settings = configuration.load_settings()
    with open_in_step(settings, configuration.now(settings)) as database, database.read() as con:
        recorded = list(events(con, named(con, who).subscriber_id if who is not None else None))
    if as_json:
        emit_json(recorded)
        return
    rows = [
        {column.key: getattr(event, column.key) for column in CONSENT_COLUMNS}
        | {"detail": ", ".join(f"{name}: {value}" for name, value in event.detail.items())}
        for event in recorded
    ]
    emit_rows(rows, CONSENT_COLUMNS, as_json=False, empty="nothing is recorded")


def shown_row(subscriber: "Subscriber", suppression: "Suppression | None") -> dict[str, Any]:
    """A subscriber as commands print them: without what only the machine needs."""
    return {
        "subscriber_id": subscriber.subscriber_id,
        "subscriber": subscriber.shown,
        "kind": str(subscriber.kind),
        "name": subscriber.name,
        "state": str(subscriber.state),
        "generation": subscriber.generation,
        **wishes_row(subscriber.preferences),
        "origin": subscriber.origin,
        "created_at": subscriber.created_at,
        "updated_at": subscriber.updated_at,
        "scheduled_from": subscriber.scheduled_from,
        "suppressed": str(suppression.reason) if suppression else None,
    }


def wishes_row(preferences: "Preferences") -> dict[str, Any]:
    """What somebody wishes, as commands print it."""
    from broadsheet.mail.preferences import FIELDS

    wishes = {field: getattr(preferences, field) for field in FIELDS}
    return wishes | {"lists": list(map(str, preferences.lists))}


def described(preferences: "Preferences") -> str:
    """What somebody wishes, in a line."""
    texts = preferences.texts()
    parts = (
        schedule_in_words(texts),
        preferences.topics and f"about {preferences.topics}",
        preferences.min_upvotes and f"from {preferences.min_upvotes} votes on",
        preferences.max_items and f"at most {preferences.max_items} papers",
        preferences.quiet_days and "also on quiet days",
    )
    return f"{texts['lists'].replace(',', ', ')}, " + ", ".join(part for part in parts if part)


def schedule_in_words(row: Mapping[str, Any]) -> str:
    """``weekly on monday, 07:00 UTC``, of wishes by their names."""
    from broadsheet.mail.preferences import WEEKDAYS

    match row["cadence"]:
        case "paused":
            return "paused"
        case "weekly":
            weekday = row["weekday"]
            day = weekday if isinstance(weekday, str) else WEEKDAYS[weekday - 1]
            return f"weekly on {day}, {int(row['hour']):02d}:00 {row['timezone']}"
    return f"{row['cadence']} {int(row['hour']):02d}:00 {row['timezone']}"


def _told(con: "sa.Connection", subscriber_id: int) -> dict[str, Any]:
    import sqlalchemy as sa

    from broadsheet.mail.schema import told

    query = sa.select(told.c.source, told.c.as_of).where(told.c.subscriber_id == subscriber_id)
    return {row.source: row.as_of for row in con.execute(query.order_by(told.c.source))}
