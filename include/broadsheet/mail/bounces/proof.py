"""Which delivery a report is about, by what only who got that mail on its way can know.

Anybody can write a report that looks like a mail server's, so the addresses in it prove nothing. What does:

- an envelope sender made by `tokens`, wherever it stands: whom the report was sent to, an envelope id, the
  Return-Path of the returned mail;
- the token in the returned mail's List-Unsubscribe, together with a delivery's number (its X-Digest-Delivery, its
  Message-ID, the Original-Envelope-Id) that went to the same subscriber.

A number alone is not enough, not even with its recipient's address: both stand in a reply on a public list. And
who holds a proof can at most end the subscription that it came with.
"""

import re
from collections.abc import Iterator
from email.message import Message

import msgspec

from broadsheet.mail.bounces.arf import feedback_parts
from broadsheet.mail.bounces.dsn import status_parts
from broadsheet.mail.bounces.fields import read_fields
from broadsheet.mail.bounces.reading import addresses, headers, texts
from broadsheet.mail.tokens import (
    read_envelope_id,
    read_unsubscribe_address,
    read_unsubscribe_token,
)

_SENT_TO = (
    "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-Forwarded-To",
    "Original-Recipient", "Apparently-To", "To", "Cc", "Resent-To",
)  # fmt: skip
_FOR = re.compile(r"\bfor\s+<?([^\s<>;]+@[^\s<>;]+)")
_ENVELOPE_ID = re.compile(r"(?<![0-9a-z])[0-9a-f]{32}\.[0-9a-f]{8}(?![0-9a-z])", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])", re.IGNORECASE)
_REFERRING = ("In-Reply-To", "References")
_NUMBERED = ("X-Digest-Delivery", "Message-ID", *_REFERRING)
_NUMBERED_LINE = re.compile(r"^[ \t>]*(?:X-Digest-Delivery|Message-ID):(.*)$", re.IGNORECASE | re.MULTILINE)
_LINK = re.compile(r"<(https?://[^<>\s]+)>")
_MOST_CHARACTERS = 500_000
_MOST_NUMBERS = 20


class Claim(msgspec.Struct, frozen=True):
    """What a report refers to: numbers that may be deliveries', the likeliest first.

    ``proven``: it is one number, and only who got the mail can have known it. ``subscribers``: whom the valid
    tokens in a returned List-Unsubscribe name.
    """

    deliveries: tuple[str, ...]
    proven: bool = False
    subscribers: frozenset[int] = frozenset()


def unsubscribing(mail: Message, secret: bytes) -> tuple[int, int] | None:
    """The subscriber and generation whose unsubscribe address the mail was sent to; None if to no such address."""
    for address in _sent_to(mail):
        if named := read_unsubscribe_address(address, secret):
            return named
    return None


def find_claim(mail: Message, secret: bytes) -> Claim | None:
    """The delivery that a report is about, by the best there is; None if it names none."""
    for text in _places(mail):
        for match in _ENVELOPE_ID.finditer(text):
            if delivery := read_envelope_id(match[0], secret):
                return Claim((delivery,), proven=True)
    numbers = dict.fromkeys(
        number.lower() for text in _numbered(mail) for number in _NUMBER.findall(text)[:_MOST_NUMBERS]
    )
    if not numbers:
        return None
    return Claim(tuple(numbers)[:_MOST_NUMBERS], subscribers=_named_by_tokens(mail, secret))


def _sent_to(mail: Message) -> Iterator[str]:
    for value in headers(mail, *_SENT_TO):
        yield from addresses(value)
    for value in headers(mail, "Received"):
        yield from _FOR.findall(value)


def _places(mail: Message) -> Iterator[str]:
    """Everything that may name an envelope: whom it was sent to goes before what it quotes."""
    yield from _sent_to(mail)
    for part in mail.walk():
        yield from (str(value) for value in part.values())
    for part in (*status_parts(mail), *feedback_parts(mail)):
        for fields in read_fields(part):
            yield from fields.values()
    for text in texts(mail):
        yield text[:_MOST_CHARACTERS]


def _numbered(mail: Message) -> Iterator[str]:
    """What may hold a delivery's number; not the report's own Message-ID."""
    for part in mail.walk():
        yield from headers(part, *(_NUMBERED if part is not mail else _REFERRING))
    for part in status_parts(mail):
        for fields in read_fields(part):
            yield fields.get("original-envelope-id", "")
    for text in texts(mail):
        yield from _NUMBERED_LINE.findall(text[:_MOST_CHARACTERS])


def _named_by_tokens(mail: Message, secret: bytes) -> frozenset[int]:
    named = []
    for part in mail.walk():
        for value in headers(part, "List-Unsubscribe"):
            named += [read_unsubscribe_address(address, secret) for address in addresses(value)]
            named += [
                read_unsubscribe_token(link.rpartition("/")[2], secret) for link in _LINK.findall(value)
            ]
    return frozenset(found[0] for found in named if found is not None)
