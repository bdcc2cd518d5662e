"""A run's fragments as they are cast: each once, numbered as they come."""

from broadsheet.digest.document import Role
from broadsheet.digest.forme import Fragments, Plate
from broadsheet.digest.fragments import Copy, Fragment, cast, page_parts
from broadsheet.digest.lookup import Lookup
from broadsheet.digest.personal import SLOTS, cast_slots
from broadsheet.digest.quoted import encode


class TypeCase:
    """Fragments by the copy they are cast from; equal copy shares a fragment. The first numbers are the slots'."""

    def __init__(self) -> None:
        self._plates = [Plate(b"", b"", Role.FURNITURE, b"") for _ in SLOTS]
        self.html_bytes = [0 for _ in SLOTS]
        """Of each fragment, decoded."""
        self.page = tuple(map(self._add, page_parts()))
        """The parts of the page around everything (see `page_parts`)."""
        self._numbers = Lookup[Copy, int](lambda copy: self._add(cast(copy)))

    def number(self, copy: Copy) -> int:
        """The number of the fragment with this copy, cast if there is none yet."""
        return self._numbers[copy]

    def fragments(self) -> Fragments:
        """All that were cast."""
        return Fragments(tuple(self._plates), cast_slots())

    def _add(self, fragment: Fragment) -> int:
        plate = Plate(encode(fragment.html), encode(fragment.text), fragment.role, fragment.data)
        self._plates.append(plate)
        self.html_bytes.append(len(fragment.html.encode()))
        return len(self._plates) - 1
