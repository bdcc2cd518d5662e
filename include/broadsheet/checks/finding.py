"""What a check found, and what to do about it."""

from enum import StrEnum

import msgspec


class State(StrEnum):
    """``warn``: it works, but not as well as it could, or not for everybody; ``fail``: it does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. ``advice`` says what to do; it is empty where nothing is wrong."""

    area: str
    what: str
    state: State
    detail: str
    advice: str = ""


class Area:
    """Findings about one part of the set-up."""

    def __init__(self, name: str) -> None:
        self.name = name

    def ok(self, what: str, detail: str) -> Finding:
        """Nothing is wrong."""
        return Finding(self.name, what, State.OK, detail)

    def warn(self, what: str, detail: str, advice: str) -> Finding:
        """It works, but."""
        return Finding(self.name, what, State.WARN, detail, advice)

    def fail(self, what: str, detail: str, advice: str) -> Finding:
        """It does not work."""
        return Finding(self.name, what, State.FAIL, detail, advice)
