"""`broadsheet subscribers add`, `set`, `remove` and `erase`: one subscriber at a time, or a few."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

from broadsheet import settings as configuration
from broadsheet.commands.arguments import AsJson
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.output import confirmed, emit, emit_json, say
from broadsheet.commands.subscribers_shown import Who, described, shown_row
from broadsheet.commands.wishes import taking_wishes
from broadsheet.errors import BroadsheetError, UsageError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from broadsheet.mail.subscribers import Subscriber

Several = Annotated[list[str], Argument(help="Addresses, channel:NAME or numbers.", metavar="SUBSCRIBER…")]
Consent = Annotated[
    str | None,
    Option(help="How they agreed, for the record: “signed up at the reading group”.", metavar="TEXT"),
]


@taking_wishes
def add(
    address: Annotated[str, Argument(help="A mail address, or channel:NAME.", metavar="ADDRESS")],
    wishes: dict[str, str],
    name: Annotated[str, Option(help="What they are called.")] = "",
    consent: Consent = None,
    as_json: AsJson = False,
) -> None:
    """Subscribe somebody at once. Who had unsubscribed begins anew.

    Their first digest is the next that is due. With --consent an address that was erased may be written to again.

    JSON: the subscriber, as `subscribers show` prints it.
    """
    from broadsheet.mail import suppressions
    from broadsheet.mail.configured import open_in_step
    from broadsheet.mail.consent import Act
    from broadsheet.mail.identity import read_identity
    from broadsheet.mail.preferences import read_preferences, starting
    from broadsheet.mail.secret import secret_key
    from broadsheet.mail.states import SuppressionReason
    from broadsheet.mail.subscribers import Newcomer
    from broadsheet.mail.subscribers import add as subscribe

    settings = configuration.load_settings()
    newcomer = Newcomer(
        identity=read_identity(address, settings.channels),
        preferences=read_preferences(wishes, starting(settings)),
        name=name,
    )
    act = Act(configuration.now(settings), "cli", {"consent": consent} if consent else {})
    with open_in_step(settings, act.at) as database, database.write() as con:
        subscriber = subscribe(con, newcomer, act, secret_key(settings))
        if consent:
            suppressions.unsuppress(con, subscriber.address_hash, [SuppressionReason.ERASED])
        _print(con, subscriber, as_json=as_json)


@taking_wishes
def change(
    who: Who,
    wishes: dict[str, str],
    name: Annotated[str | None, Option(help="What they are called.")] = None,
    suppress: Annotated[
        bool | None,
        Option("--suppress/--unsuppress", help="Write to them no more, or again whatever the reason was."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change what a subscriber gets, from the next digest on. What is not named stays as it is.

    JSON: the subscriber, as `subscribers show` prints it.
    """
    from broadsheet.mail import subscribers
    from broadsheet.mail.configured import open_in_step
    from broadsheet.mail.consent import Act
    from broadsheet.mail.preferences import read_preferences

    if not wishes and name is None and suppress is None:
        raise UsageError("nothing to change: name what, as in --hour 8; `broadsheet subscribers set --help`")
    settings = configuration.load_settings()
    act = Act(configuration.now(settings), "cli")
    with open_in_step(settings, act.at) as database, database.write() as con:
        known = subscribers.named(con, who)
        preferences = read_preferences(wishes, known.preferences)
        changed = subscribers.change(con, known.subscriber_id, preferences, act.at, name=name)
        if suppress is not None:
            (subscribers.suppress if suppress else subscribers.unsuppress)(con, known.subscriber_id, act)
        _print(con, changed, as_json=as_json)


def remove(who: Several, as_json: AsJson = False) -> None:
    """Unsubscribe. Nothing more is sent to them; their wishes are kept for when they come back.

    JSON: an array of {subscriber_id, done}; done is false for who was not subscribed.
    """
    from broadsheet.mail.subscribers import unsubscribe

    _each(who, unsubscribe, ("is unsubscribed", "was not subscribed"), as_json=as_json)


def erase(
    who: Several,
    yes: Annotated[bool, Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget address, name and topics for good. What is left is a number, the record of consent without an address,
    and a hash by which the address is not written to again.

    JSON: an array of {subscriber_id, done}; done is false for who was erased before.
    """
    from broadsheet.mail.subscribers import erase as forget

    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("what is erased does not come back: say --yes")
        if not confirmed(f"Erase {len(who)} for good?"):
            raise BroadsheetError("nothing is erased")
    _each(who, forget, ("is erased", "was erased before"), as_json=as_json)


def _each(who: Sequence[str], act_on: Callable[..., bool], words: tuple[str, str], *, as_json: bool) -> None:
    """Do it to all of them or, if one is not known, to none."""
    from broadsheet.mail.configured import open_in_step
    from broadsheet.mail.consent import Act
    from broadsheet.mail.subscribers import named

    settings = configuration.load_settings()
    act = Act(configuration.now(settings), "cli")
    with open_in_step(settings, act.at) as database, database.write() as con:
        numbers = [named(con, one).subscriber_id for one in who]
        done = {number: act_on(con, number, act) for number in dict.fromkeys(numbers)}
    if as_json:
        emit_json([{"subscriber_id": number, "done": new} for number, new in done.items()])
        return
    for number, new in done.items():
        emit(f"subscriber {number} {words[0] if new else words[1]}\n")


def _print(con: "sa.Connection", subscriber: "Subscriber", *, as_json: bool) -> None:
    from broadsheet.mail import suppressions

    suppression = suppressions.find(con, subscriber.address_hash)
    if as_json:
        emit_json(shown_row(subscriber, suppression))
        return
    emit(f"subscriber {subscriber.subscriber_id}, {subscriber.state}: {described(subscriber.preferences)}\n")
    if suppression is not None:
        say(
            f"nothing is sent to them: {suppression.reason} since {suppression.since:%Y-%m-%d} "
            f"({suppression.source}); `broadsheet subscribers set {subscriber.subscriber_id} --unsuppress` lifts that"
        )
