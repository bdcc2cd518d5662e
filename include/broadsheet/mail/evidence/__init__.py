"""Where it can be looked up, after the fact, whether the next hop took a mail."""

from datetime import datetime
from typing import Protocol

from broadsheet.mail.transport import Evidence


class Source(Protocol):
    """Something that knows what was taken."""

    def lookup(self, message_id: str, since: datetime) -> Evidence:
        """What it knows of the mail with that Message-ID, which was offered at ``since`` (aware)."""
        ...
