"""The model's own reckoning: keys made from titles."""

import hashlib
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.model import title_key


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("?!")
@example("a_b c")
@example("ﬁne Straße")
@example("Kelvin \u212a")
def test_the_key_of_any_title_is_of_its_folded_letters_and_digits(title: str) -> None:
    folded = unicodedata.normalize("NFKC", title).casefold()
    letters = "".join(letter for letter in folded if letter.isalnum())
    assert title_key(title) == f"title:{hashlib.sha256((letters or folded).encode()).hexdigest()[:16]}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Quiet Networks for Loud Rooms", "quiet networks -- for\nLOUD rooms!"),
        ("Caf\u00e9 au lait", "CAFE\u0301 AU LAIT"),
        ("Straße 5", "strasse 5"),
    ],
)
def test_a_title_written_otherwise_has_the_same_key(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


def test_keys_are_the_same_in_every_release() -> None:
    """They stand in warehouses."""
    assert title_key("Quiet Networks for Loud Rooms") == "title:7413fb8e389854e9"
