"""A run's fragments as they are cast: each once, numbered as they come."""

from functools import cached_property

from broadsheet.digest.document import Role
from broadsheet.digest.forme import Fragments, Plate, encode
from broadsheet.digest.fragments import Copy, Fragment, cast, page_parts
from broadsheet.digest.personal import SLOTS, cast_slots


class TypeCase:
    """Fragments by the copy they are cast from; equal copy shares a fragment. The first numbers are the slots'."""

    def __init__(self) -> None:
        self._plates = [Plate(b"", b"", Role.FURNITURE, b"") for _ in SLOTS]
        self.html_bytes = [0 for _ in SLOTS]
        """Of each fragment, decoded."""
        self._numbers: dict[Copy, int] = {}

    @cached_property
    def page(self) -> tuple[int, ...]:
        """The parts of the page around everything (see `page_parts`)."""
        return tuple(map(self._add, page_parts()))

    def number(self, copy: Copy) -> int:
        """The number of the fragment with this copy, cast if there is none yet."""
        number = self._numbers.get(copy)
        if number is None:
            number = self._numbers[copy] = self._add(cast(copy))
        return number

    def fragments(self) -> Fragments:
        """All that were cast."""
        return Fragments(tuple(self._plates), cast_slots())

    def _add(self, fragment: Fragment) -> int:
        self._plates.append(Plate(encode(fragment.html), encode(fragment.text), fragment.role, fragment.data))
        self.html_bytes.append(len(fragment.html.encode()))
        return len(self._plates) - 1
