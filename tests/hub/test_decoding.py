"""Content coding, whole and cut, however the bytes arrive."""

import gzip
import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.hub.decoding import Decoder, TooLargeError, UndecodableError


def bare_deflate(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


CODINGS = {
    "": lambda data: data,
    "identity": lambda data: data,
    "gzip": gzip.compress,
    "x-gzip": lambda data: gzip.compress(data[:3]) + gzip.compress(data[3:]),
    "deflate": zlib.compress,
    "DEFLATE": bare_deflate,
    "deflate, gzip": lambda data: gzip.compress(zlib.compress(data)),
}


def decode(coding, data, cuts=(), limit=10**9):
    decoder = Decoder(coding, limit)
    places = [0, *sorted(cut for cut in cuts if cut <= len(data)), len(data)]
    out = b"".join(decoder.feed(data[a:b]) for a, b in pairwise(places))
    decoder.finish()
    return out


@given(st.sampled_from(sorted(CODINGS)), st.binary(max_size=3000), st.lists(st.integers(0, 3000), max_size=6))
def test_whatever_the_pieces_the_body_is_the_same(coding, body, cuts):
    assert decode(coding, CODINGS[coding](body), cuts) == body


@given(st.sampled_from(["gzip", "deflate", "DEFLATE", "deflate, gzip"]), st.binary(max_size=300), st.data())
def test_a_cut_body_is_noticed(coding, body, data):
    packed = CODINGS[coding](body)
    end = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(UndecodableError):
        decode(coding, packed[:end])


@pytest.mark.parametrize("coding", ["", "gzip", "deflate", "deflate, gzip"])
def test_the_limit_is_exact(coding):
    packed = CODINGS[coding](b" " * 10_000)
    assert len(decode(coding, packed, limit=10_000)) == 10_000
    with pytest.raises(TooLargeError, match="9,999"):
        decode(coding, packed, limit=9_999)


def test_a_bomb_is_never_unpacked_whole():
    decoder = Decoder("gzip", 1000)
    with pytest.raises(TooLargeError):
        decoder.feed(gzip.compress(bytes(50_000_000)))


def test_nothing_at_all_is_an_empty_body():
    assert decode("gzip", b"") == b""


def test_what_stands_behind_the_end_is_ignored():
    assert decode("gzip", gzip.compress(b"page") + b"\n\n") == b"page"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br"])
def test_an_unknown_coding_is_refused(coding):
    with pytest.raises(UndecodableError, match="not asked for"):
        Decoder(coding, 10)


def test_what_is_not_compressed_as_it_says_is_refused():
    with pytest.raises(UndecodableError, match="not compressed"):
        decode("gzip", b"<html>")
