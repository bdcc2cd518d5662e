"""The names that feeds and their items keep for ever: tag URIs (RFC 4151)."""

from urllib.parse import quote, urlsplit

YEAR = 2026
"""From when on the site's host name has been the site's."""


class Names:
    """Makes the names of one site. Its host is that of ``public_url``; without one the site is local, whatever a
    request calls it.
    """

    def __init__(self, public_url: str) -> None:
        host = urlsplit(public_url).hostname or "localhost"
        # An IPv6 address cannot stand in a tag.
        self._prefix = f"tag:{host.replace(':', '-')},{YEAR}:"

    def of(self, *parts: str | int) -> str:
        """The name made of these parts."""
        return self._prefix + "/".join(quote(str(part), safe=":.,") for part in parts)
