"""The addresses that docs/feeds.md names."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "feeds.md"
ADDRESSES = sorted(set(re.findall(r"`(/[^`]+)`", PAGE.read_text())))
UNKNOWN = ("nothing is known", "Not known here")
"""Said of lists and papers of the examples that the sample hub never had."""


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_is_one_that_the_site_answers(reader, address):
    answer = reader.get(address)
    assert answer.status_code == 200 or any(words in answer.text for words in UNKNOWN)


def test_there_are_some():
    assert len(ADDRESSES) > 12
