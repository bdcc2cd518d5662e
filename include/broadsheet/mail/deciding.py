"""What each member of an audience is told, or why nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from broadsheet.digest.edition import Edition
from broadsheet.digest.forme import Fragments, Selection
from broadsheet.digest.picking import Picker
from broadsheet.digest.press import Press
from broadsheet.digest.stock import Stock, Stocks
from broadsheet.digest.wishes import Wishes
from broadsheet.mail.identity import Kind, is_allowed
from broadsheet.mail.members import Member, Need
from broadsheet.mail.states import Reason
from broadsheet.settings import Settings


class Told(msgspec.Struct, frozen=True):
    """A mail: what it is made of, and the numbers of the stocks that it tells of."""

    selection: Selection
    stocks: tuple[int, ...]


class Editor:
    """Decides for one run. Members who are told the same share what is made for them."""

    def __init__(self, settings: Settings, stocks: Stocks | None, until: datetime) -> None:
        """``stocks`` is None while nothing was published."""
        self._settings = settings
        self._stocks = stocks
        self._shelf: list[Stock] = stocks.stocks if stocks else []
        self._picker = Picker(self._shelf)
        self._press = Press(self._shelf, settings.hub_url, until)

    def read(self, needs: Iterable[Need]) -> None:
        """Read beforehand what will be needed."""
        for need in needs:
            self._numbers(need)

    def decide(self, member: Member) -> Told | Reason | None:
        """The mail, the reason why there is none, or None while nothing is known of any of their lists."""
        barred = self._barred(member)
        if barred is not None:
            return barred
        which = tuple(number for need in member.needs for number in self._numbers(need))
        if not which:
            return None
        picked = self._picker.pick(which, member.wishes)
        preferences = member.preferences
        if picked.empty and not preferences.quiet_days:
            unasked = self._picker.pick(which, Wishes())
            return Reason.NOTHING_NEW if unasked.empty else Reason.NO_MATCH
        selection = self._press.set(picked, timezone=preferences.timezone, most=preferences.max_items)
        return Told(selection, picked.stocks)

    def editions(self, stocks: Sequence[int]) -> Iterator[Edition]:
        """The editions that stand behind those numbers."""
        return (self._shelf[number].edition for number in stocks)

    def fragments(self) -> Fragments:
        """All fragments that the mails so far are made of."""
        return self._press.fragments()

    def _numbers(self, need: Need) -> tuple[int, ...]:
        return self._stocks.of(*need) if self._stocks else ()

    def _barred(self, member: Member) -> Reason | None:
        if member.kind == Kind.CHANNEL and member.address not in self._settings.channels:
            return Reason.NO_CHANNEL
        if member.is_suppressed:
            return Reason.SUPPRESSED
        allowed = is_allowed(member.kind, member.address, self._settings.recipients_allow)
        return None if allowed else Reason.NOT_ALLOWED
