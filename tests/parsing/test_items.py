from datetime import UTC, datetime

import pytest

from broadsheet.model import Entry, Member, Organization
from broadsheet.parsing.door import parse
from broadsheet.parsing.items import absolute, clean
from parsing.made_up_pages import api_capture, item


def read(one: dict) -> Entry:
    [entry] = parse(api_capture([one])).entries
    return entry


def test_every_field_of_an_item_is_in_the_entry() -> None:
    entry = read(item(7))
    details = entry.details
    assert (entry.rank, entry.paper_id) == (1, "2607.00007")
    assert (entry.upvotes, entry.num_comments, entry.github_stars) == (93, 7, 3297)
    assert details.title == "Paper number 7: a study"
    assert details.abstract == "We study the number 7. It is < 8 & \"odd\" or 'even'."
    assert details.authors is not None
    assert [a.name for a in details.authors] == ["Ada Example", "Bo Sample"]
    assert details.num_authors == 2
    bo = details.authors[1]
    assert (bo.username, bo.fullname, bo.status) == ("bo", "Bo S.", "claimed_verified")
    assert bo.status_changed_at == datetime(2026, 7, 7, 1, 2, 3, 4000, UTC)
    assert details.published_at == datetime(2026, 7, 6, tzinfo=UTC)
    assert details.submitted_at == datetime(2026, 7, 8, tzinfo=UTC)
    assert details.submitted_by == Member(username="cy", fullname="Cy Submitter")
    assert details.organization == Organization(
        name="lab", fullname="The Lab", avatar_url="https://huggingface.co/avatars/lab.svg"
    )
    assert details.github_url == "https://github.com/lab/paper7"
    assert details.github_added_by == "user"
    assert details.project_url == "https://lab.example/project"
    assert details.ai_summary == "A summary by a machine of number 7."
    assert details.ai_summary_model == "some/model"
    assert details.ai_keywords == ("numbers", "parity")
    assert details.thumbnail_url is not None
    assert details.thumbnail_url.endswith("2607.00007.png")
    assert details.media_urls == ("https://cdn.example/7.mp4",)
    assert details.discussion_id == "d7"
    assert details.author_participates is False


def test_a_value_that_is_not_there_is_none_and_zero_stays_zero() -> None:
    thin = read({"paper": {"id": "2607.00001", "title": "Thin", "upvotes": 0}})
    assert thin.upvotes == 0
    assert thin.num_comments is None
    assert thin.details.abstract is None
    assert thin.details.authors is None
    assert thin.details.media_urls is None
    assert thin.details.published_at is None


def test_blank_texts_and_nulls_are_missing() -> None:
    blank = read(item(1, projectPage="", ai_summary=" \n ", githubRepo=None, organization=None))
    assert blank.details.project_url is None
    assert blank.details.ai_summary is None
    assert blank.details.github_url is None
    assert blank.details.organization is not None, "the item's copy is read where the paper has none"


def test_the_time_at_item_level_is_never_used() -> None:
    one = item(1)
    del one["paper"]["publishedAt"]
    assert read(one).details.published_at is None


def test_pictures_and_films_of_both_levels_are_merged_in_order() -> None:
    one = item(1, mediaUrls=["/b.png", "https://cdn.example/c.mp4"])
    one["mediaUrl"] = "https://cdn.example/a.gif"
    one["mediaUrls"] = ["https://cdn.example/c.mp4", "/b.png"]
    assert read(one).details.media_urls == (
        "https://cdn.example/a.gif",
        "https://cdn.example/c.mp4",
        "https://huggingface.co/b.png",
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [("2607.00001v3", "2607.00001"), ("cs/0112017", "cs/0112017"), ("math.GT/0309136v1", "math.GT/0309136")],
)
def test_ids_lose_their_version_and_old_ones_are_fine(given: str, kept: str) -> None:
    assert read(item(1, id=given)).paper_id == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a b", "a b"),
        (" a", "a"),
        ("a\n  b", "a b"),
        ("a\tb", "a b"),
        ("a\u00a0b", "a b"),
        ("a  b", "a b"),
        ("", None),
        (" ", None),
        (None, None),
    ],
)
def test_white_space_is_collapsed(given: str | None, kept: str | None) -> None:
    assert clean(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/avatars/x.svg", "https://huggingface.co/avatars/x.svg"),
        ("//cdn.example/x", "https://cdn.example/x"),
        (" https://x.example/a", "https://x.example/a"),
        ("https://github.com/\nlab/paper.git", "https://github.com/lab/paper.git"),
        ("  ", None),
        (None, None),
    ],
)
def test_addresses_are_made_absolute_and_whole(given: str | None, kept: str | None) -> None:
    assert absolute(given) == kept
