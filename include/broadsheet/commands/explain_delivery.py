"""`broadsheet explain DELIVERY`: one mail and every attempt to hand it over."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from broadsheet.commands.mail_words import STATES, answer_in_words, compared_in_words
from broadsheet.commands.output import fact, shown

if TYPE_CHECKING:
    from broadsheet.mail.tracking import Event, Tracked


def delivery_in_words(tracked: "Tracked") -> Iterator[str]:
    """The way of a delivery, line by line."""
    yield f"delivery {tracked.delivery_id}: it {STATES[tracked.state]}\n"
    yield fact("subject", tracked.subject)
    yield fact("to", f"subscriber {tracked.subscriber_id}, for {tracked.occasion}")
    yield fact("run", f"{tracked.run}, {tracked.run_state}")
    for board in tracked.boards:
        yield fact("list", compared_in_words(board))
    yield fact("state", f"{tracked.state} since {shown(tracked.updated_at)}")
    answer = answer_in_words(tracked.phase, tracked.code, tracked.enhanced, tracked.reply)
    for name, text in (("answer", answer), ("queue id", tracked.queue_id), ("settled", tracked.resolution)):
        if text:
            yield fact(name, text)
    if tracked.next_attempt_at:
        yield fact(
            "next", f"attempt at {shown(tracked.next_attempt_at)}, given up at {shown(tracked.deadline_at)}"
        )
    if tracked.doubts:
        yield fact("in doubt", f"{tracked.doubts} times")
    if tracked.sha256:
        yield fact("sha256", tracked.sha256)
    for event in tracked.events:
        yield fact("then", _event(event))


def _event(event: "Event") -> str:
    answer = answer_in_words(event.phase, event.code, None, event.text)
    return f"{event.at:%Y-%m-%d %H:%M:%S} attempt {event.attempt}: {event.event}{f', {answer}' if answer else ''}"
