"""What replies say, and what may be kept of them."""

import pytest

from broadsheet.mail.replies import MOST_CHARACTERS, enhanced_status, queue_id, words


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (
            b"5.1.1 <ada@example.org>: Recipient address rejected",
            "5.1.1 (address): Recipient address rejected",
        ),
        (b"5.1.1 ada@example.org... User unknown", "5.1.1 (address) User unknown"),
        ("5.1.1 用户@example.org unknown".encode(), "5.1.1 (address) unknown"),
        (b"two\nlines  of\ttext", "two lines of text"),
        (b"not \xff text", "not \ufffd text"),
        (b"x" * 2000, "x" * MOST_CHARACTERS),
    ],
)
def test_replies_are_kept_without_addresses(reply, text):
    assert words(reply) == text


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("5.1.1 no", "5.1.1"),
        ("4.7.25 later", "4.7.25"),
        ("2.0.0", "2.0.0"),
        ("5.7.515 Access denied", "5.7.515"),
        ("127.0.0.1 is listed", None),
        ("5.1.1.1 no", None),
        ("3.1.1 no", None),
        ("no 5.1.1", None),
        ("", None),
    ],
)
def test_the_enhanced_status_stands_first(text, status):
    assert enhanced_status(text) == status


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2.0.0 Ok: queued as 4F8A1C03B2", "4F8A1C03B2"),
        ("2.0.0 Ok: queued as 4ZxYbV2K1dz9tLH", "4ZxYbV2K1dz9tLH"),
        ("OK id=1tDx7q-0000000042-3kLm", "1tDx7q-0000000042-3kLm"),
        ("2.0.0 4AL7CqVn012345 Message accepted for delivery", "4AL7CqVn012345"),
        ("2.0.0 Ok", None),
    ],
)
def test_the_name_that_the_next_hop_gave_the_mail(text, name):
    assert queue_id(text) == name
