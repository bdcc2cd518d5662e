"""A dictionary that makes what it is asked for."""

from collections.abc import Callable
from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Lookup(dict[_Key, _Value], Generic[_Key, _Value]):
    """What is made once for each key, when it is first asked for, and then found at a dictionary's speed."""

    def __init__(self, make: Callable[[_Key], _Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: _Key) -> _Value:
        value = self[key] = self._make(key)
        return value
