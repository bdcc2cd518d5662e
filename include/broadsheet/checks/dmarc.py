"""DMARC: what receivers are asked to do with mail that is not the domain's own (RFC 9989)."""

from collections.abc import Iterator

import msgspec

from broadsheet.checks.dkim import tags
from broadsheet.checks.finding import Area, Finding
from broadsheet.checks.names import Names

AREA = Area("Sender's domain")
REMOVED = ("pct", "rf", "ri")
"""Tags of RFC 7489 that RFC 9989 does not have any more."""
MOST_LABELS = 8


class Policy(msgspec.Struct, frozen=True):
    """A DMARC record and where it stands."""

    domain: str
    tags: dict[str, str]


def check_dmarc(names: Names, domain: str) -> Iterator[Finding]:
    """The policy that receivers find for mail from ``domain``, its own or that of the domain it belongs to."""
    own = _records(names, domain)
    if len(own) > 1:
        yield AREA.fail(
            "dmarc", f"_dmarc.{domain} has {len(own)} records, and receivers then heed none", "make them one"
        )
        return
    policy = find_policy(names, domain)
    if policy is None:
        yield AREA.warn(
            "dmarc",
            f"{domain} has no DMARC record, and large receivers refuse bulk mail without one",
            f'add a TXT record to _dmarc.{domain}: "v=DMARC1; p=none; rua=mailto:…", and a stricter p= later',
        )
        return
    yield from _judge(policy, inherited=policy.domain != domain)


def find_policy(names: Names, domain: str) -> Policy | None:
    """The policy for mail from ``domain``; None if there is none."""
    found = _on_the_way(names, domain)
    own = next((policy for policy in found if policy.domain == domain), None)
    organization = organizational_domain(names, domain, found)
    return own or next((p for p in (*found[::-1],) if p.domain == organization or _is_suffix(p)), None)


def organizational_domain(names: Names, domain: str, found: list[Policy] | None = None) -> str:
    """The domain that ``domain`` belongs to (RFC 9989's tree walk); itself where no record tells."""
    found = _on_the_way(names, domain) if found is None else found
    for policy in found:
        if policy.tags.get("psd") == "n":
            return policy.domain
        if _is_suffix(policy) and policy.domain != domain:
            labels = policy.domain.count(".") + 2
            return ".".join(domain.split(".")[-labels:])
    return found[-1].domain if found else domain


def _judge(policy: Policy, *, inherited: bool) -> Iterator[Finding]:
    asked = (inherited and policy.tags.get("sp")) or policy.tags.get("p", "none")
    where = f"_dmarc.{policy.domain}"
    if asked.lower() not in {"none", "quarantine", "reject"}:
        yield AREA.fail("dmarc", f"{where} asks for {asked!r}", "write p=none, p=quarantine or p=reject")
        return
    if removed := [tag for tag in REMOVED if tag in policy.tags]:
        yield AREA.warn(
            "dmarc",
            f"{where} has {', '.join(removed)}, which DMARC does not know any more",
            "take them out; instead of a small pct, t=y says that the policy is being tried",
        )
        return
    reports = "" if "rua" in policy.tags else ", nobody gets reports (no rua)"
    yield AREA.ok("dmarc", f"{where}: {asked}{reports}")


def _on_the_way(names: Names, domain: str) -> list[Policy]:
    """The records from ``domain`` upwards, as far as a receiver looks."""
    found = []
    labels = domain.split(".")
    while labels:
        name = ".".join(labels)
        records = _records(names, name)
        if len(records) == 1:
            found.append(Policy(name, tags(records[0])))
            if found[-1].tags.get("psd") == "n" or (_is_suffix(found[-1]) and name != domain):
                break
        labels = labels[1:] if len(labels) < MOST_LABELS else labels[1 - MOST_LABELS :]
    return found


def _is_suffix(policy: Policy) -> bool:
    return policy.tags.get("psd") == "y"


def _records(names: Names, domain: str) -> list[str]:
    texts = names.texts(f"_dmarc.{domain}")
    return [text for text in texts if "".join(text.split(";")[0].split()) == "v=DMARC1"]
