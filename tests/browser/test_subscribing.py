"""From the form to the inbox, to the digest, and away again: with a browser, the sender and the embedded inbox."""

import email.policy
import re
import time
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser

import requests

from broadsheet.mail.office import deliver_due
from broadsheet.sample.maildrop import read_inbox
from browser.fitness import serious_findings, too_wide
from browser.walking import go

ADA = "ada@example.org"


def inbox(site, mails: int) -> list[EmailMessage]:
    """Ada's mails, oldest first, once there are so many; the letters are sent by the site itself."""
    deadline = time.monotonic() + 30
    while len(found := read_inbox(site.settings.inbox_path)) < mails:
        assert time.monotonic() < deadline, f"{len(found)} of {mails} mails came"
        time.sleep(0.05)
    parser = BytesParser(policy=email.policy.default)
    parsed = [parser.parsebytes(each.content) for each in found]
    assert {mail["To"] for mail in parsed} == {ADA}
    return sorted(parsed, key=lambda mail: mail["Date"].datetime)


def link(mail: EmailMessage, part: str) -> str:
    """The address in the mail's text that holds ``part``."""
    text = mail.get_body(("plain",)).get_content()
    return next(found for found in re.findall(r"https?://\S+", text) if part in found)


def test_from_the_form_to_the_digest_and_away_again(site, visit_own):
    page = visit_own("/subscribe")
    assert page.get_by_label("Time zone").input_value() == "Europe/Rome"
    page.get_by_label("Topics").fill("language*, -medical")
    page.get_by_text(re.compile(r"papers? on \d days? of seven")).wait_for()
    page.get_by_label("Your mail address").fill(ADA)
    site.now += timedelta(seconds=10)
    page.get_by_role("button", name="Subscribe", exact=True).first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Check your inbox"
    assert ADA not in page.url

    (letter,) = inbox(site, 1)
    page.goto(link(letter, "/confirm/"))
    deliver_due(site.settings, lambda: site.now + timedelta(days=1))
    assert len(inbox(site, 1)) == 1, "a digest went out before anybody pressed the button"
    page.get_by_role("button", name="Yes, subscribe me").click()
    assert page.get_by_role("heading", level=1).inner_text() == "You are subscribed"

    page.get_by_role("link", name="Change your wishes").click()
    assert page.get_by_label("Topics").input_value() == "language*, -medical"
    page.get_by_label("Papers in a mail at most").fill("many")
    page.get_by_role("button", name="Save").click()
    assert "no number" in page.locator(".error").inner_text()
    page.get_by_label("Topics").fill("")
    page.get_by_label("Papers in a mail at most").fill("5")
    page.get_by_label("At", exact=True).select_option("9")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()

    site.now += timedelta(days=1)
    deliver_due(site.settings, lambda: site.now)
    digest = inbox(site, 2)[-1]
    assert digest["Subject"].startswith("Trending papers of 16 Nov 2026")

    page.goto(link(digest, "/editions/"))
    assert page.get_by_role("heading", level=4).count() == 5
    assert ADA not in page.content()

    address = digest["List-Unsubscribe"].split(",")[0].strip(" <>")
    answer = requests.post(address, data={"List-Unsubscribe": "One-Click"}, allow_redirects=False, timeout=10)
    assert answer.status_code == 200
    page.goto(address)
    assert "unsubscribed" in page.get_by_role("heading", level=1).inner_text().lower()
    site.now += timedelta(days=7)
    deliver_due(site.settings, lambda: site.now)
    assert len(inbox(site, 2)) == 2


def test_the_pages_of_a_subscriber_are_fit_for_all_readers(site, visit_own):
    page = visit_own("/subscribe")

    def check(heading: str) -> None:
        assert page.get_by_role("heading", level=1).inner_text() == heading
        assert serious_findings(page) == []
        assert too_wide(page) == {}

    page.get_by_label("Your mail address").fill(ADA)
    site.now += timedelta(seconds=10)
    go(page.get_by_role("button", name="Subscribe", exact=True).first)
    check("Check your inbox")
    page.goto(link(inbox(site, 1)[0], "/confirm/"))
    check("One press of a button")
    go(page.get_by_role("button", name="Yes, subscribe me"))
    check("You are subscribed")
    go(page.get_by_role("link", name="Change your wishes"))
    page.get_by_label("Papers in a mail at most").fill("many")
    go(page.get_by_role("button", name="Save"))
    check("Your wishes")
    go(page.get_by_role("link", name="Forget my address"))
    check("Forget my address")
    go(page.get_by_role("link", name="No, leave everything as it is"))
    go(page.get_by_role("button", name="Unsubscribe"))
    check("You are unsubscribed")


def test_looking_at_the_page_to_unsubscribe_changes_nothing(site, visit_own):
    page = visit_own("/subscribe", scripts=False)
    page.get_by_label("Your mail address").fill(ADA)
    site.now += timedelta(seconds=10)
    page.get_by_role("button", name="Subscribe", exact=True).first.click()
    page.goto(link(inbox(site, 1)[0], "/confirm/"))
    page.get_by_role("button", name="Yes, subscribe me").click()
    site.now += timedelta(days=1)
    deliver_due(site.settings, lambda: site.now)
    page.goto(link(inbox(site, 2)[-1], "/unsubscribe/"))
    page.reload()
    site.now += timedelta(days=1)
    page.get_by_role("button", name="Unsubscribe").click()
    assert "unsubscribed" in page.get_by_role("heading", level=1).inner_text().lower()
