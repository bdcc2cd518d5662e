"""Tokens that expire (itsdangerous): whose confirmation is waited for, and when a form was given out."""

import base64
import hashlib
import hmac
import struct
from datetime import datetime, timedelta

import msgspec
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from broadsheet.mail.tokens import signing_key

CONFIRMED_WITHIN = timedelta(hours=72)
"""How long the link in a confirmation letter is good."""

_WHO = struct.Struct(">QH8s")


class ExpiredError(Exception):
    """The token was made here, but too long ago."""


class Waiting(msgspec.Struct, frozen=True):
    """Whom a confirmation is waited for from: a subscriber, a generation of theirs, and the start of the hash of
    their address."""

    subscriber_id: int
    generation: int
    address_mark: bytes

    @classmethod
    def of(cls, subscriber_id: int, generation: int, address_hash: str) -> "Waiting":
        """For the address of that hash."""
        return cls(subscriber_id, generation, bytes.fromhex(address_hash)[:8])


def confirmation_token(waiting: Waiting, now: datetime, secret: bytes) -> str:
    """About 75 characters, good for `CONFIRMED_WITHIN` from ``now`` on."""
    content = _WHO.pack(waiting.subscriber_id, waiting.generation, waiting.address_mark)
    return _Signer("confirm", secret, now).sign(base64.urlsafe_b64encode(content)).decode("ascii")


def read_confirmation_token(token: str, now: datetime, secret: bytes) -> Waiting | None:
    """Whom a token names; None for one that was not made here.

    Raises:
        ExpiredError: it is older than `CONFIRMED_WITHIN`, or from the future.
    """
    content = _Signer("confirm", secret, now).read(token, CONFIRMED_WITHIN)
    return None if content is None else Waiting(*_WHO.unpack(base64.urlsafe_b64decode(content)))


def form_stamp(now: datetime, secret: bytes) -> str:
    """Says when a form was given out, to nobody in particular."""
    return _Signer("form", secret, now).sign(b"form").decode("ascii")


def form_age(stamp: str, now: datetime, most: timedelta, secret: bytes) -> timedelta | None:
    """How long ago a stamp was made, in whole seconds; None for one that was not made here.

    Raises:
        ExpiredError: longer ago than ``most``, or in the future.
    """
    signer = _Signer("form", secret, now)
    if signer.read(stamp, most) is None:
        return None
    _, made_at = signer.unsign(stamp, return_timestamp=True)
    return now.replace(microsecond=0) - made_at


class _Signer(TimestampSigner):
    """For one purpose, with the clock handed in; of all that reads alike it takes only what it made itself."""

    def __init__(self, purpose: str, secret: bytes, now: datetime) -> None:
        super().__init__(
            signing_key(purpose, secret),
            salt=purpose,
            key_derivation="none",
            digest_method=hashlib.sha256,
        )
        self._now = now

    def get_timestamp(self) -> int:
        """The second that is handed in."""
        return int(self._now.timestamp())

    def read(self, token: str, most: timedelta) -> bytes | None:
        """What was signed. Raises ExpiredError."""
        if not token.isascii():
            return None
        value, _, signature = token.encode().rpartition(self.sep)
        if not hmac.compare_digest(self.get_signature(value), signature):
            return None
        try:
            return self.unsign(token, max_age=int(most.total_seconds()))
        except SignatureExpired as error:
            raise ExpiredError from error
        except BadSignature:
            return None
