"""Names and tokens that only the holder of the secret key can make: deliveries, envelope senders, links.

Each purpose has a key of its own, so that a token for one is worth nothing for another. All are ASCII letters,
digits and ``-_`` and short: the longest stays within what a header line and a local part may hold.
"""

import base64
import hmac
import struct

from broadsheet.mail.address import Mailbox

_MAC_BYTES = 16
_SUBSCRIBER = struct.Struct(">QH")
_ID_DIGITS = 32
_BOUNCE_MAC_DIGITS = 8


def delivery_id(run_key: str, subscriber_id: int, secret: bytes) -> str:
    """32 hex digits: the same for the same run and subscriber, wherever and whenever they are made."""
    return _mac(secret, "delivery", f"{run_key}\n{subscriber_id}".encode()).hex()[:_ID_DIGITS]


def address_hash(address_key: str, secret: bytes) -> str:
    """32 hex digits that stand for an address once it is forgotten."""
    return _mac(secret, "address", address_key.encode()).hex()[:_ID_DIGITS]


def envelope_sender(base: Mailbox, delivery: str, secret: bytes) -> str:
    """The address that a delivery's bounces go to: ``bounces+<delivery>.<mac>@domain`` (VERP)."""
    mac = _mac(secret, "bounce", delivery.encode()).hex()[:_BOUNCE_MAC_DIGITS]
    return f"{base.local}+{delivery}.{mac}@{base.domain}"


def read_envelope_sender(address: str, secret: bytes) -> str | None:
    """The delivery that a bounce's recipient address names; None for one that was not made here."""
    _, _, detail = address.strip().strip("<>").rpartition("@")[0].lower().rpartition("+")
    delivery, _, mac = detail.partition(".")
    wanted = _mac(secret, "bounce", delivery.encode()).hex()[:_BOUNCE_MAC_DIGITS]
    return (
        delivery
        if len(delivery) == _ID_DIGITS and hmac.compare_digest(mac.encode(), wanted.encode())
        else None
    )


def unsubscribe_token(subscriber_id: int, generation: int, secret: bytes) -> str:
    """35 characters that never expire; those of an earlier subscription of the same address are known as such."""
    return _signed(secret, "unsubscribe", _SUBSCRIBER.pack(subscriber_id, generation))


def read_unsubscribe_token(token: str, secret: bytes) -> tuple[int, int] | None:
    """The subscriber and the generation that a token names; None for one that was not made here."""
    content = _verified(secret, "unsubscribe", token)
    return _SUBSCRIBER.unpack(content) if content is not None and len(content) == _SUBSCRIBER.size else None


def _signed(secret: bytes, purpose: str, content: bytes) -> str:
    mac = _mac(secret, purpose, content)[:_MAC_BYTES]
    return base64.urlsafe_b64encode(content + mac).rstrip(b"=").decode("ascii")


def _verified(secret: bytes, purpose: str, token: str) -> bytes | None:
    if not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    content, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    return content if hmac.compare_digest(mac, _mac(secret, purpose, content)[:_MAC_BYTES]) else None


def _mac(secret: bytes, purpose: str, content: bytes) -> bytes:
    return hmac.digest(hmac.digest(secret, purpose.encode(), "sha256"), content, "sha256")
