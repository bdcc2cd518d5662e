"""`broadsheet explain SUBSCRIBER`: why they got mail or did not."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from broadsheet.commands.mail_words import STATES, answer_in_words, reason_in_words
from broadsheet.commands.output import Column, fact, shown, table
from broadsheet.commands.subscribers_shown import described, schedule_in_words, wishes_row
from broadsheet.mail.states import DELIVERED, OPEN, Reason, RunState, State, SubscriberState

if TYPE_CHECKING:
    from broadsheet.mail.consent import ConsentEvent, Recorded
    from broadsheet.mail.dossier import Dossier, Occasion
    from broadsheet.mail.suppressions import Suppression
    from broadsheet.mail.whys import Why
    from broadsheet.settings import Settings

COLUMNS = (
    Column("occasion", "For"),
    Column("run", "Run"),
    Column("became", "What became of it"),
    Column("subject", "Subject"),
)
BARRED = {
    "hard_bounce": "their mailbox does not exist",
    "soft_bounces": "their mailbox took nothing for too long",
    "complaint": "they called a digest spam",
    "erased": "they asked to be forgotten",
    "manual": "by hand",
}


def barred_row(found: "Suppression") -> dict[str, Any]:
    """An address that is not a subscriber's any more, as JSON shows it."""
    return {
        "answer": _barred(found),
        "subscriber_id": None,
        "suppressed": found.reason,
        "suppressed_since": found.since,
    }


def barred_in_words(who: str, found: "Suppression") -> str:
    """An address that is not a subscriber's any more."""
    return f"{who}: nobody is subscribed with it, and {_barred(found)}\n"


def dossier_row(dossier: "Dossier", settings: "Settings", now: datetime) -> dict[str, Any]:
    """All of a subscriber but the address, as JSON shows it."""
    subscriber, suppression = dossier.subscriber, dossier.suppression
    return {
        "answer": _answer(dossier, settings, now),
        "subscriber_id": subscriber.subscriber_id,
        "state": subscriber.state,
        "suppressed": suppression.reason if suppression else None,
        "suppressed_since": suppression.since if suppression else None,
        "wishes": wishes_row(subscriber.preferences),
        "today": dossier.today,
        "next_due_at": dossier.next_due.at if dossier.next_due else None,
        "told": dossier.told,
        "occasions": dossier.occasions,
        "consent": dossier.consent,
    }


def dossier_in_words(who: str, dossier: "Dossier", settings: "Settings", now: datetime) -> Iterator[str]:
    """All of a subscriber, line by line; the first one is the answer."""
    subscriber, suppression = dossier.subscriber, dossier.suppression
    yield f"{who}: {_answer(dossier, settings, now)}\n"
    since = f", scheduled from {shown(subscriber.scheduled_from)}" if subscriber.scheduled_from else ""
    yield fact("who", f"subscriber {subscriber.subscriber_id}, {subscriber.state}{since}")
    yield fact("wishes", described(subscriber.preferences))
    if suppression is not None:
        yield fact("barred", _barred(suppression))
    yield fact("next", _next(dossier))
    told = [f"{source} as of {shown(as_of)}" for source, as_of in dossier.told.items()]
    yield fact("told", ", ".join(told) or "nothing yet")
    for event in dossier.consent:
        yield fact("consent", _event(event))
    if dossier.occasions:
        rows = [_occasion_row(one, dossier) for one in dossier.occasions]
        yield "\n" + table(rows, COLUMNS)


def _answer(dossier: "Dossier", settings: "Settings", now: datetime) -> str:
    """Why there was a digest, or none, on the day that was asked for."""
    from broadsheet.mail.whys import why_none

    zone = ZoneInfo(dossier.subscriber.preferences.timezone)
    day = "today" if dossier.today == now.astimezone(zone).date().isoformat() else f"on {dossier.today}"
    asked = dossier.asked
    if asked is None:
        return f"no digest {day}: {_why(dossier, why_none(dossier, settings, now), now)}"
    state = dossier.subscriber.state
    return _told(asked, dossier, day) + ("" if state is SubscriberState.ACTIVE else f"; they are {state} now")


def _told(asked: "Occasion", dossier: "Dossier", day: str) -> str:
    """What became of the day that was asked for, which a run has taken up."""
    if asked.reason is not None:
        return f"no digest {day}: {_became(asked, dossier)} (run {asked.run})"
    if asked.bounce or asked.state not in {*DELIVERED, *OPEN}:
        return f"no digest {day}: it {_became(asked, dossier)} (run {asked.run})"
    verb = "not yet: the digest" if asked.state in OPEN else "the digest"
    return f"{verb} of {'today' if day == 'today' else dossier.today} {_became(asked, dossier)} (run {asked.run})"


def _why(dossier: "Dossier", why: "Why", now: datetime) -> str:
    """The reason why no run has taken the day up, in words."""
    from broadsheet.mail.consent import ConsentEvent
    from broadsheet.mail.whys import Why, under_way

    wishes, due, earlier = dossier.subscriber.preferences, dossier.due_today, under_way(dossier, now)
    was_due = _local(due.at, wishes.timezone) if due else ""
    match why:
        case Why.ERASED:
            words = f"they were forgotten{_when(dossier, ConsentEvent.ERASED)}"
        case Why.UNSUBSCRIBED:
            words = f"they were unsubscribed{_when(dossier, ConsentEvent.UNSUBSCRIBED)}"
        case Why.NOT_CONFIRMED:
            words = f"they have not confirmed yet{_asked(dossier)}"
        case Why.PAUSED:
            words = "they pause"
        case Why.NOT_DUE_THAT_DAY:
            words = f"none is due that day, it comes {schedule_in_words(wishes.texts())}; {_next(dossier)}"
        case Why.BEFORE_THEIR_SCHEDULE:
            began = shown(dossier.subscriber.scheduled_from)
            words = f"it was due {was_due}, and what they wish counts from {began}; {_next(dossier)}"
        case Why.NOT_DUE_YET:
            words = f"it is due {was_due}"
        case Why.SUPPRESSED:
            words = _barred(dossier.suppression)
        case Why.UNDER_WAY:
            words = f"that of {earlier.occasion} {_became(earlier, dossier)}" if earlier else ""
        case Why.TOO_LATE:
            words = "nobody sent it in time: its news comes with the next one"
        case Why.NOTHING_KNOWN:
            words = "nothing is known yet of " + ", ".join(map(str, wishes.lists))
        case Why.NO_RUN:
            words = f"it is owed since {was_due}, and no run was opened since: `broadsheet send` does it"
    return words


def _became(one: "Occasion", dossier: "Dossier") -> str:
    """What became of one occasion, in a few words."""
    if one.reason is not None:
        return _left_out(one.reason, dossier)
    if one.state is None:
        return "no run has taken it up"
    words = [f"{STATES[one.state]} {shown(one.updated_at)}"]
    if one.state in OPEN and one.run_state is RunState.PAUSED:
        words.append(f"the run is paused ({one.run_reason})")
    if one.next_attempt_at is not None:
        words.append(f"the next attempt is at {shown(one.next_attempt_at)}")
    accepted = one.state is State.ACCEPTED
    words += [text for text in (one.resolution, None if accepted else _reply(one)) if text]
    if one.bounce:
        words.append(f"but it came back: {one.bounce}")
    return "; ".join(words)


def _left_out(reason: Reason, dossier: "Dossier") -> str:
    wishes = dossier.subscriber.preferences
    if reason is Reason.NO_MATCH:
        votes = f"at least {wishes.min_upvotes} upvotes" if wishes.min_upvotes else ""
        return f"{reason_in_words(reason)} ({', '.join(filter(None, (wishes.topics, votes)))})"
    if reason is Reason.SUPPRESSED and dossier.suppression is not None:
        return _barred(dossier.suppression)
    return reason_in_words(reason)


def _occasion_row(one: "Occasion", dossier: "Dossier") -> dict[str, Any]:
    return {
        "occasion": one.occasion,
        "run": one.run,
        "became": _became(one, dossier),
        "subject": one.subject,
    }


def _reply(one: "Occasion") -> str:
    return answer_in_words(one.phase, one.code, one.enhanced, one.reply)


def _barred(found: "Suppression | None") -> str:
    if found is None:
        return ""
    by = f" (delivery {found.delivery_id})" if found.delivery_id else f" ({found.source})"
    return f"it may not be written to since {shown(found.since)}: {BARRED[found.reason]}{by}"


def _next(dossier: "Dossier") -> str:
    if dossier.next_due is None:
        return "none is due"
    return f"the next is due {_local(dossier.next_due.at, dossier.subscriber.preferences.timezone)}"


def _local(moment: datetime, timezone: str) -> str:
    if timezone == "UTC":
        return f"{shown(moment)} UTC"
    return f"{shown(moment)} UTC ({moment.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M} {timezone})"


def _when(dossier: "Dossier", event: "ConsentEvent") -> str:
    """When that was last done, and where from."""
    last = next((one for one in reversed(dossier.consent) if one.event is event), None)
    return f" on {shown(last.at)} ({last.source})" if last else ""


def _asked(dossier: "Dossier") -> str:
    """When they were asked to confirm, and what became of that letter."""
    from broadsheet.mail.consent import ConsentEvent
    from broadsheet.mail.states import RunKind

    letter = next((one for one in dossier.occasions if one.kind is RunKind.LETTER), None)
    became = f"; the letter that asks {_became(letter, dossier)}" if letter else ""
    return f", asked{_when(dossier, ConsentEvent.REQUESTED)}{became}"


def _event(event: "Recorded") -> str:
    detail = "; ".join(f"{name}: {value}" for name, value in event.detail.items())
    return f"{shown(event.at)} {event.event} ({event.source}){f': {detail}' if detail else ''}"
