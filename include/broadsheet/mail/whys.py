"""Why a subscriber has no digest of a day that no run has taken up: the first reason that holds."""

from datetime import datetime
from enum import StrEnum

from broadsheet.mail.dossier import Dossier, Occasion
from broadsheet.mail.schedule import Cadence, deadline
from broadsheet.mail.states import OPEN, OPEN_RUNS, RunKind, SubscriberState
from broadsheet.settings import Settings


class Why(StrEnum):
    """In the order in which they are looked for."""

    ERASED = "erased"
    UNSUBSCRIBED = "unsubscribed"
    NOT_CONFIRMED = "not_confirmed"
    SUPPRESSED = "suppressed"
    PAUSED = "paused"
    NOT_DUE_THAT_DAY = "not_due_that_day"
    BEFORE_THEIR_SCHEDULE = "before_their_schedule"
    NOT_DUE_YET = "not_due_yet"
    UNDER_WAY = "under_way"
    TOO_LATE = "too_late"
    NOTHING_KNOWN = "nothing_known"
    NO_RUN = "no_run"


def why_none(dossier: Dossier, settings: Settings, now: datetime) -> Why:
    """The reason, for a day that has neither a delivery nor an exclusion. Raises WarehouseError."""
    return (
        _of_the_subscription(dossier) or _of_the_day(dossier, now) or _of_the_office(dossier, settings, now)
    )


def under_way(dossier: Dossier, now: datetime) -> Occasion | None:
    """An earlier digest that may still arrive: until it is over nothing else is sent to them."""
    return next((one for one in dossier.occasions if _may_arrive(one, now)), None)


def _of_the_subscription(dossier: Dossier) -> Why | None:
    match dossier.subscriber.state:
        case SubscriberState.ERASED:
            return Why.ERASED
        case SubscriberState.UNSUBSCRIBED:
            return Why.UNSUBSCRIBED
        case SubscriberState.PENDING:
            return Why.NOT_CONFIRMED
    if dossier.suppression is not None:
        return Why.SUPPRESSED
    return Why.PAUSED if dossier.subscriber.preferences.cadence is Cadence.PAUSED else None


def _of_the_day(dossier: Dossier, now: datetime) -> Why | None:
    due, since = dossier.due_today, dossier.subscriber.scheduled_from
    if due is None:
        return Why.NOT_DUE_THAT_DAY
    if since is not None and due.at < since:
        return Why.BEFORE_THEIR_SCHEDULE
    if due.at > now:
        return Why.NOT_DUE_YET
    return None


def _of_the_office(dossier: Dossier, settings: Settings, now: datetime) -> Why:
    due = dossier.due_today
    if under_way(dossier, now) is not None:
        return Why.UNDER_WAY
    if due is not None and due.at + deadline(dossier.subscriber.preferences.cadence) <= now:
        return Why.TOO_LATE
    return Why.NO_RUN if _is_known(dossier, settings, now) else Why.NOTHING_KNOWN


def _may_arrive(one: Occasion, now: datetime) -> bool:
    is_open = one.kind is RunKind.DIGEST and one.state in OPEN and one.run_state in OPEN_RUNS
    return is_open and one.deadline_at is not None and one.deadline_at > now


def _is_known(dossier: Dossier, settings: Settings, now: datetime) -> bool:
    """Whether anything was captured of one of their lists."""
    from broadsheet.digest.window import WindowReader
    from broadsheet.warehouse.store import open_published

    if not settings.published_path.exists():
        return False
    with open_published(settings) as con:
        reader = WindowReader(con, now)
        return any(reader.scopes(source, None) for source in dossier.subscriber.preferences.lists)
