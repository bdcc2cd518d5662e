"""`broadsheet preview` and `broadsheet send`: the digest for the one configured address."""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet import settings as configuration
from broadsheet.commands.arguments import TIME_HELP, AsJson, read_time
from broadsheet.commands.output import emit, emit_json, say
from broadsheet.errors import DONE, FAILED, TRY_AGAIN

if TYPE_CHECKING:
    from datetime import datetime

    from broadsheet.digest.edition import Digest
    from broadsheet.mail.deliveries import Day
    from broadsheet.model import ListId, ListKind
    from broadsheet.settings import Settings


class Form(StrEnum):
    """The forms of a digest."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"


def preview(
    as_of: Annotated[str | None, typer.Option(help=f"As if it were then: {TIME_HELP}.")] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print it.")] = Form.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Print the digest as it would be now: what is new since the last one that was delivered. Sends nothing.

    JSON: the document broadsheet.digest/1, the same that the mail is made from.
    """
    from broadsheet.digest.render import render

    settings = configuration.load_settings()
    now = configuration.now(settings)
    digest = _edit(settings, read_time(as_of, now, end_of_day=True) if as_of else now)
    rendered = render(digest)
    if digest.quiet:
        say("a quiet day: nothing entered, came back, rose or left; this would not be sent")
    emit(
        {Form.TEXT: rendered.text, Form.HTML: rendered.html, Form.JSON: rendered.json}[
            Form.JSON if as_json else form
        ]
    )


def send(as_json: AsJson = False) -> None:
    """Send the digest that is due. Sending again sends nothing twice; a quiet day sends nothing and says so.

    Ends with 75 when the mail server wants it later, with 1 when it refuses.

    JSON: {outcome, reason, run, subject, edition_key, delivery_id, news}.
    """
    from broadsheet.mail.deliver import DeliveryOutcome, deliver

    settings = configuration.load_settings()
    report = deliver(settings, configuration.now(settings))
    if as_json:
        emit_json(report)
    else:
        emit(f"{report.outcome}: {report.subject or 'no mail'}: {report.reason}\n")
    codes = {DeliveryOutcome.DEFERRED: TRY_AGAIN, DeliveryOutcome.FAILED: FAILED}
    raise typer.Exit(codes.get(report.outcome, DONE))


def days(settings: "Settings") -> "list[Day]":
    """What became of the digest, day by day, the newest first; empty where none was ever thought of."""
    from broadsheet.mail.deliveries import open_deliveries

    if not settings.mail_path.exists():
        return []
    with open_deliveries(settings.mail_path) as deliveries:
        return deliveries.days()


def _edit(settings: "Settings", until: "datetime") -> "Digest":
    from broadsheet.digest.edit import edit
    from broadsheet.warehouse.store import open_published

    baselines = _baselines(settings, until)
    with open_published(settings) as connection:
        return edit(connection, baselines, until, hub_url=settings.hub_url, timezone=settings.digest_timezone)


def _baselines(settings: "Settings", until: "datetime") -> "dict[ListId | ListKind, datetime | None]":
    """Of each source the board told last; the day before where more than ``until`` has been told already."""
    from broadsheet.mail.address import read_mailbox
    from broadsheet.mail.deliveries import open_deliveries

    sources = settings.digest_sources
    if not settings.digest_to or not settings.mail_path.exists():
        return dict.fromkeys(sources)
    recipient = read_mailbox(settings.digest_to, "digest_to").address
    with open_deliveries(settings.mail_path) as deliveries:
        told = {source: deliveries.told_until(str(source), recipient) for source in sources}
    return {
        source: until - timedelta(days=1) if moment is not None and moment >= until else moment
        for source, moment in told.items()
    }
