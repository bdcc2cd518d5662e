"""Setting ``evidence``."""

import pytest

from broadsheet.mail.evidence import choose_source
from broadsheet.mail.evidence.acceptances import AcceptanceLog
from broadsheet.mail.evidence.folder import Folder
from broadsheet.mail.evidence.mailpit import Mailpit
from broadsheet.mail.evidence.postfix import PostfixLog
from broadsheet.mail.inbox import InboxTransport
from broadsheet.mail.smtp import SmtpTransport
from broadsheet.mail.transport import choose_transport
from broadsheet.settings import Settings, SettingsError


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("postfix:/var/log/mail.log", PostfixLog),
        ("mailpit:http://user:secret@localhost:8025", Mailpit),
        ("inbox:/folder", Folder),
        ("acceptances:/file", AcceptanceLog),
        ("", type(None)),
    ],
)
def test_each_kind_of_evidence(text, kind):
    assert isinstance(choose_source(Settings(evidence=text, smtp_url="smtp://localhost:25")), kind)


@pytest.mark.parametrize(
    "text", ["postfix", "postfix:", "mailpit:secret@host", "exim:/var/log", "/var/log/mail.log", ":"]
)
def test_what_is_no_evidence_is_refused_without_repeating_it(text):
    with pytest.raises(SettingsError, match="setting 'evidence'") as caught:
        choose_source(Settings(evidence=text))
    assert "secret" not in str(caught.value)


def test_where_mail_goes(tmp_path):
    assert isinstance(choose_transport(Settings(home=str(tmp_path))), InboxTransport)
    assert isinstance(choose_transport(Settings(smtp_url="smtp://mail.example")), SmtpTransport)
    with pytest.raises(SettingsError, match="evidence"):
        choose_transport(Settings(smtp_url="smtp://mail.example", evidence="nonsense"))
    with pytest.raises(SettingsError, match="smtp_url"):
        choose_transport(Settings(smtp_url="nonsense"))
