"""What the mails of one run have beside their content: author, date, the address for bounces, the reader's links."""

from datetime import datetime

from broadsheet.digest.forme import Links
from broadsheet.mail.address import bounce_base, read_mailbox
from broadsheet.mail.message import Envelope, Letterhead, MailingList
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import RunKind
from broadsheet.mail.tokens import (
    envelope_id,
    envelope_sender,
    preferences_token,
    selection_name,
    unsubscribe_address,
    unsubscribe_token,
)
from broadsheet.settings import Settings


class Stationery:
    """One run's; ``date`` is the time at which it was opened.

    Raises:
        AddressError: digest_from or bounce_address is no address.
    """

    def __init__(self, settings: Settings, run_key: str, kind: RunKind, date: datetime) -> None:
        self._settings = settings
        self._run_key = run_key
        self._kind = kind
        self._date = date
        self._secret = secret_key(settings)
        self._author = read_mailbox(settings.digest_from, "digest_from")
        self._postbox = bounce_base(settings)

    def letterhead(self, to: MailingList | None) -> Letterhead:
        """The headers that many of its mails share."""
        return Letterhead(
            author=self._author,
            date=self._date,
            run_key=self._run_key,
            stream=self._kind,
            mailing_list=to,
        )

    def envelope(self, delivery_id: str, address: str) -> Envelope:
        """Of the mail to that address."""
        sender = envelope_sender(self._postbox, delivery_id, self._secret)
        return Envelope(sender, address, not address.isascii(), envelope_id(delivery_id, self._secret))

    def links(self, subscriber_id: int, generation: int, selection_id: int) -> Links:
        """The reader's own pages; and an address, where mail to it is read."""
        who = subscriber_id, generation
        reply = (
            f"mailto:{unsubscribe_address(self._postbox, *who, self._secret)}?subject=unsubscribe"
            if self._settings.bounce_address
            else None
        )
        if not self._settings.public_url:
            return Links(reply_unsubscribe=reply)
        place = self._settings.public_url.rstrip("/")
        selection = selection_name(self._run_key, selection_id, self._secret)
        return Links(
            unsubscribe=f"{place}/unsubscribe/{unsubscribe_token(*who, self._secret)}",
            preferences=f"{place}/preferences/{preferences_token(*who, self._secret)}",
            view=f"{place}/editions/{self._run_key}/{selection}",
            reply_unsubscribe=reply,
        )
