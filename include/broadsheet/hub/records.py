"""One capture as one WARC 1.1 record (ISO 28500:2017), and back, exactly.

An answer is a `response`; a 304 is a `revisit` of the profile server-not-modified; a request without an
answer is a `metadata` record whose block is the error. What WARC has no field for stands in fields that begin
with ``Broadsheet-``, each a JSON value.

The payload is the decoded body, so header fields that speak of the transfer no longer describe it: they are
kept under ``X-Archive-Orig-``, as web archives do. HTTP headers are octets read as Latin-1.
"""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from broadsheet import __version__
from broadsheet.model import Capture, parse_list_id

FIELD_PREFIX = "Broadsheet-"
OWN_SOFTWARE = "software: broadsheet/"
"""What the record that opens a file of this program says."""
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_ORIGINAL_PREFIX = "X-Archive-Orig-"
_TRANSFER_HEADERS = frozenset({"content-encoding", "transfer-encoding"})
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_STATUS_LINE = re.compile(r"HTTP/\S+ (\d+)")
_OWN_FIELDS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "asked": (str, parse_list_id),
    "error": (str, str),
    "final_url": (str, str),
    "part_of": (int, int),
}
"""Fields of a capture that WARC does not know: how each becomes a JSON value, and back."""


def encode(capture: Capture) -> bytes:
    """The capture as one gzip member that holds one WARC record.

    Raises:
        ValueError: no capture that the client or an import makes: a line break in a header or blank in the
            address, characters beyond Latin-1 in a header, a body without a status.
    """
    if any(character.isspace() for character in capture.url):
        raise ValueError(f"the address {capture.url!r} holds blanks")
    if capture.status is None and (capture.body or capture.headers):
        raise ValueError("a body or headers without a status are no answer")
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    writer.write_record(_record(writer, capture))
    return out.getvalue()


def encode_info(written_at: datetime) -> bytes:
    """The record that opens a file and says what wrote it, as one gzip member."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    info = {
        "software": f"broadsheet/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    record = writer.create_warcinfo_record(None, info)
    record.rec_headers.replace_header("WARC-Date", _warc_date(written_at))
    writer.write_record(record)
    return out.getvalue()


def decode(content: bytes) -> Capture | None:
    """The capture in one unpacked WARC record; None for a record that holds none (`warcinfo`).

    Raises:
        ValueError: no WARC record, or one that lacks what a capture needs.
    """
    try:
        record = ArcWarcRecordLoader().parse_record_stream(
            io.BytesIO(content), known_format="warc", no_record_parse=True
        )
    except (ArchiveLoadFailed, EOFError) as error:
        raise ValueError(f"no WARC record: {error}") from None
    block = record.raw_stream.read()
    if len(block) != record.length:
        raise ValueError(f"the record's block has {len(block)} bytes instead of {record.length}")
    return from_record(record.rec_type, record.rec_headers.get_header, block)


def from_record(kind: str, field: Callable[[str], str | None], block: bytes) -> Capture | None:
    """The capture in a record that `encode` wrote, given the record's type, its fields and its block."""
    if kind == "warcinfo":
        return None
    when, url = field("WARC-Date"), field("WARC-Target-URI")
    if when is None or url is None:
        raise ValueError("the record lacks its WARC-Date or its WARC-Target-URI")
    own = {
        name: read(json.loads(text))
        for name, (_, read) in _OWN_FIELDS.items()
        if (text := field(_field_name(name))) is not None
    }
    status, headers, body = (None, (), b"") if kind == "metadata" else _read_http(block)
    return Capture(
        captured_at=datetime.fromisoformat(when), url=url, status=status, headers=headers, body=body, **own
    )


def _record(writer: Any, capture: Capture) -> Any:
    fields = {"WARC-Date": _warc_date(capture.captured_at)}
    for name, (write, _) in _OWN_FIELDS.items():
        value = getattr(capture, name)
        if value is not None:
            fields[_field_name(name)] = json.dumps(write(value))
    if capture.status is None:
        block = (capture.error or "no answer").encode("utf-8", "backslashreplace")
        return writer.create_warc_record(
            capture.url,
            "metadata",
            payload=io.BytesIO(block),
            length=len(block),
            warc_content_type="text/plain; charset=utf-8",
            warc_headers_dict=fields,
        )
    not_modified = capture.status == HTTPStatus.NOT_MODIFIED and not capture.body
    if not_modified:
        fields["WARC-Profile"] = NOT_MODIFIED_PROFILE
    return writer.create_warc_record(
        capture.url,
        "revisit" if not_modified else "response",
        payload=io.BytesIO(capture.body),
        length=len(capture.body),
        warc_headers_dict=fields,
        http_headers=_HttpHead(capture),
    )


class _HttpHead(StatusAndHeaders):  # type: ignore[misc]
    """A capture's status line and headers. warcio would percent-encode what is not ASCII; the octets shall stay."""

    def __init__(self, capture: Capture) -> None:
        super().__init__(str(capture.status), [], protocol="HTTP/1.1")
        self._block = _write_http_head(capture)

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        _ = header_filter
        self.headers_buff = self._block


def _write_http_head(capture: Capture) -> bytes:
    lines = [f"HTTP/1.1 {capture.status} {_PHRASES.get(capture.status or 0, '')}".rstrip()]
    for name, value in capture.headers:
        if {"\r", "\n"} & {*name, *value} or ":" in name:
            raise ValueError(f"the header {name!r}: {value!r} does not fit on its line")
        lines.append(f"{_archived_name(name, value, capture)}: {value}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _archived_name(name: str, value: str, capture: Capture) -> str:
    lower = name.lower()
    wrong_length = lower == "content-length" and value.strip() != str(len(capture.body))
    taken = lower.startswith(_ORIGINAL_PREFIX.lower())
    return f"{_ORIGINAL_PREFIX}{name}" if lower in _TRANSFER_HEADERS or wrong_length or taken else name


def _read_http(block: bytes) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    head, _, body = block.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("latin-1").split("\r\n")
    match = _STATUS_LINE.match(status_line)
    if match is None:
        raise ValueError(f"{status_line!r} is no status line")
    pairs = (line.partition(": ") for line in lines)
    return (
        int(match[1]),
        tuple((name.removeprefix(_ORIGINAL_PREFIX), value) for name, _, value in pairs),
        body,
    )


def _field_name(name: str) -> str:
    return FIELD_PREFIX + name.replace("_", "-").title()


def _warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
