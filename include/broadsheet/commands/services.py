"""What a command that stays says of itself: to a person, or to whoever collects its log."""

import logging
import time
from collections.abc import Mapping

from broadsheet import logs
from broadsheet.commands.output import emit, facts, say
from broadsheet.settings import Settings

_log = logging.getLogger("broadsheet.service")


class Voice:
    """The voice of one service: plain words, or with ``log_format`` json an object a line on standard error."""

    def __init__(self, settings: Settings) -> None:
        self._is_json = settings.log_format == "json"
        logs.write_to_stderr(settings.log_format, "broadsheet.web", "broadsheet.service")

    def begin(self, told: Mapping[str, str]) -> None:
        """It stands: where, and with what."""
        if self._is_json:
            _log.info("serving", extra=dict(told))
        else:
            emit(facts(dict(told)))

    def say(self, words: str) -> None:
        """What it does just now."""
        if self._is_json:
            _log.info("%s", words.strip())
        else:
            say(words)

    def report(self, words: str) -> None:
        """What happened just now: with the time."""
        if self._is_json:
            _log.info("%s", words)
        else:
            emit(f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC  {words}\n")
