"""What a failure means, by its status and by words."""

import pytest

from broadsheet.mail.bounces.status import judge_failure


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *[(f"5.1.{detail}", "hard") for detail in (0, 1, 2, 3, 4, 6, 10)],
        ("5.2.1", "hard"),
        ("5.4.1", "hard"),
        ("5.4.4", "hard"),
        ("5.4.310", "hard"),
        ("5.1.7", "policy"),
        ("5.1.8", "policy"),
        ("5.2.2", "soft"),
        ("5.2.3", "policy"),
        ("5.2.4", "soft"),
        ("5.3.0", "soft"),
        ("5.3.4", "policy"),
        ("5.4.6", "soft"),
        ("5.4.7", "soft"),
        ("5.5.4", "policy"),
        ("5.6.1", "policy"),
        *[(f"5.7.{detail}", "policy") for detail in (0, 1, 8, 23, 26, 515)],
        *[(f"4.{subject}.{detail}", "soft") for subject in range(8) for detail in (0, 1, 7)],
        ("5.0.0", "soft"),
        ("", "soft"),
    ],
)
def test_a_status_alone(status, kind):
    assert judge_failure(status, "").kind == kind


@pytest.mark.parametrize(
    ("diagnostic", "kind"),
    [
        ("smtp; 550 no such user here", "hard"),
        ("smtp; 550 Mailbox unavailable", "hard"),
        ("550 5.0.0 reader does not exist: account unknown", "hard"),
        ("smtp; 552 mailbox full", "soft"),
        ("smtp; 450 mailbox unavailable", "soft"),
        ("smtp; 550 rejected as spam", "policy"),
        ("smtp; 550 sender domain not found", "policy"),
        ("smtp; 554 Client host [192.0.2.1] rejected: cannot find your reverse hostname", "policy"),
        ("smtp; 550 access denied, user unknown", "policy"),
        ("smtp; 550 computer says no", "soft"),
    ],
)
def test_words_alone(diagnostic, kind):
    assert judge_failure("5.0.0", diagnostic).kind == kind
    assert judge_failure("", diagnostic).kind == kind


@pytest.mark.parametrize(
    ("status", "diagnostic", "kind", "code"),
    [
        ("5.1.1", "smtp; 550 5.7.1 blocked", "policy", "5.7.1"),
        ("5.4.7", "smtp; 451 4.7.1 try again later", "soft", "4.7.1"),
        ("5.1.1", "smtp; 550 spam is not welcome here", "policy", "5.1.1"),
        ("5.1.1", "smtp; 550 no such user, mailbox unknown", "hard", "5.1.1"),
        ("5.0.0", "smtp; 550 5.1.1 no", "hard", "5.1.1"),
        ("5.1.1", "connect to 5.7.1.4: refused", "hard", "5.1.1"),
        ("5.1.1", "smtp; 550 5.0.0 no", "hard", "5.1.1"),
        ("5.01.001", "", "hard", "5.1.1"),
    ],
)
def test_what_the_other_server_said_itself_goes_first(status, diagnostic, kind, code):
    judged = judge_failure(status, diagnostic)
    assert (judged.kind, judged.status) == (kind, code)
