"""What is read to learn what became of mails: the mailbox of bounces, and the evidence of what was taken."""

import os
from collections.abc import Iterator
from pathlib import Path

from broadsheet.checks.finding import Area, Finding
from broadsheet.errors import UsageError
from broadsheet.mail.bounces.collecting import open_mailbox
from broadsheet.mail.errors import MailError
from broadsheet.settings import Settings

AREA = Area("Afterwards")
KINDS_OF_FILES = frozenset({"postfix", "inbox", "acceptances"})
"""Kinds of evidence that are a file or a folder of this machine."""


def check_bounce_mailbox(settings: Settings, *, offline: bool) -> Iterator[Finding]:
    """Whether the mailbox can be opened; its mails stay as they are."""
    scheme, _, rest = settings.bounce_mailbox.partition(":")
    if not scheme or (offline and scheme.startswith("imap")):
        return
    try:
        with open_mailbox(settings) as mailbox:
            waiting = next(mailbox.waiting(), None)
    except (MailError, UsageError) as error:
        yield AREA.fail("bounce mailbox", str(error), "correct bounce_mailbox")
        return
    if scheme == "maildir" and not os.access(Path(rest).expanduser(), os.W_OK | os.X_OK):
        advice = "give this user permission: what was dealt with is moved to a folder within"
        yield AREA.fail("bounce mailbox", f"{rest} cannot be written", advice)
    else:
        yield AREA.ok("bounce mailbox", "nothing waits" if waiting is None else "mails wait to be collected")


def check_evidence(settings: Settings) -> Iterator[Finding]:
    """Whether evidence that is a file can be read."""
    kind, _, where = settings.evidence.partition(":")
    if kind not in KINDS_OF_FILES or not where:
        return
    if os.access(where, os.R_OK):
        yield AREA.ok("evidence", f"{where} can be read")
    else:
        why = "cannot be read" if Path(where).exists() else "is not there"
        advice = "give this user permission (group adm on Debian), or correct evidence"
        yield AREA.fail("evidence", f"{where} {why}", advice)
