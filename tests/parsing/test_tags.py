import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.parsing.tags import StartTag, first_start_tag, only_start_tag, unescaped

VALUE = re.compile(rb"""id=(["']?)x\1[\s>]""")


@pytest.mark.parametrize(
    ("body", "tag"),
    [
        (b'<p><a id="x" b="1">y</a>', b'<a id="x" b="1">'),
        (b"<a b='<p> > \"' id=x >y", b"<a b='<p> > \"' id=x >"),
        (b'<a b="<c>" id=\'x\' d=">">', b'<a b="<c>" id=\'x\' d=">">'),
        (b'<!-- a --><a id="x">', b'<a id="x">'),
        (b'<script>"</div>"</script><svg></svg><a id="x">', b'<a id="x">'),
        (b'<a id="y">', None),
        (b'<!-- <a id="x"> -->', None),
        (b'<script>"<a id="x">"</script>', None),
        (b'<svg></svg><TEMPLATE class="y"><a id="x"></TEMPLATE>', None),
        (b'text id="x" <a>', None),
        (b'<a id="x" b="', None),
        (b'<a id="x" b="c>', None),
        (b'<a id="x" b', None),
        (b"", None),
    ],
)
def test_one_start_tag_is_cut_or_none(body: bytes, tag: bytes | None) -> None:
    first, only = first_start_tag(body, b"id", VALUE), only_start_tag(body, b"id", VALUE)
    assert (first and first.markup) == (only and only.markup) == tag


def test_of_two_tags_the_first_is_cut_unless_it_has_to_be_the_only_one() -> None:
    body = b'<a id="x"><b id="x">'
    assert first_start_tag(body, b"id", VALUE) == StartTag(b'<a id="', b"x", b'">')
    assert only_start_tag(body, b"id", VALUE) is None


@pytest.mark.parametrize(
    ("tag", "longest", "other"),
    [
        (b'<a id="x" b=\'"yy"\' c="z">', b'"yy"', b'<a id="x" b=\'!\' c="z">'),
        (b'<a id="x" b="">', b"x", b'<a id="!" b="">'),
    ],
)
def test_a_tags_longest_quoted_value_can_be_exchanged(tag: bytes, longest: bytes, other: bytes) -> None:
    found = first_start_tag(tag, b"id", VALUE)
    assert found is not None
    assert (found.longest, found.filled(b"!")) == (longest, other)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
@example('"&quot;" < & > \' &lt;')
def test_what_was_escaped_is_unescaped(text: str) -> None:
    assert unescaped(html.escape(text).encode()) == text.encode()


@given(
    st.lists(st.sampled_from(["&", "&quot;", "&amp", ";", "&amp;", "&#39;", "&lt;", "&eacute;", "lt;", "x"]))
)
def test_what_is_unescaped_is_what_html_says(parts: list[str]) -> None:
    value = "".join(parts)
    text = unescaped(value.encode())
    assert text is None or text.decode() == html.unescape(value)


@pytest.mark.parametrize("value", ["a & b", "&eacute;", "&amp", "&#34;", "&copy=1", "&#39;" * 5000])
def test_references_that_are_rare_or_very_many_are_left_to_a_parser(value: str) -> None:
    assert unescaped(value.encode()) is None
