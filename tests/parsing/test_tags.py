import re

import pytest

from broadsheet.parsing.tags import cut_start_tag

VALUE = re.compile(rb"""id=(["']?)x\1[\s>]""")


@pytest.mark.parametrize(
    ("body", "tag"),
    [
        (b'<p><a id="x" b="1">y</a>', b'<a id="x" b="1">'),
        (b"<a b='<p> > \"' id=x >y", b"<a b='<p> > \"' id=x >"),
        (b'<a b="<c>" id=\'x\' d=">">', b'<a b="<c>" id=\'x\' d=">">'),
        (b'<!-- a --><a id="x">', b'<a id="x">'),
        (b'<a id="y">', None),
        (b'<a id="x"><b id="x">', None),
        (b'<!-- <a id="x"> -->', None),
        (b'text id="x" <a>', None),
        (b'<a id="x" b="', None),
        (b'<a id="x" b', None),
        (b"", None),
    ],
)
def test_one_start_tag_is_cut_or_none(body: bytes, tag: bytes | None) -> None:
    assert cut_start_tag(body, b"id", VALUE) == tag
