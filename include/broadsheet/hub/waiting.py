"""How long the hub asks to be left alone: Retry-After (RFC 9110 section 10.2.3) and its own RateLimit header."""

import re
from datetime import datetime

from broadsheet.hub.transfer import Exchange
from broadsheet.times import http_date

_RETRY_STATUSES = frozenset({429, 503})


def asked_wait(answer: Exchange, at: datetime) -> float:
    """Seconds from ``at``, when the answer came; 0 when the hub asks for none or says it illegibly."""
    waits = [_retry_after(answer, at)] if answer.status in _RETRY_STATUSES else []
    limits = ",".join(value for name, value in answer.headers if name.lower() == "ratelimit")
    return max([0.0, *waits, *(_exhausted_for(item) for item in limits.split(","))])


def _retry_after(answer: Exchange, at: datetime) -> float:
    text = (answer.header("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    until = http_date(text)
    if until is None:
        return 0.0
    since = http_date(answer.header("Date") or "") or at  # both by the hub's clock, which may be off
    return (until - since).total_seconds()


def _exhausted_for(item: str) -> float:
    """One item such as ``"api";r=0;t=33``: r requests are left, the window ends in t seconds."""
    parameters = dict(re.findall(r";\s*([rt])\s*=\s*([0-9]{1,9})\b", item))
    return float(parameters.get("t", 0)) if int(parameters.get("r", 1)) == 0 else 0.0
