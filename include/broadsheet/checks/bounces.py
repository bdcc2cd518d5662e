"""Where bounces go: whether they can come back, and whether their domain speaks for the author's."""

from collections.abc import Iterator

from broadsheet.checks.dmarc import Policy, find_policy, organizational_domain
from broadsheet.checks.finding import Area, Finding
from broadsheet.checks.names import Names

AREA = Area("Sender's domain")


def check_mail_exchange(names: Names, domain: str) -> Iterator[Finding]:
    """Whether anybody takes mail for the bounces' domain (RFC 5321 5.1)."""
    hosts = names.mail_servers(domain)
    if hosts == [""]:
        yield AREA.fail(
            "bounces", f"{domain} says that it takes no mail", "set bounce_address to one that does"
        )
        return
    # Without MX records the domain itself is the mail server.
    reachable = [host for host in hosts or [domain] if names.addresses(host)]
    if reachable:
        yield AREA.ok("bounces", f"come back to {domain} by {', '.join(reachable)}")
    else:
        yield AREA.fail(
            "bounces",
            f"{domain} has no mail server: what comes back is lost, and many receivers refuse the mail at once",
            f"give {domain} an MX record, or set bounce_address to an address that gets mail",
        )


def check_alignment(names: Names, author: str, bounces: str) -> Iterator[Finding]:
    """Whether SPF, which looks at the bounces' domain, counts for the author's with DMARC (RFC 9989)."""
    policy = find_policy(names, author)
    if author == bounces:
        yield AREA.ok("alignment", f"mails and bounces are of {author}")
    elif policy is not None and not _is_aligned(names, author, bounces, policy):
        yield AREA.warn(
            "alignment",
            f"mails are from {author}, bounces go to {bounces}: SPF alone does not speak for the mails",
            f"take a bounce_address at {author}, or rely on DKIM signatures of {author}",
        )
    else:
        yield AREA.ok("alignment", f"{bounces} speaks for {author}" if policy else "nothing asks for it")


def _is_aligned(names: Names, author: str, bounces: str, policy: Policy) -> bool:
    strict = policy.tags.get("aspf", "r").lower() == "s"
    return not strict and organizational_domain(names, author) == organizational_domain(names, bounces)
