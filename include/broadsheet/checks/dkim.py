"""DKIM: the public key that receivers check signatures with (RFC 6376)."""

import base64
import binascii
from collections.abc import Iterator

from broadsheet.checks.finding import Area, Finding
from broadsheet.checks.names import Names

AREA = Area("Sender's domain")
LEAST_RSA_BYTES = 270
"""A key of 2048 bits takes 294 bytes in this form, one of 1024 bits 162."""


def check_dkim(names: Names, domain: str, selector: str) -> Iterator[Finding]:
    """The key of ``selector`` at ``domain``. The selector cannot be found out: it stands in signed mails only."""
    if not selector:
        yield AREA.warn(
            "dkim",
            "which key signs the mails is not known here",
            "send a mail to yourself, take s= out of its DKIM-Signature header, and set dkim_selector to it; "
            "without such a header, have your mail server sign",
        )
        return
    place = f"{selector}._domainkey.{domain}"
    records = names.texts(place)
    if not records:
        yield AREA.fail(
            "dkim", f"there is no key at {place}", "publish the key that your mail server signs with"
        )
        return
    yield _judge(place, tags(records[0]))


def tags(record: str) -> dict[str, str]:
    """The record's ``name=value`` pairs (RFC 6376 3.2); names in lower case, spaces around both taken off."""
    pairs = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _judge(place: str, found: dict[str, str]) -> Finding:
    key = "".join(found.get("p", "").split())
    kind = found.get("k", "rsa").lower()
    if not key:
        return AREA.fail(
            "dkim", f"the key at {place} is withdrawn (empty p=)", "sign with a key that is published"
        )
    try:
        size = len(base64.b64decode(key, validate=True))
    except binascii.Error:
        return AREA.fail("dkim", f"the key at {place} is damaged", "publish it again, in one piece")
    if kind == "rsa" and size < LEAST_RSA_BYTES:
        return AREA.warn("dkim", f"the key at {place} is short", "make one of 2048 bits")
    if "y" in found.get("t", "").lower().split(":"):
        return AREA.warn(
            "dkim", f"the key at {place} says that it is a test (t=y)", "take t=y out of the record"
        )
    return AREA.ok("dkim", f"{place}, {kind}")
