"""SPF: who may send for the domain of the envelope (RFC 7208)."""

import re
from collections.abc import Iterator

from broadsheet.checks.finding import Area, Finding
from broadsheet.checks.names import Names

AREA = Area("Sender's domain")
MOST_LOOKUPS = 10
"""RFC 7208 4.6.4: a receiver that is made to ask more gives up, and SPF fails."""

_ASKS = frozenset({"a", "mx", "ptr", "exists"})
_TERM = re.compile(r"[+?~-]?(?P<name>[a-z0-9_.-]+)(?:[:=](?P<domain>[^/]+))?", re.IGNORECASE)


def check_spf(names: Names, domain: str) -> Iterator[Finding]:
    """The record of ``domain``: that there is one, what it ends with, how many questions it makes."""
    records = _records(names, domain)
    if not records:
        yield AREA.warn(
            "spf",
            f"{domain} does not say who may send for it",
            f'add a TXT record to {domain} such as "v=spf1 mx -all", naming what your mail server sends from',
        )
        return
    if len(records) > 1:
        yield AREA.fail(
            "spf",
            f"{domain} has {len(records)} SPF records, and receivers then heed none",
            "make them one",
        )
        return
    [record] = records
    lookups = _lookups(names, record, MOST_LOOKUPS)
    if lookups > MOST_LOOKUPS:
        yield AREA.fail(
            "spf",
            f"{record}: more than {MOST_LOOKUPS} questions to name servers, so receivers give up",
            "take out what is not needed any more, or name addresses (ip4:, ip6:) instead of hosts",
        )
        return
    yield from _ending(record)


def _ending(record: str) -> Iterator[Finding]:
    terms = record.lower().split()
    if any(term in {"all", "+all"} for term in terms):
        yield AREA.fail("spf", f"{record}: everybody may send", 'end it with "-all" or "~all"')
    elif "-all" in terms or "~all" in terms or any(term.startswith("redirect=") for term in terms):
        yield AREA.ok("spf", record)
    else:
        yield AREA.warn(
            "spf", f"{record}: it does not say what of all others", 'end it with "-all" or "~all"'
        )


def _records(names: Names, domain: str) -> list[str]:
    return [text for text in names.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]


def _lookups(names: Names, record: str, most: int) -> int:
    """How many questions a receiver must ask; counting ends once they are more than ``most``."""
    count = 0
    for term in record.split()[1:]:
        match = _TERM.fullmatch(term.partition("/")[0])
        name, domain = (match["name"].lower(), match["domain"]) if match else ("", None)
        if name in _ASKS:
            count += 1
        elif name in {"include", "redirect"} and domain:
            count += 1
            # A macro stands for something that only the receiver knows.
            if count <= most and "%" not in domain:
                count += sum(_lookups(names, other, most - count) for other in _records(names, domain))
        if count > most:
            break
    return count
