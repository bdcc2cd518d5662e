"""Names for ever."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.web.feeds.names import Names

TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}:[A-Za-z0-9._~!$&'()*+,;=:@/?%-]+")
"""RFC 4151 2.1."""


@pytest.mark.parametrize(
    ("public_url", "name"),
    [
        ("https://papers.example.org", "tag:papers.example.org,2026:trending/2611.00001/new"),
        (
            "https://Papers.Example.org:8443/broadsheet/",
            "tag:papers.example.org,2026:trending/2611.00001/new",
        ),
        ("", "tag:localhost,2026:trending/2611.00001/new"),
    ],
)
def test_a_name_is_made_of_the_site_and_what_it_names(public_url, name):
    assert Names(public_url).of("trending", "2611.00001", "new") == name


@settings(deadline=None)
@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1),
    st.sampled_from(["", "http://[::1]:8000"]),
)
def test_any_parts_make_a_tag(parts, public_url):
    assert TAG.fullmatch(Names(public_url).of(*parts))


@settings(deadline=None)
@given(st.lists(st.text(), min_size=2, max_size=2), st.lists(st.text(), min_size=2, max_size=2))
def test_different_things_have_different_names(one, other):
    assert (Names("").of(*one) == Names("").of(*other)) == (one == other)
