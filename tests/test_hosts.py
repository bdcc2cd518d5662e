"""Hosts as addresses name them: who asks from where."""

import pytest

from broadsheet.hosts import household


@pytest.mark.parametrize(
    ("host", "whose"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::1", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:db8::/64", "2001:db8::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_address_is_known_by_its_network_and_any_other_by_itself(host, whose):
    assert household(host) == whose
