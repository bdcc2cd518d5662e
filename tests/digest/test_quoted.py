"""Quoted-printable that may be joined."""

from binascii import a2b_qp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest.quoted import SOFT_BREAK, decode, encode, encode_unfinished

TEXT = st.text(st.sampled_from("ab =.\té語\n"), max_size=250) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=120
)


@given(st.lists(TEXT.map(lambda text: f"{text}\n")))
def test_encoded_texts_that_end_in_a_line_break_may_be_joined(texts):
    assert encode("".join(texts)) == b"".join(map(encode, texts))


@given(TEXT)
def test_it_reads_back(text):
    assert decode(encode(text)) == text
    assert a2b_qp(encode(text)).decode().replace("\r\n", "\n") == text


@given(TEXT, TEXT)
def test_a_text_that_goes_on_leaves_room_for_a_soft_break(text, rest):
    joined = encode_unfinished(text) + SOFT_BREAK + encode(rest)
    assert decode(joined) == text + rest
    assert all(len(line) <= 76 for line in joined.split(b"\r\n"))
    assert b"\n" not in joined.replace(b"\r\n", b"")
    assert joined.isascii()


@pytest.mark.parametrize("length", range(60, 160))
def test_there_is_room_at_any_length(length):
    for text in ("a" * length, "a" * (length - 1) + "é", "a" * (length - 1) + " ", "\n" + "a" * length):
        joined = encode_unfinished(text) + SOFT_BREAK
        assert decode(joined) == text
        assert all(len(line) <= 76 for line in joined.split(b"\r\n"))
