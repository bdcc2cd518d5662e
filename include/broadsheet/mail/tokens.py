"""Names and tokens that only the holder of the secret key can make: deliveries, envelope senders, links.

Each purpose has a key of its own, so that a token for one is worth nothing for another. All are ASCII letters,
digits and ``-_`` and short: the longest stays within what a header line and a local part may hold.
"""

import base64
import hmac
import struct
from functools import cache, lru_cache

from broadsheet.hosts import household
from broadsheet.mail.address import Mailbox

_MAC_BYTES = 16
_SUBSCRIBER = struct.Struct(">QH")
_ID_DIGITS = 32
_BOUNCE_MAC_DIGITS = 8
_UNSUBSCRIBE_DETAIL = "u."


def delivery_id(run_key: str, subscriber_id: int, secret: bytes) -> str:
    """32 hex digits: the same for the same run and subscriber, wherever and whenever they are made."""
    return _mac(secret, "delivery", f"{run_key}\n{subscriber_id}".encode()).hex()[:_ID_DIGITS]


def address_hash(address_key: str, secret: bytes) -> str:
    """32 hex digits that stand for an address once it is forgotten."""
    return _mac(secret, "address", address_key.encode()).hex()[:_ID_DIGITS]


def visitor_hash(host: str, secret: bytes) -> str:
    """32 hex digits that stand for where somebody asks from (see `household`)."""
    return _mac(secret, "visitor", household(host).encode()).hex()[:_ID_DIGITS]


def signing_key(purpose: str, secret: bytes) -> bytes:
    """A key for signatures that are made elsewhere, worth nothing for any other purpose."""
    return _mac(secret, "signing", purpose.encode())


@lru_cache(maxsize=1)  # a mail's envelope says it twice
def envelope_id(delivery: str, secret: bytes) -> str:
    """What a delivery is called in its bounces (ENVID, RFC 3461 4.4): ``<delivery>.<mac>``."""
    return f"{delivery}.{_mac(secret, 'bounce', delivery.encode()).hex()[:_BOUNCE_MAC_DIGITS]}"


def read_envelope_id(text: str, secret: bytes) -> str | None:
    """The delivery that an envelope id names, in whatever case; None for one that was not made here."""
    text = text.strip().lower()
    delivery = text.partition(".")[0]
    if not text.isascii() or len(delivery) != _ID_DIGITS:
        return None
    return delivery if hmac.compare_digest(text, envelope_id(delivery, secret)) else None


def envelope_sender(base: Mailbox, delivery: str, secret: bytes) -> str:
    """The address that a delivery's bounces go to: ``bounces+<delivery>.<mac>@domain`` (VERP)."""
    return f"{base.local}+{envelope_id(delivery, secret)}@{base.domain}"


def read_envelope_sender(address: str, secret: bytes) -> str | None:
    """The delivery that a bounce's recipient address names; None for one that was not made here."""
    return read_envelope_id(_detail(address), secret)


def unsubscribe_token(subscriber_id: int, generation: int, secret: bytes) -> str:
    """35 characters that never expire; those of an earlier subscription of the same address are known as such."""
    return _signed(secret, "unsubscribe", _SUBSCRIBER.pack(subscriber_id, generation))


def read_unsubscribe_token(token: str, secret: bytes) -> tuple[int, int] | None:
    """The subscriber and the generation that a token names; None for one that was not made here."""
    return _subscriber(_verified(secret, "unsubscribe", token))


def preferences_token(subscriber_id: int, generation: int, secret: bytes) -> str:
    """As `unsubscribe_token`, for the page of one's wishes: mail providers, who see that one, cannot open it."""
    return _signed(secret, "preferences", _SUBSCRIBER.pack(subscriber_id, generation))


def read_preferences_token(token: str, secret: bytes) -> tuple[int, int] | None:
    """The subscriber and the generation that a token names; None for one that was not made here."""
    return _subscriber(_verified(secret, "preferences", token))


def selection_name(run_key: str, selection_id: int, secret: bytes) -> str:
    """How a run's selection is named in links: ``17-<mac>``, so that nobody can guess the others."""
    mac = _mac(secret, "selection", f"{run_key}\n{selection_id}".encode())[:_MAC_BYTES]
    return f"{selection_id}-{_text(mac)}"


def read_selection_name(name: str, run_key: str, secret: bytes) -> int | None:
    """The selection of that run that a link names; None for one that was not made here."""
    number = name.partition("-")[0]
    if not (name.isascii() and number.isdecimal() and len(number) < 10):
        return None
    return int(number) if hmac.compare_digest(name, selection_name(run_key, int(number), secret)) else None


def unsubscribe_address(base: Mailbox, subscriber_id: int, generation: int, secret: bytes) -> str:
    """The address that mail to unsubscribes: ``bounces+u.<token>@domain``.

    Its token says what `unsubscribe_token` says, in 42 characters that outlive a server that writes local parts
    in lower case.
    """
    sealed = _sealed(secret, "unsubscribe", _SUBSCRIBER.pack(subscriber_id, generation))
    token = base64.b32encode(sealed).rstrip(b"=").decode("ascii").lower()
    return f"{base.local}+{_UNSUBSCRIBE_DETAIL}{token}@{base.domain}"


def read_unsubscribe_address(address: str, secret: bytes) -> tuple[int, int] | None:
    """The subscriber and the generation that such an address names; None for one that was not made here."""
    detail = _detail(address)
    token = detail.removeprefix(_UNSUBSCRIBE_DETAIL)
    if token == detail or not token.isascii():
        return None
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError:
        return None
    return _subscriber(_opened(secret, "unsubscribe", raw))


def _detail(address: str) -> str:
    """What stands between the last ``+`` of a local part and the ``@``, in lower case."""
    return address.strip().strip("<>").rpartition("@")[0].lower().rpartition("+")[2]


def _subscriber(content: bytes | None) -> tuple[int, int] | None:
    return _SUBSCRIBER.unpack(content) if content is not None and len(content) == _SUBSCRIBER.size else None


def _signed(secret: bytes, purpose: str, content: bytes) -> str:
    return _text(_sealed(secret, purpose, content))


def _verified(secret: bytes, purpose: str, token: str) -> bytes | None:
    if not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    # The last character holds bits that say nothing: of all that read alike only one was made here.
    return _opened(secret, purpose, raw) if _text(raw) == token else None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _sealed(secret: bytes, purpose: str, content: bytes) -> bytes:
    return content + _mac(secret, purpose, content)[:_MAC_BYTES]


def _opened(secret: bytes, purpose: str, raw: bytes) -> bytes | None:
    content, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    return content if hmac.compare_digest(mac, _mac(secret, purpose, content)[:_MAC_BYTES]) else None


def _mac(secret: bytes, purpose: str, content: bytes) -> bytes:
    return hmac.digest(_key(secret, purpose), content, "sha256")


@cache
def _key(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, purpose.encode(), "sha256")
