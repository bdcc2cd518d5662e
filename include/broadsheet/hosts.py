"""Hosts as addresses name them."""

from ipaddress import ip_address


def is_this_machine(host: str) -> bool:
    """Whether a host name or IP address is this machine itself: ``localhost``, 127.0.0.0/8 or ``::1``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
