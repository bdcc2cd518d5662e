"""Questions to the name servers, answered as plain texts. Who asks hands in the resolver."""

from typing import Any

import dns.exception
import dns.name
import dns.resolver
import dns.reversename

SECONDS = 10.0
"""The longest that one question may take, over all name servers."""


class UnansweredError(Exception):
    """The name servers gave no answer, so nothing is known; the message says to what and why."""


class Names:
    """What the name servers say. An empty answer means that there is nothing of that kind."""

    def __init__(self, resolver: dns.resolver.Resolver) -> None:
        self._resolver = resolver

    def texts(self, name: str) -> list[str]:
        """The TXT records, each in one piece. Raises UnansweredError, as the other questions do."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")]

    def mail_servers(self, domain: str) -> list[str]:
        """The hosts of the MX records, most wanted first; "" for the one that says: no mail (RFC 7505)."""
        records = sorted(self._ask(domain, "MX"), key=lambda record: record.preference)
        return [_plain(record.exchange) for record in records]

    def addresses(self, host: str) -> list[str]:
        """The host's IPv4 and IPv6 addresses."""
        return [record.address for kind in ("A", "AAAA") for record in self._ask(host, kind)]

    def names_of(self, address: str) -> list[str]:
        """The reverse names of an IP address."""
        return [_plain(record.target) for record in self._ask(dns.reversename.from_address(address), "PTR")]

    def _ask(self, name: str | dns.name.Name, kind: str) -> list[Any]:
        try:
            answer = self._resolver.resolve(name, kind, search=False, lifetime=SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise UnansweredError(f"{kind} of {_plain(name)}: {_reason(error)}") from None
        return list(answer)


def system_names() -> Names:
    """The name servers that this machine is set up with.

    Raises:
        UnansweredError: there are none.
    """
    try:
        return Names(dns.resolver.Resolver())
    except (dns.resolver.NoResolverConfiguration, OSError) as error:
        raise UnansweredError(f"this machine names no name servers: {_reason(error)}") from None


def _plain(name: str | dns.name.Name) -> str:
    return str(name).rstrip(".").lower()


def _reason(error: Exception) -> str:
    return f"no answer ({type(error).__name__})"
