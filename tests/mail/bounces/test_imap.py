"""A real IMAP server: what waits is read, dealt with and moved; who may be trusted is checked."""

from collections.abc import Iterator
from urllib.parse import quote

import msgspec
import pytest

from broadsheet.mail.bounces.collecting import collect
from broadsheet.mail.bounces.imap import read_account
from broadsheet.mail.errors import MailError
from broadsheet.mail.schema import bounce_events
from broadsheet.settings import SettingsError
from mail.bounces import dovecot
from mail.bounces.postbag import NOW, Office, sample

LOGIN = f"{dovecot.USER}:{quote(dovecot.PASSWORD, safe='')}"
WITHOUT_MOVE = "IMAP4rev1 LITERAL+ UIDPLUS"

SERVERS = {
    "usual": {},
    "folders below INBOX": {"prefix": "INBOX."},
    "another separator": {"separator": "/"},
    "without MOVE": {"capability": WITHOUT_MOVE},
}


@pytest.fixture(scope="module", params=SERVERS)
def any_server(request: pytest.FixtureRequest) -> Iterator[dovecot.Server]:
    if not dovecot.is_installed():
        pytest.skip("no Dovecot is installed here: apt-get install dovecot-imapd")
    with dovecot.running(**SERVERS[request.param]) as server:
        yield server


@pytest.fixture(scope="module")
def server() -> Iterator[dovecot.Server]:
    if not dovecot.is_installed():
        pytest.skip("no Dovecot is installed here: apt-get install dovecot-imapd")
    with dovecot.running() as server:
        yield server


@pytest.fixture
def imap_office(office: Office, server: dovecot.Server, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    office.settings = set_mailbox(office, f"imaps://{LOGIN}@localhost:{server.tls}/INBOX")
    return office


def set_mailbox(office, url):
    return msgspec.structs.replace(office.settings, bounce_mailbox=url)


def test_what_waits_is_dealt_with_and_moved(any_server, office, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(any_server.certificate))
    settings = set_mailbox(office, f"imaps://{LOGIN}@localhost:{any_server.tls}")
    mails = {"1.mx": "postfix-user-unknown", "2.mx": "unsubscribe", "3.mx": "unknown-form"}
    for name, what in mails.items():
        any_server.drop(sample(what), name)
    report = collect(settings, NOW)
    assert report.kinds == {"hard": 1, "unsubscribe": 1}
    assert sum(report.quarantined.values()) == 1
    assert office.suppressed_for == "hard_bounce"
    assert collect(settings, NOW).mails == 0
    assert any_server.folder("Processed") == sorted([sample("postfix-user-unknown"), sample("unsubscribe")])
    assert any_server.folder("Quarantine") == [sample("unknown-form")]
    assert len(list((any_server.maildir / "cur").iterdir())) == (0 if any_server.moves else 3)


def test_a_mail_that_was_dealt_with_but_not_moved_changes_nothing(imap_office, server):
    for name in ("1.mx", "2.mx"):
        server.drop(sample("arf-abuse"), name)
    report = imap_office.collect()
    assert (report.kinds, report.repeated) == ({"complaint": 1}, 1)
    assert len(imap_office.rows(bounce_events)) == 1


def test_of_a_huge_mail_the_beginning_is_read(imap_office, server):
    server.drop(sample("postfix-user-unknown") + b"x" * 76 + b"\n" + b"x" * 50_000_000, "huge.mx")
    assert imap_office.collect().kinds == {"hard": 1}


def test_on_this_machine_it_may_go_without_tls(office, server):
    office.settings = set_mailbox(office, f"imap://{LOGIN}@127.0.0.1:{server.plain}")
    server.drop(sample("unsubscribe"), "plain.mx")
    assert office.collect().kinds == {"unsubscribe": 1}


def test_a_certificate_that_nobody_trusts_is_refused(office, server):
    office.settings = set_mailbox(office, f"imaps://{LOGIN}@localhost:{server.tls}")
    with pytest.raises(MailError, match="certificate"):
        office.collect()


def test_elsewhere_tls_is_demanded(office, server, monkeypatch):
    monkeypatch.setattr("broadsheet.mail.bounces.imap.is_this_machine", lambda host: False)
    office.settings = set_mailbox(office, f"imap://{LOGIN}@localhost:{server.plain}")
    with pytest.raises(MailError, match="certificate"):
        office.collect()
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    server.drop(sample("unsubscribe"), "starttls.mx")
    assert office.collect().kinds == {"unsubscribe": 1}


@pytest.mark.parametrize(
    ("login", "folder"), [("bounces:wrong", "INBOX"), (LOGIN, "NoSuchFolder")], ids=["password", "folder"]
)
def test_a_refusal_is_told_without_secrets(imap_office, server, login, folder):
    imap_office.settings = set_mailbox(imap_office, f"imaps://{login}@localhost:{server.tls}/{folder}")
    with pytest.raises(MailError, match="the bounce mailbox on localhost cannot be used") as refused:
        imap_office.collect()
    assert "wrong" not in str(refused.value)
    assert dovecot.PASSWORD not in str(refused.value)


def test_a_server_that_is_not_there_is_named(office):
    office.settings = set_mailbox(office, f"imaps://{LOGIN}@localhost:1")
    with pytest.raises(MailError, match=r"localhost cannot be used: .*refused"):
        office.collect()


@pytest.mark.parametrize(
    "url",
    [
        "imaps://host/INBOX",
        "imaps://u:p@/INBOX",
        "imaps://u:p@host:port/",
        "imap://ü:p@host",
        "imaps://u%0a:p@host",
    ],
)
def test_an_address_that_cannot_be_meant_is_not_repeated(url):
    with pytest.raises(SettingsError, match="bounce_mailbox") as refused:
        read_account(url)
    assert url not in str(refused.value)


def test_an_account_shows_no_password():
    account = read_account("imaps://u%40x:p%2F@host/A%20folder")
    assert (account.user, account.password, account.folder, account.port) == ("u@x", "p/", "A folder", 993)
    assert "p/" not in repr(account)
