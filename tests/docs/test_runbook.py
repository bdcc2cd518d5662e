"""The runbook's entries are whole, and name what there is."""

import re

import pytest

from broadsheet.model import Verdict
from docs.pages import ROOT

TEXT = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
ENTRIES = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("symptom", ENTRIES)
def test_an_entry_says_where_to_look_what_to_do_and_when_it_is_mended(symptom: str) -> None:
    entry = ENTRIES[symptom]
    look, do, mended = (entry.index(word) for word in ("**Look.**", "**Do.**", "**Mended when**"))
    assert look < do < mended
    assert re.search(r"^    \S", entry[look:do], re.MULTILINE), "no command to look with"
    assert "```\n" in entry[look:do], "it is not shown what that prints"


def test_all_symptoms_are_there() -> None:
    assert len(ENTRIES) == 10


def test_every_doubt_about_a_source_is_explained() -> None:
    entry = ENTRIES["A source is stale, blocked or has a new layout"]
    explained = set(re.findall(r"^\| `(\w+)` \|", entry, re.MULTILINE))
    assert explained == {str(verdict) for verdict in Verdict} - {"ok", "unchanged"}
