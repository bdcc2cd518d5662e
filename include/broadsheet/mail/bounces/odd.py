"""Bounces in no standard form: qmail's, old Exim's, those in plain words."""

import logging
import re
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from broadsheet.mail.bounces.kinds import Kind, Told
from broadsheet.mail.bounces.reading import texts
from broadsheet.mail.bounces.status import UNSAID, judge_failure

MOST_BYTES = 200_000
"""flufl.bounce tries some hundred patterns on each line."""
_MOST_CHARACTERS = 20_000

_RETURNED_MAIL = re.compile(
    r"^(?:[-=|]{2}.*(?:copy of|original|returned|unsent|message text).*"
    r"|.*(?:(?:original|returned|unsent) (?:message|mail)|message headers?) follow.*"
    r"|(?:Return-Path|Received):.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_STILL_TRIED = re.compile(
    r"(?:has|have) (?:been delayed|not (?:yet )?been delivered yet|not yet been delivered)|delivery (?:is )?delayed"
    r"|will (?:be retried|be re-?tried|keep trying|continue to|try again|retry)|still trying|warning message only",
    re.IGNORECASE,
)


def read_odd(mail: Message, data: bytes) -> list[Told]:
    """What the words of a bounce say; nothing if they are not understood. ``data`` is the mail as it came.

    Raises:
        one of `reading.PARSER_ERRORS`: flufl.bounce does not get along with it.
    """
    from flufl.bounce import all_failures

    # It would write a traceback to standard error, with what the mail says in it.
    logging.getLogger("flufl.bounce").disabled = True
    temporary, permanent = all_failures(BytesParser(policy=compat32).parsebytes(data[:MOST_BYTES]))
    words = _own_words(mail)
    if (temporary and not permanent) or _STILL_TRIED.search(words):
        return [Told(Kind.DELAYED, "it is still being tried")]
    judged = judge_failure("", words)
    if not permanent and judged.reason == UNSAID:
        return []
    return [Told(judged.kind, judged.reason, judged.status)]


def _own_words(mail: Message) -> str:
    """What the reporter says itself: the texts up to the mail that is returned."""
    text = "\n".join(texts(mail))[:_MOST_CHARACTERS]
    returned = _RETURNED_MAIL.search(text)
    return text[: returned.start()] if returned else text
