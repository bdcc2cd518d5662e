"""Mailpit, the test inbox, as evidence: it is asked for the Message-ID (``GET /api/v1/search``)."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from broadsheet.mail.transport import Evidence

SETTLED_AFTER = timedelta(seconds=60)
"""Mailpit stores a mail before it answers; by then it has, whatever became of the sender."""
TIMEOUT_SECONDS = 10.0

_log = logging.getLogger(__name__)


class _Found(msgspec.Struct):
    message_id: str = msgspec.field(name="MessageID")


class _Answer(msgspec.Struct):
    messages: list[_Found]


class Mailpit:
    """One Mailpit server, by the address of its web page; user and password may stand in it."""

    def __init__(self, url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._url = url.rstrip("/")
        self._now = now

    def lookup(self, message_id: str, since: datetime) -> Evidence:
        """See `broadsheet.mail.evidence.Source`. A server that does not answer may do so later."""
        import requests

        wanted = message_id.strip("<>")
        try:
            answer = requests.get(
                f"{self._url}/api/v1/search",
                params={"query": f'message-id:"{wanted}"', "limit": "50"},
                timeout=TIMEOUT_SECONDS,
            )
            answer.raise_for_status()
            found = msgspec.json.decode(answer.content, type=_Answer).messages
        except requests.RequestException as error:
            _log.warning("mailpit cannot be asked for evidence: %s", type(error).__name__)
            return Evidence.LATER
        except msgspec.DecodeError as error:
            _log.warning("what setting 'evidence' names does not answer as mailpit does: %s", error)
            return Evidence.UNKNOWN
        # The search also finds parts of an identifier.
        if any(mail.message_id == wanted for mail in found):
            return Evidence.ACCEPTED
        return Evidence.ABSENT if self._now() - since >= SETTLED_AFTER else Evidence.LATER
