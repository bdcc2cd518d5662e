"""WARC records that any tool wrote: crawlers, wget, web archives, and this program's own archive."""

import io
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from broadsheet.hub.records import OWN_SOFTWARE, from_record
from broadsheet.hub.urls import is_papers_url, list_from_url
from broadsheet.model import Capture
from broadsheet.times import as_utc

_HTTP = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1", "HTTP/2"], verify=False)


def warc_captures(content: BinaryIO) -> Iterator[Capture]:
    """The captures of the hub's lists and papers, in the order of the file.

    Whatever else a crawl took (images, other sites, requests) is passed over. Out of an archive of this program
    everything comes back as it was.

    Raises:
        ValueError: a record that is cut off or broken, with its number.
    """
    number, is_own = 0, False
    try:
        for record in ArchiveIterator(content, no_record_parse=True):
            number += 1
            block = _block(record)
            if record.rec_type == "warcinfo":
                is_own = OWN_SOFTWARE.encode() in block
            if is_own:
                capture = from_record(record.rec_type, record.rec_headers.get_header, block)
            else:
                capture = _capture(record, block)
            if capture is not None:
                yield capture
    except (ArchiveLoadFailed, EOFError, OSError, zlib.error) as error:
        raise ValueError(f"after record {number}: {error}") from error
    except (ValueError, StatusAndHeadersParserException) as error:
        raise ValueError(f"record {number}: {error}") from error


def _block(record: Any) -> bytes:
    block: bytes = record.raw_stream.read()
    if record.length is None or len(block) != record.length:
        raise ValueError("the record is cut off")
    return block


def _capture(record: Any, block: bytes) -> Capture | None:
    """One record's capture; None for what is no answer of a hub."""
    url, when = (record.rec_headers.get_header(name) for name in ("WARC-Target-URI", "WARC-Date"))
    if record.rec_type not in {"response", "revisit", "resource"} or url is None or not is_papers_url(url):
        return None
    if when is None:
        raise ValueError("the record has no WARC-Date")
    parts: dict[str, Any] = {
        "captured_at": as_utc(datetime.fromisoformat(when)),
        "url": url,
        "asked": list_from_url(url),
    }
    if record.rec_type == "resource":
        kind = record.content_type or "application/octet-stream"
        return Capture(status=200, headers=(("Content-Type", kind),), body=block, **parts)
    return Capture(**parts, **_http(record, block))


def _http(record: Any, block: bytes) -> dict[str, Any]:
    """Status, headers and decoded body of a stored HTTP answer."""
    stream = io.BytesIO(block)
    head = _HTTP.parse(stream)
    answer = ArcWarcRecord("warc", record.rec_type, record.rec_headers, stream, head, None, len(block))
    parts = {
        "status": int(head.get_statuscode()),
        "headers": tuple((name, _octets(value)) for name, value in head.headers),
    }
    encoding = (head.get_header("Content-Encoding") or "identity").strip().lower()
    if encoding not in {"identity", *BufferedReader.get_supported_decompressors()}:
        return parts | {
            "error": f"the body has the content encoding {encoding!r}, which cannot be unpacked here"
        }
    body = answer.content_stream().read()
    if record.rec_type == "revisit" and not body and parts["status"] != 304:
        return parts | {
            "error": "a revisit record: its body stands in another record, which is not looked up"
        }
    return parts | {"body": body}


def _octets(value: str) -> str:
    """A header's value as octets read as Latin-1, on one line: how captures keep headers."""
    line = " ".join(part.strip() for part in value.splitlines())
    return line if all(ord(c) < 256 for c in line) else line.encode("utf-8").decode("latin-1")
