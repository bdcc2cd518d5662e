"""Who is who: addresses as they are stored and compared, channels by their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail.errors import AddressError
from broadsheet.mail.identity import Identity, Kind, read_address, read_identity, read_name


@pytest.mark.parametrize(
    ("written", "address", "key"),
    [
        ("Ada@Example.ORG", "Ada@example.org", "ada@example.org"),
        (" ada@example.org ", "ada@example.org", "ada@example.org"),
        ("ada@exämple.org", "ada@xn--exmple-cua.org", "ada@xn--exmple-cua.org"),
        ("Jörg@example.org", "Jörg@example.org", "jörg@example.org"),
        ("me@localhost", "me@localhost", "me@localhost"),
        ("me@MAIL.local", "me@mail.local", "me@mail.local"),
        ("me@test", "me@test", "me@test"),
        ("a+b@sub.example.com", "a+b@sub.example.com", "a+b@sub.example.com"),
    ],
)
def test_an_address_is_kept_as_given_with_its_domain_in_ascii(written, address, key):
    assert read_address(written) == Identity(Kind.MAIL, address, key)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "a b@example.org",
        "ada@example..org",
        "ada@exa_mple.org",
        "Ada <ada@example.org>",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org\n",
        "a\x00da@example.org",
        "ada\u2028@example.org",
        "x" * 250 + "@example.org",
        "me@.localhost",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(written):
    with pytest.raises(AddressError) as raised:
        read_address(written)
    assert "name@example.org" in str(raised.value)
    assert "eve" not in str(raised.value)


@given(st.text())
def test_whatever_is_taken_for_an_address_is_one_line_with_one_ascii_domain(written):
    for text in (written, f"{written}@example.org", f"ada@{written}"):
        try:
            identity = read_address(text)
        except AddressError:
            continue
        local, _, domain = identity.address.rpartition("@")
        assert local
        assert domain == domain.lower()
        assert domain.isascii()
        assert identity.address.isprintable()
        assert " " not in identity.address
        assert read_address(identity.address) == identity


def test_a_channel_must_be_in_the_settings():
    assert read_identity("channel:lab", {"lab": "x"}) == Identity(Kind.CHANNEL, "lab", "channel:lab")
    with pytest.raises(AddressError, match=r"no channel 'bal'.*\(lab\)"):
        read_identity("channel:bal", {"lab": "x"})
    with pytest.raises(AddressError, match="none yet"):
        read_identity("channel:lab", {})


@pytest.mark.parametrize("name", ["Ada\nBcc: eve", "x" * 101, "a\x00b"])
def test_a_name_is_one_short_line(name):
    with pytest.raises(AddressError, match="one line"):
        read_name(name)
