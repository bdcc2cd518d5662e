"""Quoted-printable (RFC 2045 6.7) in parts that may be joined: lines of at most 76 characters that end in CRLF."""

from binascii import a2b_qp, b2a_qp

SOFT_BREAK = b"=\r\n"
"""A line's end that is none of the text's."""


def encode(text: str) -> bytes:
    """``text`` with its line breaks. Encoded texts that end in one may be joined."""
    return b2a_qp(text.encode(), istext=True).replace(b"\n", b"\r\n")


def encode_unfinished(text: str) -> bytes:
    """The same for a text that goes on: its last line has room for a soft break."""
    return encode(f"{text}=").removesuffix(b"=3D")


def decode(data: bytes) -> str:
    """The text, with plain line breaks."""
    return a2b_qp(data).decode().replace("\r\n", "\n")
