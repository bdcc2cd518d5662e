"""SPF, DKIM, DMARC, reverse names and bounces, as a name server tells them."""

import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from broadsheet.checks.bounces import check_alignment, check_mail_exchange
from broadsheet.checks.dkim import check_dkim
from broadsheet.checks.dmarc import check_dmarc, organizational_domain
from broadsheet.checks.finding import Finding, State
from broadsheet.checks.names import Names, UnansweredError
from broadsheet.checks.relay import check_reverse_name
from broadsheet.checks.spf import check_spf
from nameserver import NameServer, Zone

Serve = Callable[..., Names]
OK, WARN, FAIL = State.OK, State.WARN, State.FAIL
ORG = "example.org"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Name servers that answer from a table."""
    with ExitStack() as stack:

        def start(zone: Zone, *broken: str) -> Names:
            return Names(stack.enter_context(NameServer(zone, broken=broken)).resolver)

        yield start


def only(found: Iterator[Finding]) -> Finding:
    [finding] = found
    assert bool(finding.advice) == (finding.state is not OK)
    return finding


@pytest.mark.parametrize(
    ("records", "state", "words"),
    [
        (["v=spf1 mx -all"], OK, "mx -all"),
        (["v=spf1 ip4:192.0.2.1 ~all", "other=thing"], OK, "~all"),
        (["v=spf1 redirect=_spf.example.org"], OK, "redirect"),
        (["v=spf1 mx"], WARN, "does not say what"),
        (["v=spf1 ?all"], WARN, "does not say what"),
        (["v=spf1 mx +all"], FAIL, "everybody"),
        (["v=spf1 all"], FAIL, "everybody"),
        (["v=spf1 -all", "v=spf1 mx -all"], FAIL, "2 SPF records"),
        (["v=spf10 -all"], WARN, "does not say who"),
        ([], WARN, "does not say who"),
    ],
)
def test_spf(serve: Serve, records: list[str], state: State, words: str) -> None:
    found = only(check_spf(serve({(ORG, "TXT"): records}), ORG))
    assert found.state is state
    assert words in found.detail


@pytest.mark.parametrize(("includes", "state"), [(9, OK), (10, FAIL), (40, FAIL)])
def test_spf_that_asks_too_much_is_none(serve: Serve, includes: int, state: State) -> None:
    below = {(f"_spf{n}.{ORG}", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"] for n in range(includes)}
    record = "v=spf1 mx " + " ".join(f"include:_spf{n}.{ORG}" for n in range(includes)) + " -all"
    assert only(check_spf(serve({(ORG, "TXT"): [record], **below}), ORG)).state is state


def test_spf_that_includes_itself_ends(serve: Serve) -> None:
    names = serve({(ORG, "TXT"): [f"v=spf1 include:{ORG} -all"]})
    assert only(check_spf(names, ORG)).state is FAIL


def key(size: int) -> str:
    return base64.b64encode(bytes(size)).decode()


@pytest.mark.parametrize(
    ("record", "state", "words"),
    [
        (f"v=DKIM1; k=rsa; p={key(294)}", OK, "rsa"),
        (f"p={key(294)}", OK, "rsa"),
        (f"v=DKIM1; k=ed25519; p={key(32)}", OK, "ed25519"),
        (f"v=DKIM1; p={key(162)}", WARN, "short"),
        (f"v=DKIM1; t=s:y; p={key(294)}", WARN, "test"),
        ("v=DKIM1; p=", FAIL, "withdrawn"),
        ("v=DKIM1; p=MIIB!", FAIL, "damaged"),
    ],
)
def test_dkim(serve: Serve, record: str, state: State, words: str) -> None:
    names = serve({(f"s1._domainkey.{ORG}", "TXT"): [record]})
    found = only(check_dkim(names, ORG, "s1"))
    assert found.state is state
    assert words in found.detail


def test_dkim_without_a_key_fails_and_without_a_selector_says_how_to_find_it(serve: Serve) -> None:
    names = serve({})
    assert only(check_dkim(names, ORG, "s1")).state is FAIL
    unknown = only(check_dkim(names, ORG, ""))
    assert unknown.state is WARN
    assert "dkim_selector" in unknown.advice


@pytest.mark.parametrize(
    ("records", "state", "words"),
    [
        (["v=DMARC1; p=reject; rua=mailto:d@example.org"], OK, "reject"),
        (["v=DMARC1;p=none"], OK, "no rua"),
        (["v = DMARC1; rua=mailto:d@example.org"], OK, "none"),
        (["v=DMARC1; p=quarantine; pct=20"], WARN, "pct"),
        (["v=DMARC1; p=none; rf=afrf; ri=86400"], WARN, "rf, ri"),
        (["v=DMARC1; p=maybe"], FAIL, "maybe"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], FAIL, "2 records"),
        (["v=DMARC2; p=reject"], WARN, "no DMARC record"),
        ([], WARN, "no DMARC record"),
    ],
)
def test_dmarc(serve: Serve, records: list[str], state: State, words: str) -> None:
    found = only(check_dmarc(serve({(f"_dmarc.{ORG}", "TXT"): records}), ORG))
    assert found.state is state
    assert words in found.detail


def test_dmarc_of_the_domain_above_goes_for_those_below(serve: Serve) -> None:
    names = serve({(f"_dmarc.{ORG}", "TXT"): ["v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@example.org"]})
    assert only(check_dmarc(names, f"news.{ORG}")).detail == "_dmarc.example.org: quarantine"


@pytest.mark.parametrize(
    ("zone", "organization"),
    [
        ({}, "a.b.example.org"),
        ({"example.org": "p=none"}, "example.org"),
        ({"b.example.org": "p=none; psd=n", "example.org": "p=none"}, "b.example.org"),
        ({"org": "p=none; psd=y", "b.example.org": "p=none"}, "example.org"),
        ({"example.org": "p=none; psd=y"}, "b.example.org"),
    ],
)
def test_the_organization_is_found_by_walking_up(
    serve: Serve, zone: dict[str, str], organization: str
) -> None:
    names = serve({(f"_dmarc.{name}", "TXT"): [f"v=DMARC1; {rest}"] for name, rest in zone.items()})
    assert organizational_domain(names, "a.b.example.org") == organization


def test_a_long_name_is_walked_in_eight_questions() -> None:
    with NameServer({}) as server:
        organizational_domain(Names(server.resolver), ".".join("abcdefghijklm") + ".org")
    assert [name for name, _ in server.asked] == [
        "_dmarc.a.b.c.d.e.f.g.h.i.j.k.l.m.org",
        *("_dmarc." + ".".join(("h", "i", "j", "k", "l", "m", "org")[start:]) for start in range(7)),
    ]


@pytest.mark.parametrize(
    ("bounces", "record", "state"),
    [
        (ORG, "p=reject", OK),
        (f"bounces.{ORG}", "p=reject", OK),
        (f"bounces.{ORG}", "p=reject; aspf=s", WARN),
        ("mailer.example.net", "p=reject", WARN),
    ],
)
def test_bounces_speak_for_the_author_or_not(serve: Serve, bounces: str, record: str, state: State) -> None:
    names = serve({(f"_dmarc.{ORG}", "TXT"): [f"v=DMARC1; {record}"]})
    assert only(check_alignment(names, ORG, bounces)).state is state


@pytest.mark.parametrize(
    ("zone", "state", "words"),
    [
        ({(ORG, "MX"): ["20 b.example.org.", "10 a.example.org."]}, FAIL, "no mail server"),
        ({(ORG, "MX"): ["10 mx.example.org."], ("mx.example.org", "A"): ["192.0.2.1"]}, OK, "mx.example.org"),
        ({(ORG, "AAAA"): ["2001:db8::1"]}, OK, ORG),
        ({(ORG, "MX"): ["0 ."]}, FAIL, "takes no mail"),
        ({}, FAIL, "no mail server"),
    ],
)
def test_bounces_can_come_back_or_not(serve: Serve, zone: Zone, state: State, words: str) -> None:
    found = only(check_mail_exchange(serve(zone), ORG))
    assert found.state is state
    assert words in found.detail


@pytest.mark.parametrize(
    ("back", "state", "words"),
    [
        (["192.0.2.9"], OK, "192.0.2.9 is mail.example.org"),
        (["192.0.2.1"], WARN, "does not lead back"),
        ([], WARN, "does not lead back"),
    ],
)
@pytest.mark.parametrize("host", ["192.0.2.9", "relay.example.org"])
def test_a_reverse_name_leads_back_or_not(
    serve: Serve, host: str, back: list[str], state: State, words: str
) -> None:
    zone = {("9.2.0.192.in-addr.arpa", "PTR"): ["mail.example.org."], ("mail.example.org", "A"): back}
    found = only(check_reverse_name(serve({**zone, ("relay.example.org", "A"): ["192.0.2.9"]}), host))
    assert found.state is state
    assert words in found.detail


def test_a_server_without_an_address_or_a_name_is_told(serve: Serve) -> None:
    names = serve({("relay.example.org", "AAAA"): ["2001:db8::9"]})
    assert only(check_reverse_name(names, "nowhere.example.org")).state is FAIL
    assert "no name" in only(check_reverse_name(names, "relay.example.org")).detail


def test_name_servers_that_fail_are_not_taken_for_an_empty_answer(serve: Serve) -> None:
    names = serve({(ORG, "TXT"): ["v=spf1 -all"]}, ORG)
    with pytest.raises(UnansweredError, match=r"TXT of example\.org"):
        list(check_spf(names, ORG))
