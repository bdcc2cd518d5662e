"""Rewordings, word by word."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.web.rewording import compare, rewordings

WORDS = st.lists(st.sampled_from(["a", "model", "models", "of", "tides", "—", "记忆"]), max_size=60).map(
    " ".join
)


def read(parts, *kinds):
    return " ".join(part.text for part in parts if part.kind in kinds)


@given(WORDS, WORDS)
def test_every_word_that_changed_is_told(before, after):
    parts = compare(before, after)
    removed, added = read(parts, "removed").split(), read(parts, "added").split()
    assert len(before.split()) - len(removed) == len(after.split()) - len(added)
    if "…" not in read(parts, "kept"):
        assert read(parts, "kept", "removed").split() == before.split()
        assert read(parts, "kept", "added").split() == after.split()


def test_long_stretches_that_stayed_are_cut():
    stayed = " ".join(f"word{number}" for number in range(100))
    start, end = compare(f"{stayed} old", f"{stayed} new")[0], compare(f"old {stayed}", f"new {stayed}")[-1]
    assert start.text.startswith("… word88")
    assert end.text.endswith("word11 …")


def test_a_text_that_arrived_or_was_only_wrapped_anew_is_no_rewording():
    at = [datetime(2026, 11, day, tzinfo=UTC) for day in (2, 3, 4)]
    texts = [
        {"first_shown_at": at[0], "title": "Tides", "abstract": None, "ai_summary": None},
        {"first_shown_at": at[1], "title": "Tides ", "abstract": "We  model tides.", "ai_summary": None},
        {
            "first_shown_at": at[2],
            "title": "Tides",
            "abstract": "We model all tides.",
            "ai_summary": "Tides.",
        },
    ]
    (only,) = rewordings(texts)
    assert (only.text, only.shown_at) == ("abstract", at[2])
    assert read(only.parts, "added") == "all"
