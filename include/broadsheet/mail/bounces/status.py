"""What a failed delivery's status means for the address (RFC 3463), and what stands in for a missing one."""

import re

import msgspec

from broadsheet.mail.bounces.kinds import Kind


class Judgement(msgspec.Struct, frozen=True):
    """A failure's kind, the reason in words, and the status that says so, if one does."""

    kind: Kind
    reason: str
    status: str | None = None


_SOME_TIME = "it could not be delivered for some time"
_NO_ADDRESS = "there is no such address"
_FULL = "the mailbox is full"
_RULES = "refused by the server's rules"
UNSAID = "it could not be delivered, for no reason that is given"

_BY_STATUS: tuple[tuple[str, Kind, str], ...] = (
    (r"4\..*", Kind.SOFT, _SOME_TIME),
    (r"5\.1\.[78]", Kind.POLICY, "our own address was refused"),
    (r"5\.1\..*", Kind.HARD, _NO_ADDRESS),
    (r"5\.2\.1", Kind.HARD, "the mailbox is closed"),
    (r"5\.2\.2", Kind.SOFT, _FULL),
    (r"5\.(?:2\.3|3\.4)", Kind.POLICY, "the mail was refused as too large"),
    (r"5\.4\.(?:[14]|310)", Kind.HARD, "there is no such host or address"),
    (r"5\.4\.7", Kind.SOFT, _SOME_TIME),
    (r"5\.[234]\..*", Kind.SOFT, "the mailbox or its server had trouble"),
    (r"5\.5\..*", Kind.POLICY, "our way of sending was refused"),
    (r"5\.6\..*", Kind.POLICY, "the mail's content was refused"),
    (r"5\.7\..*", Kind.POLICY, _RULES),
    (r"5\..*", Kind.SOFT, UNSAID),
)
"""5.4.1 is what Exchange Online says of an unknown recipient, 5.4.310 of an unknown domain."""

_WHO = r"(?:user|recipient|mailbox|address|account|person|addressee)"
_BY_WORDS: tuple[tuple[str, Kind, str], ...] = (
    (rf"quota|{_WHO} (?:is |size )?(?:full|exceed)|full mailbox|insufficient|out of space", Kind.SOFT, _FULL),
    (
        r"spam|junk|blocked|black ?list|block ?list|policy|reputation|dmarc|\bspf\b|dkim|denied|banned|virus"
        r"|sender|client host|reverse|\bptr\b|\bhelo\b",
        Kind.POLICY,
        _RULES,
    ),
    (
        rf"(?:unknown|no such|invalid|bad|unrout\w+|undeliverable)\s+(?:local |virtual |email |e-mail )?{_WHO}"
        rf"|{_WHO}\b[^.;]{{0,60}}?\b(?:not found|unknown|does(?:n['’]t| not) exist|unavailable|disabled|inactive"
        r"|closed|invalid|not (?:valid|listed|known|recognized))"
        rf"|(?:no|find the|(?:doesn['’]t have|isn['’]t) an?(?: \S+)?) {_WHO}|nobody by that name|not listed in"
        r"|host (?:or domain name )?(?:not found|unknown)|unknown host|no such (?:host|domain)|user_unknown",
        Kind.HARD,
        _NO_ADDRESS,
    ),
)
"""What costs nobody their subscription goes first."""

_ENHANCED = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_SMTP_4XX = re.compile(r"(?:^|;|said:)\s*4\d\d[\s-]")
_VAGUE = re.compile(r"5\.(?:0\.\d+|[2-5]\.0)")


def judge_failure(status: str, diagnostic: str) -> Judgement:
    """What a failure means, by a report's Status and by what the other server said (Diagnostic-Code, or a text).

    The other server's own code goes before the status that the reporter made of its answer: Sendmail calls a bare
    550 a 5.1.1, be it about spam. A status that says little, such as 5.0.0, is helped by the words. A failure of
    which nothing is known is ``soft``.
    """
    said, reported = find_status(diagnostic), find_status(status)
    if said and not _VAGUE.fullmatch(said):
        return _by_status(said)
    if _SMTP_4XX.search(diagnostic):
        return Judgement(Kind.SOFT, _SOME_TIME, reported or said)
    worded = _by_words(diagnostic, reported or said)
    if reported and not _VAGUE.fullmatch(reported):
        judged = _by_status(reported)
        return worded if worded and judged.kind is Kind.HARD else judged
    if worded:
        return worded
    code = said or reported
    return _by_status(code) if code else Judgement(Kind.SOFT, UNSAID)


def find_status(text: str) -> str | None:
    """The first status of a failure in ``text``, such as ``5.1.1``."""
    match = _ENHANCED.search(text)
    return ".".join(str(int(number)) for number in match.groups()) if match else None


def _by_status(code: str) -> Judgement:
    return next(
        Judgement(kind, reason, code) for rule, kind, reason in _BY_STATUS if re.fullmatch(rule, code)
    )


def _by_words(text: str, code: str | None) -> Judgement | None:
    folded = " ".join(text.casefold().split())
    for rule, kind, reason in _BY_WORDS:
        if re.search(rule, folded):
            return Judgement(kind, reason, code)
    return None
