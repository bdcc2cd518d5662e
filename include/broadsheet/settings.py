"""Every setting, typed, in one place: environment first, then broadsheet.toml, then the default.

The environment names a setting ``BROADSHEET_`` and its name in capitals; the file uses the plain name. Lists
are written with commas in the environment. Nothing here is read at import time.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta

from broadsheet.errors import UsageError
from broadsheet.model import DATED_KINDS, HUB_URL, ListId, ListKind, parse_list_id, read_source
from broadsheet.times import as_utc

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network
    from zoneinfo import ZoneInfo

ENV_PREFIX = "BROADSHEET_"
FILE_NAME = "broadsheet.toml"
SECRETS = frozenset(
    {
        "hub_token",
        "smtp_url",
        "secret_key",
        "database_url",
        "bounce_mailbox",
        "channels",
        "web_metrics_token",
    }
)

Positive = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0)]
HttpUrl = Annotated[
    str, Meta(pattern=r"^https?://[^\s/]+", description="an address such as https://example.org")
]
HttpUrlOrNone = Annotated[
    str,
    Meta(pattern=r"^(https?://[^\s/]+|$)", description="an address such as https://example.org, or nothing"),
]


class SettingsError(UsageError):
    """A setting that cannot be used; the message names the setting, where it came from and what to write."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. Paths are relative to the working directory unless absolute."""

    home: str = ".broadsheet"
    """The folder that holds all state."""
    hub_url: HttpUrl = HUB_URL
    """The hub's address."""
    hub_token: str = ""
    """A token for the hub, if there is one; sent as a Bearer header to the hub only."""
    contact: str = ""
    """A mail address or URL that the User-Agent names, so that the hub's people can reach you."""
    lists: tuple[str, ...] = ("trending",)
    """The undated lists to watch."""
    dated_kinds: tuple[str, ...] = ("daily", "weekly", "monthly")
    """The kinds of dated lists to follow."""
    crosscheck: bool = False
    """Fetch dated lists and searches both from the API and as a page, and note what they disagree on."""
    poll_seconds: Seconds = 900.0
    """How long the watcher waits between two polls of one list."""
    budget_requests: Positive = 60
    """The most requests in one budget window, over all processes that share the home folder."""
    budget_seconds: Seconds = 300.0
    """The length of a budget window."""
    connect_timeout_seconds: Seconds = 10.0
    """The longest that opening a connection may take."""
    read_timeout_seconds: Seconds = 60.0
    """The longest silence of the hub within one answer."""
    total_timeout_seconds: Seconds = 180.0
    """The longest that one whole answer may take."""
    max_attempts: Positive = 4
    """How often one request is tried before it counts as failed."""
    backoff_seconds: Seconds = 1.0
    """The first wait after a failure; it doubles each time, with full jitter."""
    max_wait_seconds: Seconds = 600.0
    """The longest wait the hub may ask for with Retry-After before the poll gives up instead."""
    max_body_bytes: Positive = 32_000_000
    """The largest answer as it comes over the wire."""
    max_decoded_bytes: Positive = 128_000_000
    """The largest answer after decompression."""
    archive_url: str = ""
    """Where captures are kept: a folder or any fsspec URL; empty means the home folder's archive/."""
    published_url: str = ""
    """Where everything published is put for other hosts, besides the home folder: any fsspec URL; empty: nowhere."""
    lock_timeout_seconds: Seconds = 60.0
    """How long a writer waits for another before it says try again later."""
    clock: str = "system"
    """``system``, or a fixed time such as 2026-11-20T07:00:00+00:00 for demos and replays."""
    digest_to: str = ""
    """The address of a first subscriber, kept as the other digest_ settings say; empty means there is none."""
    digest_from: str = "Broadsheet <broadsheet@localhost>"
    """The From address of the digest; its domain is the domain of Message-IDs."""
    digest_lists: tuple[str, ...] = ("trending",)
    """The first subscriber's lists: undated ones, or ``daily``, ``weekly``, ``monthly`` for the newest of them."""
    digest_hour: Annotated[int, Meta(ge=0, le=23)] = 7
    """The first subscriber's hour, in digest_timezone."""
    digest_timezone: str = "UTC"
    """The first subscriber's zone, by its name in the IANA database; new subscribers start with it."""
    notices_to: str = ""
    """The address that is told when a task fails; empty means digest_to."""
    smtp_url: str = ""
    """``smtp://user:password@host:port`` (STARTTLS), ``smtps://`` (TLS); empty means the embedded inbox."""
    secret_key: str = ""
    """Keys Message-IDs and links; empty means one is made and kept in the home folder."""
    database_url: str = ""
    """``postgresql://user:password@host/name`` of the mail database; empty means mail.sqlite in the home folder."""
    public_url: HttpUrlOrNone = ""
    """The address of the web pages, for links in mails; empty means that mails have no such links."""
    bounce_address: str = ""
    """Where bounces go, such as bounces@example.org: each mail's envelope sender is one below it
    (bounces+…@example.org), and so is its address for unsubscribing by mail. Empty means digest_from."""
    dkim_selector: str = ""
    """The selector of the key that the mail server signs with (``s=`` in DKIM-Signature), for doctor to look at."""
    bounce_mailbox: str = ""
    """Where bounces are collected: ``maildir:/path`` or ``imaps://user:password@host/INBOX``; empty: nowhere."""
    in_doubt: Literal["verify", "presume", "resend"] = "verify"
    """What is done about a digest whose answer was lost: look for evidence, else presume it was taken; presume so
    at once; or look for evidence, else send it again."""
    evidence: str = ""
    """Where evidence is looked for: ``postfix:/var/log/mail.log``, ``mailpit:http://localhost:8025``,
    ``inbox:/folder`` or ``acceptances:/file``; empty: nowhere, but the embedded inbox always knows."""
    connections: Annotated[int, Meta(ge=1, le=64)] = 8
    """How many connections to the mail server one sender keeps."""
    journal_folder: str = ""
    """Where senders keep their journals; empty means the home folder's journal/. Where senders run on several hosts,
    a folder that all of them see: whoever takes over reads what the one before it was in the midst of."""
    shards: Annotated[int, Meta(ge=1, le=64)] = 1
    """Into how many parts a run is cut, each sent by a task of its own; more than one needs PostgreSQL."""
    rate_per_second: Annotated[float, Meta(ge=0)] = 0.0
    """The most mails a second over all senders; 0: no bound."""
    rate_per_hour: Annotated[int, Meta(ge=0)] = 0
    """The most mails an hour over all senders; 0: no bound."""
    recipients_allow: tuple[str, ...] = ()
    """Patterns such as ``*@example.org``: only matching addresses are written to; empty: all are."""
    channels: dict[str, str] = {}
    """Names of chat channels and their Apprise addresses: a table in broadsheet.toml, JSON in the environment."""
    web_host: str = "127.0.0.1"
    """The address that the web pages listen on; ``0.0.0.0`` for all, behind a reverse proxy that speaks TLS."""
    web_port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    """The port of the web pages; 0 takes a free one."""
    web_requests_per_minute: Annotated[int, Meta(ge=0)] = 1200
    """The most requests a minute from one visitor, in each web process; 0: no bound."""
    web_trusted_proxies: tuple[str, ...] = ("127.0.0.1",)
    """The reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    web_subscribe: Literal["open", "closed"] = "open"
    """Whether anybody may subscribe on the web pages; ``closed``: subscribers are added on the command line."""
    web_metrics: tuple[str, ...] = ()
    """The addresses and networks that may read ``/metrics``, such as 127.0.0.1 or 10.0.0.0/8; empty: none."""
    web_metrics_token: str = ""
    """Whoever shows this as a Bearer token may read ``/metrics`` from anywhere; empty: nobody."""
    log_format: Literal["text", "json"] = "text"
    """How `serve`, `up` and `send` log to standard error: a line of text, or a JSON object a line."""

    @property
    def home_path(self) -> Path:
        """The folder of all state, absolute."""
        return Path(self.home).expanduser().resolve()

    @property
    def warehouse_path(self) -> Path:
        """The writer's DuckDB file."""
        return self.home_path / "warehouse.duckdb"

    @property
    def published_path(self) -> Path:
        """The DuckDB file that everybody reads."""
        return self.home_path / "published" / "papers.duckdb"

    @property
    def segments_path(self) -> Path:
        """The folder of the closed months, which the warehouse and everything published share."""
        return self.published_path.parent / "segments"

    @property
    def archive_location(self) -> str:
        """The archive's folder or URL."""
        return self.archive_url or str(self.home_path / "archive")

    @property
    def mail_path(self) -> Path:
        """The SQLite file of subscribers and deliveries."""
        return self.home_path / "mail.sqlite"

    @property
    def journal_path(self) -> Path:
        """The folder of the senders' journals."""
        if self.journal_folder:
            return Path(self.journal_folder).expanduser().resolve()
        return self.home_path / "journal"

    @property
    def inbox_path(self) -> Path:
        """The folder in which the embedded inbox keeps what it received, a file a mail."""
        return self.home_path / "inbox"

    @property
    def watched_lists(self) -> tuple[ListId, ...]:
        """``lists``, read. Raises SettingsError for one that is no list."""
        try:
            return tuple(map(parse_list_id, self.lists))
        except ValueError as error:
            raise SettingsError(f"setting 'lists': {error}") from None

    @property
    def followed_kinds(self) -> tuple[ListKind, ...]:
        """``dated_kinds``, read. Raises SettingsError for one that has no dates."""
        for text in self.dated_kinds:
            if text not in DATED_KINDS:
                raise SettingsError(f"setting 'dated_kinds': {text!r} is none of daily, weekly and monthly")
        return tuple(map(ListKind, self.dated_kinds))

    @property
    def digest_sources(self) -> tuple[ListId | ListKind, ...]:
        """``digest_lists``, read, each once. Raises SettingsError for one that is neither a list nor a kind."""
        try:
            return tuple(dict.fromkeys(map(read_source, self.digest_lists)))
        except ValueError as error:
            raise SettingsError(f"setting 'digest_lists': {error}") from None

    @property
    def digest_zone(self) -> "ZoneInfo":
        """``digest_timezone``, read. Raises SettingsError for one that does not exist."""
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            return ZoneInfo(self.digest_timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise SettingsError(
                f"setting 'digest_timezone' is {self.digest_timezone!r}: write a name such as Europe/Rome or UTC"
            ) from None

    @property
    def metrics_networks(self) -> "tuple[IPv4Network | IPv6Network, ...]":
        """``web_metrics``, read. Raises SettingsError for one that is neither an address nor a network."""
        from ipaddress import ip_network

        try:
            return tuple(ip_network(text, strict=False) for text in self.web_metrics)
        except ValueError as error:
            raise SettingsError(
                f"setting 'web_metrics': {error}; write addresses and networks as 127.0.0.1 or 10.0.0.0/8"
            ) from None


READ_FURTHER = {
    "lists": "watched_lists",
    "dated_kinds": "followed_kinds",
    "digest_lists": "digest_sources",
    "digest_timezone": "digest_zone",
    "web_metrics": "metrics_networks",
}
"""The settings that are more than their type says, and what reads them; as they are by default they can be read."""


class Loaded(msgspec.Struct, frozen=True):
    """Settings and where each one came from: ``default``, the file's path, or the variable's name."""

    settings: Settings
    origins: dict[str, str]


def load(environ: Mapping[str, str] | None = None, directory: Path | None = None) -> Loaded:
    """Read the settings from ``environ`` (default: the process's) and ``directory`` (default: the working one).

    Raises:
        SettingsError: an unknown name, a value that cannot be used, or a file that is not TOML.
    """
    environ = os.environ if environ is None else environ
    file = (directory or Path()) / FILE_NAME
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    values: dict[str, Any] = {}
    origins = dict.fromkeys(fields, "default")
    for name, value in _read_file(file).items():
        _check_known(name, fields, str(file))
        values[name], origins[name] = value, str(file)
    for variable, text in environ.items():
        if not variable.startswith(ENV_PREFIX):
            continue
        name = variable.removeprefix(ENV_PREFIX).lower()
        _check_known(name, fields, f"the environment ({variable})")
        values[name] = _from_environment(text, fields[name].type, name, variable)
        origins[name] = variable
    checked = {
        name: _convert(name, value, fields[name].type, origins[name]) for name, value in values.items()
    }
    settings = Settings(**checked)
    for name in values.keys() & READ_FURTHER.keys():
        getattr(settings, READ_FURTHER[name])
    fixed_time(settings)
    return Loaded(settings, origins)


def load_settings() -> Settings:
    """The settings alone, from the process's environment and working directory."""
    return load().settings


def _read_file(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not valid TOML: {error}") from None
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from None
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not valid TOML: {error}") from None


def _check_known(name: str, fields: Mapping[str, Any], origin: str) -> None:
    if name not in fields:
        import difflib

        near = difflib.get_close_matches(name, fields, n=1)
        hint = (
            f"; did you mean {near[0]!r}?" if near else "; `broadsheet doctor` lists the settings there are"
        )
        raise SettingsError(f"unknown setting {name!r} in {origin}{hint}")


def _from_environment(text: str, wanted: Any, name: str, variable: str) -> object:
    if wanted == tuple[str, ...]:
        return [part.strip() for part in text.split(",") if part.strip()]
    if wanted == dict[str, str]:
        try:
            return msgspec.json.decode(text, type=dict[str, str])
        except msgspec.DecodeError:
            raise SettingsError(
                f'setting {name!r} from {variable} is no JSON: write {{"name": "address"}}'
            ) from None
    return text


def _convert(name: str, value: object, wanted: Any, origin: str) -> Any:
    try:
        return msgspec.convert(value, wanted, strict=False)
    except msgspec.ValidationError:
        shown = "(secret)" if name in SECRETS else repr(value)
        raise SettingsError(
            f"setting {name!r} from {origin} is {shown}: write {_described(wanted)}"
        ) from None


def _described(wanted: Any) -> str:
    """What values a setting takes, in words."""
    if get_origin(wanted) is Literal:
        return f"one of {', '.join(get_args(wanted))}"
    kind, *bounds = get_args(wanted) if get_origin(wanted) is Annotated else (wanted,)
    words = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "a text",
        tuple[str, ...]: "a list of texts",
        dict[str, str]: "a table of texts",
    }[kind]
    for bound in bounds:
        if bound.description:
            return str(bound.description)
        if bound.gt is not None:
            words += f" above {bound.gt}"
        if bound.ge is not None:
            words += f" from {bound.ge} on" if bound.le is None else f" from {bound.ge} to {bound.le}"
    return words


def fixed_time(settings: Settings) -> datetime | None:
    """The fixed time that ``clock`` names, None for the system's clock. Raises SettingsError if it is neither."""
    if settings.clock == "system":
        return None
    try:
        return as_utc(datetime.fromisoformat(settings.clock))
    except ValueError:
        raise SettingsError(
            f"setting 'clock' is {settings.clock!r}: write 'system' or a time such as 2026-11-20T07:00:00+00:00"
        ) from None


def now(settings: Settings) -> datetime:
    """The time at the edge of the program: everything inside gets it handed in."""
    return fixed_time(settings) or datetime.now(UTC)
