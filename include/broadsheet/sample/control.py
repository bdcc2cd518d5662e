"""The sample hub's own addresses, by which another process sets its clock and its faults.

POST /_sample/now?at=2026-11-20T07:00:00Z     GET /_sample/now
POST /_sample/fail   {"fault": {"fault": "status", "status": 503}, "prefix": "/papers", "times": 2}
POST /_sample/heal
GET  /_sample/log
"""

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.errors import UsageError
from broadsheet.sample.answers import Answer, Ask, problem
from broadsheet.sample.faults import Trouble
from broadsheet.sample.server import Message

if TYPE_CHECKING:
    from broadsheet.sample.hub import SampleHub

CONTROL_PREFIX = "/_sample/"


def control_answer(hub: "SampleHub", message: Message) -> Answer:
    """Do what a control request asks; 400 with the reason for one that cannot be read."""
    ask = Ask.read(message.target, hub.url)
    try:
        return _obey(hub, message, ask)
    except (ValueError, KeyError, msgspec.MsgspecError, UsageError) as error:
        return problem(400, f"{type(error).__name__}: {error}")


def _obey(hub: "SampleHub", message: Message, ask: Ask) -> Answer:
    match message.method, ask.path.removeprefix(CONTROL_PREFIX):
        case "POST", "now":
            hub.now = datetime.fromisoformat(ask.query["at"])
        case "POST", "fail":
            trouble = msgspec.json.decode(message.body, type=Trouble)
            hub.fail(trouble.prefix, trouble.fault, trouble.times)
        case "POST", "heal":
            hub.heal()
        case "GET", "now":
            pass
        case "GET", "log":
            return Answer(body=msgspec.json.encode(hub.log))
        case _:
            return problem(404, f"no such control; there are: {__doc__}")
    return Answer(body=msgspec.json.encode({"now": hub.now}))
