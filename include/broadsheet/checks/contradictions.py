"""Settings that are each allowed, but mean nothing, or not what is hoped for, together."""

import math
from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

from broadsheet.checks.finding import Area, Finding
from broadsheet.errors import UsageError
from broadsheet.hosts import is_this_machine
from broadsheet.mail.address import read_mailbox
from broadsheet.mail.channels import read_channel
from broadsheet.mail.transport import choose_transport
from broadsheet.settings import Settings

AREA = Area("Settings")
ADDRESSES = ("digest_from", "digest_to", "notices_to", "bounce_address")
LEAST_KEY_CHARACTERS = 32
LEAST_TOKEN_CHARACTERS = 16


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Whatever is wrong with the settings themselves; one finding that all is well if nothing is."""
    found = [
        *_addresses(settings),
        *_numbers(settings),
        *_urls(settings),
        *_web(settings),
        *_sending(settings),
        *_who(settings),
    ]
    yield from found or [AREA.ok("together", "no setting contradicts another")]


def _addresses(settings: Settings) -> Iterator[Finding]:
    for name in ADDRESSES:
        text = getattr(settings, name)
        try:
            if text:
                read_mailbox(text, name)
        except UsageError as error:
            yield AREA.fail(name, str(error), f"correct {name}")
    for name, address in settings.channels.items():
        try:
            read_channel(name, address)
        except UsageError as error:
            yield AREA.fail("channels", str(error), "see docs/channels.md")


def _numbers(settings: Settings) -> Iterator[Finding]:
    names = [
        name for name, value in _fields(settings) if isinstance(value, float) and not math.isfinite(value)
    ]
    for name in names:
        yield AREA.fail(name, f"{name} is {getattr(settings, name)}", "write a number")
    if 0 < settings.rate_per_hour < settings.rate_per_second:
        yield AREA.warn(
            "rate_per_hour",
            f"{settings.rate_per_second:g} mails a second use up {settings.rate_per_hour} an hour at once",
            "set rate_per_second lower, or rate_per_hour higher",
        )


def _urls(settings: Settings) -> Iterator[Finding]:
    for name in ("hub_url", "public_url"):
        if (url := getattr(settings, name)) and (wrong := _wrong_with(url)):
            yield AREA.fail(name, f"{name} {wrong}", "write it like https://papers.example.org")
    public = urlsplit(settings.public_url)
    if public.scheme == "http" and not is_this_machine(public.hostname or ""):
        yield AREA.warn(
            "public_url",
            "its links are not encrypted, and mail programs offer one-click unsubscribing over https only",
            "put it behind TLS and write https://",
        )
    hub = urlsplit(settings.hub_url)
    if settings.hub_token and hub.scheme == "http" and not is_this_machine(hub.hostname or ""):
        yield AREA.warn("hub_token", "the token goes to the hub in the clear", "write hub_url with https://")


def _web(settings: Settings) -> Iterator[Finding]:
    public = urlsplit(settings.public_url)
    if not is_this_machine(settings.web_host) and public.scheme != "https":
        yield AREA.warn(
            "web_host",
            "other machines reach the web pages without TLS: whoever listens on the way can use readers' links",
            "listen on 127.0.0.1 behind a reverse proxy that speaks TLS, and write its address as public_url",
        )
    if public.path.strip("/"):
        yield AREA.warn(
            "public_url",
            "it has a path, but the pages' own links lead to the root of their host",
            "give the pages a name of their own, as https://papers.example.org",
        )
    for proxy in settings.web_trusted_proxies:
        yield from _proxy(proxy)
    yield from _metrics(settings)
    if public.scheme == "https" and not settings.web_requests_per_minute:
        yield AREA.warn(
            "web_requests_per_minute",
            "one visitor may ask for as much as they like, and others wait",
            "leave it at its default, or bound requests in the reverse proxy",
        )


def _proxy(text: str) -> Iterator[Finding]:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        yield AREA.fail(
            "web_trusted_proxies",
            f"{text!r} is neither an IP address nor a network",
            "write them as 127.0.0.1 or 10.0.0.0/8",
        )
        return
    if network.prefixlen == 0:
        yield AREA.warn(
            "web_trusted_proxies",
            f"{text} is everybody: whoever asks can pretend to be somebody else, and has no bound",
            "name your reverse proxies alone",
        )


def _metrics(settings: Settings) -> Iterator[Finding]:
    networks = settings.metrics_networks
    if any(network.prefixlen == 0 for network in networks):
        yield AREA.warn(
            "web_metrics", "everybody may read the numbers", "name the address of your Prometheus alone"
        )
    proxied = settings.public_url and is_this_machine(settings.web_host)
    believed = any(is_this_machine(proxy.partition("/")[0]) for proxy in settings.web_trusted_proxies)
    if proxied and not believed and any(network.is_loopback for network in networks):
        yield AREA.warn(
            "web_metrics",
            "a reverse proxy on this machine is not believed, so whoever it speaks for may read the numbers",
            "name it in web_trusted_proxies, or use web_metrics_token instead",
        )
    if 0 < len(settings.web_metrics_token) < LEAST_TOKEN_CHARACTERS:
        yield AREA.warn(
            "web_metrics_token",
            "a short token can be guessed",
            f"make it {LEAST_TOKEN_CHARACTERS} characters or more",
        )


def _sending(settings: Settings) -> Iterator[Finding]:
    if settings.shards > 1 and not settings.database_url:
        yield AREA.fail(
            "shards",
            f"{settings.shards} shards need a database that several senders write at once",
            "set database_url to a PostgreSQL database, or shards to 1",
        )
    try:
        choose_transport(settings)
    except UsageError as error:
        yield AREA.fail("smtp", str(error), "correct smtp_url or evidence")
    if settings.evidence and settings.in_doubt == "presume":
        yield AREA.warn("evidence", "in_doubt = presume never looks for evidence", "set in_doubt to verify")
    if settings.smtp_url and not settings.evidence and settings.in_doubt != "presume":
        otherwise = "presumed to be taken" if settings.in_doubt == "verify" else "sent again"
        yield AREA.warn(
            "evidence",
            f"a mail whose answer is lost is {otherwise}: there is nowhere to look it up",
            "set evidence to the mail server's log, as postfix:/var/log/mail.log",
        )
    if settings.bounce_address and not settings.bounce_mailbox:
        yield AREA.warn(
            "bounce_mailbox",
            "bounces have an address, but nobody collects them: dead addresses are written to for ever",
            "set bounce_mailbox to where the mails for bounce_address arrive",
        )


def _who(settings: Settings) -> Iterator[Finding]:
    if settings.recipients_allow:
        allowed = ", ".join(settings.recipients_allow)
        yield AREA.warn(
            "recipients_allow",
            f"only {allowed} is written to, everybody else is left out",
            "empty it to write to all",
        )
    if 0 < len(settings.secret_key) < LEAST_KEY_CHARACTERS:
        yield AREA.warn(
            "secret_key",
            "a short key can be guessed, and with it the links that unsubscribe",
            f"make it {LEAST_KEY_CHARACTERS} characters or more; the links in mails already sent then end",
        )


def _wrong_with(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "names a port that does not exist"
    if port == 0:
        return "names a port that does not exist"
    if not parts.hostname:
        return "names no host"
    return "has something behind the path (? or #)" if parts.query or parts.fragment else ""


def _fields(settings: Settings) -> Iterator[tuple[str, object]]:
    return ((name, getattr(settings, name)) for name in settings.__struct_fields__)
