"""Hosts as addresses name them."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Network, ip_address
from urllib.parse import unquote, urlsplit

import msgspec

_HOUSEHOLD_BITS = 64


def is_this_machine(host: str) -> bool:
    """Whether a host name or IP address is this machine itself: ``localhost``, 127.0.0.0/8 or ``::1``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def household(host: str) -> str:
    """Who asks from an IP address, as far as it tells: of IPv6 the network, ``2001:db8::/64``.

    A customer is given a whole network (RFC 6177), and programs change their addresses in it from hour to hour
    (RFC 8981). An IPv4 address that is written as IPv6 is that IPv4 address: all of them share one network. What is
    no IP address stays as it is.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, _HOUSEHOLD_BITS), strict=False))


class Server(msgspec.Struct, frozen=True):
    """What an address such as ``smtp://user:password@host:port/path`` says, percent-decoded; "" for what it does not.

    ``path`` is without its leading slash, ``query`` as it stands.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: str
    path: str
    query: str


def read_server(address: str, ports: Mapping[str, int]) -> Server | None:
    """Read the address of a server whose scheme is one of ``ports``, which says its usual port; None if it is not."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ports or not parts.hostname:
        return None
    return Server(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or ports[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        path=unquote(parts.path.lstrip("/")),
        query=parts.query,
    )
