"""One look into the bounce mailbox."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from broadsheet.mail.bounces.effects import set_aside, settle
from broadsheet.mail.bounces.mailbox import Mailbox, Waiting
from broadsheet.mail.bounces.maildir import Maildir
from broadsheet.mail.bounces.reading import MOST_BYTES, UnreadableError
from broadsheet.mail.bounces.report import name_of, read_report
from broadsheet.mail.database import Database, open_database
from broadsheet.mail.secret import secret_key
from broadsheet.settings import Settings, SettingsError

_log = logging.getLogger(__name__)


class CollectReport(msgspec.Struct, frozen=True):
    """What one look found.

    ``kinds`` counts the reports dealt with for the first time by what they said (`Kind`), ``quarantined`` the
    mails set aside by why. ``suppressed``: addresses that are not written to from now on. ``repeated``: reports
    that had been dealt with before.
    """

    kinds: dict[str, int] = {}
    quarantined: dict[str, int] = {}
    suppressed: int = 0
    repeated: int = 0

    @property
    def mails(self) -> int:
        """How many mails were read."""
        return sum(self.kinds.values()) + sum(self.quarantined.values()) + self.repeated


def collect(settings: Settings, now: datetime) -> CollectReport:
    """Read what waits in ``bounce_mailbox``, act on it, and move it out of the way; nothing if there is none.

    Each mail is dealt with in one transaction and then moved. If the process ends in between, the mail is read
    again and changes nothing.

    Raises:
        SettingsError: bounce_mailbox is no address of a mailbox.
        MailError: the mailbox or the mail database cannot be used; what was not dealt with still waits.
    """
    if not settings.bounce_mailbox:
        return CollectReport()
    secret = secret_key(settings)
    with open_mailbox(settings) as mailbox, open_database(settings) as database:
        return _collect(mailbox, database, secret, now)


@contextmanager
def open_mailbox(settings: Settings) -> Iterator[Mailbox]:
    """The mailbox of setting ``bounce_mailbox``. Raises SettingsError, and MailError as `collect`."""
    scheme, _, rest = settings.bounce_mailbox.partition(":")
    if scheme == "maildir" and rest:
        yield Maildir(Path(rest).expanduser())
    elif scheme in {"imap", "imaps"}:
        from broadsheet.mail.bounces.imap import open_imap, read_account

        with open_imap(read_account(settings.bounce_mailbox)) as mailbox:
            yield mailbox
    else:
        raise SettingsError(
            "setting 'bounce_mailbox' is no address of a mailbox: write maildir:/path or "
            "imaps://user:password@host/INBOX"
        )


def _collect(mailbox: Mailbox, database: Database, secret: bytes, now: datetime) -> CollectReport:
    kinds, quarantined = Counter[str](), Counter[str]()
    suppressed = repeated = 0
    for mail in mailbox.waiting():
        try:
            report = read_report(mail.data, secret)
        except UnreadableError as error:
            reason = _reason(mail, error)
            with database.write() as con:
                set_aside(con, name_of(mail.data), reason, now)
            mailbox.quarantine(mail)
            quarantined[reason] += 1
            _log.warning("a mail in the bounce mailbox is set aside: %s", reason)
            continue
        with database.write() as con:
            settled = settle(con, report, secret, now)
        mailbox.done(mail)
        suppressed += settled.suppressed
        repeated += settled.repeated
        if not settled.repeated:
            kinds[settled.kind] += 1
    return CollectReport(dict(kinds), dict(quarantined), suppressed, repeated)


def _reason(mail: Waiting, error: UnreadableError) -> str:
    if len(mail.data) == MOST_BYTES:
        return f"{error}; it has more than {MOST_BYTES:,} bytes, of which no more are read"
    return str(error)
