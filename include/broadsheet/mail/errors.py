"""What can go wrong with mail before any of it is sent."""

from broadsheet.errors import BroadsheetError, TryAgainError, UsageError


class MailError(BroadsheetError):
    """The store of deliveries or the key cannot be used; the message names the file."""


class MailAwayError(TryAgainError, MailError):
    """The mail database cannot be reached now, or went away."""


class MailBusyError(TryAgainError):
    """Another process is sending."""


class AddressError(UsageError):
    """Not a mail address that mail can be sent to or from."""
