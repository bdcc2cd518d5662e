"""What may stand in a web process's log."""

import pytest

from broadsheet.web.logs import shown


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("/papers/2611.00001.bib", "/papers/2611.00001.bib"),
        ("/lists/daily/2026-11-20", "/lists/daily/2026-11-20"),
        ("/editions", "/editions"),
        ("/editions/trending/2026-11-20", "/editions/trending/2026-11-20"),
        ("/editions/2026-11-20T06:45Z/2-c2VjcmV0", "/editions/***"),
        ("//editions/2026-11-20T06:45Z/2-c2VjcmV0", "/editions/***"),
        ("/subscribe", "/subscribe"),
        ("/confirm/dG9rZW4", "/confirm/***"),
        ("//confirm/dG9rZW4", "/confirm/***"),
        ("/preferences/dG9rZW4/more", "/preferences/***"),
        ("/unsubscribe/dG9rZW4", "/unsubscribe/***"),
        ("/ada@example.org/x", "/***/x"),
        ("/a\nForged: line\x1b[31m", "/a?Forged: line?[31m"),
        ("", "/"),
    ],
)
def test_paths_are_shown_without_what_opens_somebodys_page(path, expected):
    assert shown(path) == expected


def test_a_path_without_end_is_cut():
    assert len(shown("/" + "x" * 10_000)) <= 201
