"""Where it can be looked up, after the fact, whether the next hop took a mail."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from broadsheet.mail.transport import Evidence
from broadsheet.settings import Settings, SettingsError


class Source(Protocol):
    """Something that knows what was taken."""

    def lookup(self, message_id: str, since: datetime) -> Evidence:
        """What it knows of the mail with that Message-ID, which was offered at ``since`` (aware)."""
        ...


def choose_source(settings: Settings) -> Source | None:
    """What setting ``evidence`` names; None if it is empty.

    Raises:
        SettingsError: it names no kind of evidence that there is (the message does not repeat it), or Postfix's
            log without a Postfix in ``smtp_url``.
    """
    if not settings.evidence:
        return None
    kind, _, where = settings.evidence.partition(":")
    match kind, where:
        case "postfix", str() if where:
            from broadsheet.mail.evidence.postfix import PostfixLog
            from broadsheet.mail.relay import greet, read_relay

            return PostfixLog(Path(where), knock=partial(greet, read_relay(settings.smtp_url)))
        case "mailpit", str() if where.startswith(("http://", "https://")):
            from broadsheet.mail.evidence.mailpit import Mailpit

            return Mailpit(where)
        case "inbox", str() if where:
            from broadsheet.mail.evidence.folder import Folder

            return Folder(Path(where))
        case "acceptances", str() if where:
            from broadsheet.mail.evidence.acceptances import AcceptanceLog

            return AcceptanceLog(Path(where))
    raise SettingsError(
        "setting 'evidence' is none that there is: write postfix:/var/log/mail.log, "
        "mailpit:http://localhost:8025, inbox:/folder or acceptances:/file"
    )
