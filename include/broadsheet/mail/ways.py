"""Where each kind of message goes, and where it is looked up."""

from datetime import datetime

from broadsheet.mail.composer import message_id
from broadsheet.mail.identity import Kind
from broadsheet.mail.transport import Evidence, Transport, choose_transport
from broadsheet.settings import Settings


class Ways:
    """One transport for each kind of message, made when it is needed first.

    Args:
        mail: where mails go; default: as the settings say.
    """

    def __init__(self, settings: Settings, mail: Transport | None = None) -> None:
        self._settings = settings
        self._ways = {} if mail is None else {str(Kind.MAIL): mail}

    def of(self, kind: str) -> Transport:
        """The way of that kind. Raises SettingsError for an address or a kind of evidence that is none."""
        if kind not in self._ways:
            self._ways[kind] = choose_transport(self._settings, "channel" if kind == Kind.CHANNEL else "mail")
        return self._ways[kind]

    def lookup(self, delivery_id: str, kind: str, since: datetime) -> Evidence:
        """Whether that delivery was taken when it was offered at ``since`` (aware)."""
        return self.of(kind).lookup(message_id(self._settings, delivery_id), since)
