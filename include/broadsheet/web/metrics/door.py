"""Who may read the numbers: who asks from a network that the settings name, and who shows their token."""

import hmac
from ipaddress import IPv6Address, ip_address

from fastapi import Request

from broadsheet.settings import Settings

SCHEME = "bearer"


def is_open(settings: Settings) -> bool:
    """Whether anybody may read them: nothing is counted for nobody."""
    return bool(settings.web_metrics or settings.web_metrics_token)


def admits(settings: Settings, request: Request) -> bool:
    """Whether this request may read them."""
    return _is_near(settings, request) or _shows_token(settings, request)


def _is_near(settings: Settings, request: Request) -> bool:
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in settings.metrics_networks)


def _shows_token(settings: Settings, request: Request) -> bool:
    """RFC 6750 section 2.1; compared in the same time whatever it is."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not settings.web_metrics_token:
        return False
    return hmac.compare_digest(token.strip().encode(), settings.web_metrics_token.encode())
