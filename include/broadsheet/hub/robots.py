"""The hub's robots.txt (RFC 9309): what it allows, kept for a day for all processes of one home folder."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from broadsheet.hub.statefiles import unusable, write_whole

AGENT = "broadsheet"
"""The product token that a robots.txt names to address this program."""
PATH = "/robots.txt"
KEPT_FOR = timedelta(hours=24)
"""RFC 9309 section 2.4: not to be used longer."""
MAX_BYTES = 512 * 1024
"""How much of it is read (section 2.5)."""


class Robots(msgspec.Struct, frozen=True):
    """One hub's robots.txt. An empty ``text`` allows everything."""

    hub_url: str
    fetched_at: datetime
    text: str

    def allows(self, url: str) -> bool:
        """Whether this program may ask for ``url``."""
        from protego import Protego

        return bool(Protego.parse(self.text).can_fetch(url, AGENT))

    def is_fresh(self, now: datetime) -> bool:
        """Whether it may still be used. One from the future was fetched under another clock."""
        return timedelta(0) <= now - self.fetched_at < KEPT_FOR


class RobotsFile:
    """The copy in the home folder. It is only a copy: one that is unreadable is fetched anew."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "robots.json"

    def load(self, hub_url: str, now: datetime) -> Robots | None:
        """The fresh copy of this hub's, if there is one."""
        try:
            robots = msgspec.json.decode(self._file.read_bytes(), type=Robots)
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        except OSError as error:
            raise unusable(self._file, error) from error
        return robots if robots.hub_url == hub_url and robots.is_fresh(now) else None

    def save(self, robots: Robots) -> None:
        """Keep it for the other processes."""
        write_whole(self._file, msgspec.json.encode(robots))
