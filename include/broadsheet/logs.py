"""What a service writes to standard error: a line of text for a person, or a JSON object a line for a collector.

Who logs hands over what a machine looks for beside the words: ``extra={"run": …, "shard": …}``. Neither form holds
addresses or tokens: whoever logs leaves them out.
"""

import logging
import sys
import time
from datetime import UTC, datetime
from typing import Literal

import msgspec

LogFormat = Literal["text", "json"]

_OWN = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime", "color_message"})
"""What every record has, or uvicorn adds; the rest is what whoever logged handed over."""


class TextLines(logging.Formatter):
    """``2026-11-20 07:00:00 UTC  the words``."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s UTC  %(message)s", "%Y-%m-%d %H:%M:%S")


class JsonLines(logging.Formatter):
    """An object a line: ``time`` (RFC 3339, UTC), ``level``, ``logger``, ``message``, what else was handed over, and
    ``exception`` with the traceback of an error.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; what JSON does not know stands as text."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


def write_to_stderr(log_format: LogFormat, *informing: str) -> None:
    """Let this process log to standard error: warnings of everybody, and what the loggers ``informing`` tell."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == "json" else TextLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in informing:
        logging.getLogger(name).setLevel(logging.INFO)
