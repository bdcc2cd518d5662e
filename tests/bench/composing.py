"""Composing personal digests into finished mails: joined from fragments, against a template and EmailMessage each."""

import random
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from harness.contest import contest
from harness.measurement import Measurement, faster
from jinja2 import Environment, FileSystemLoader, select_autoescape

from broadsheet.digest import headlines
from broadsheet.digest.forme import Forme, Links
from broadsheet.digest.fragments import template_text
from broadsheet.digest.headlines import tally
from broadsheet.digest.layout import MEASURES, lay_out
from broadsheet.digest.picking import Picked, Picker
from broadsheet.digest.press import Press
from broadsheet.digest.render import copies, titles
from broadsheet.digest.stock import Stock
from broadsheet.digest.topics import read_topics
from broadsheet.digest.wishes import Wishes
from broadsheet.mail.address import Mailbox
from broadsheet.mail.message import Envelope, Head, Letterhead, assemble, mailing_list
from digest.made_up import HUB, UNTIL, day, paper
from digest.pages import Page, squash
from digest.readers import digest_of_pick, stock_of

SUBSCRIBERS = 100_000
TOPIC_SETS = 500
DIFFERENT = 20_000
"""Subscribers of whom no two are told the same."""
SAMPLE = 40
"""How many mails the slow way makes in one round."""
ROUNDS = 5
"""Each of ours is a second long."""
LETTERHEAD = Letterhead(
    author=Mailbox("Broadsheet", "digest", "papers.example"),
    date=UNTIL,
    run_key="2026-11-20T07:00Z",
    stream="daily",
    mailing_list=mailing_list(["trending"]),
)

Mail = tuple[Picked, str, str, Links]
"""What was picked for a subscriber, the delivery's id, the address, the links."""


def audience(picks: Sequence[Picked], size: int) -> list[Mail]:
    """So many subscribers, who share these picks."""
    site = "https://papers.example"
    return [
        (
            picks[number * len(picks) // size],
            f"{number:032x}",
            f"reader{number}@example.org",
            Links(f"{site}/u/{number:035d}", f"{site}/p/{number:035d}", f"{site}/e/2026-11-20T0700Z"),
        )
        for number in range(size)
    ]


def topic_sets(stocks: Sequence[Stock], sets: int) -> list[Picked]:
    """What readers with one to three topics each are told, a pick for each set."""
    choice = random.Random(8)
    words = sorted(
        {word.strip(":,.?") for n in range(24) for word in paper(n).title.split() if len(word) > 3}
    )
    picker = Picker(stocks)
    wishes = [
        Wishes(read_topics(", ".join(["model*", "attention", *choice.sample(words, 3)]))) for _ in range(sets)
    ]
    return [picker.pick(range(len(stocks)), each) for each in wishes]


def all_different(picks: Sequence[Picked], size: int) -> list[Picked]:
    """So many picks, each without another few papers."""
    choice = random.Random(9)
    found = set()
    while len(found) < size:
        pick = picks[choice.randrange(len(picks))]
        kept = [place for place in range(len(pick.positions[0])) if choice.random() < 0.9]
        positions = tuple(pick.positions[0][place] for place in kept)
        found.add(Picked(pick.stocks, (positions,), (tuple(pick.why[0][place] for place in kept),), False))
    return sorted(found, key=lambda pick: pick.positions)


def joined(stocks: Sequence[Stock], mails: Sequence[Mail], keep: int = 0) -> list[bytes]:
    """Our way, from nothing: set, cast, join. Gives the first ``keep`` mails."""
    press = Press(stocks, HUB, UNTIL)
    selections = [press.set(picked, timezone="UTC") for picked, *_ in mails]
    forme = Forme(press.fragments())
    kept = []
    for selection, (_, delivery_id, address, links) in zip(selections, mails, strict=True):
        head = Head(LETTERHEAD, selection.subject, delivery_id, links)
        message = assemble(forme.body(selection, links), head, Envelope("bounces@papers.example", address))
        if len(kept) < keep:
            kept.append(message.data)
    return kept


class Templates:
    """The usual way: one template for each form rendered for each mail, styles inlined, an `EmailMessage` built.

    All values that the templates get are looked up, none is made for a mail.
    """

    def __init__(self, stocks: Sequence[Stock]) -> None:
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent),
            autoescape=select_autoescape(("html.j2",), disabled_extensions=("txt.j2",)),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._html = environment.get_template("mail.html.j2")
        self._text = environment.get_template("mail.txt.j2")
        self._stocks = stocks
        self._inliner = CSSInliner(load_remote_stylesheets=False, extra_css=template_text("style.css"))
        self._values: dict[Picked, dict[str, Any]] = {}

    def values(self, picked: Picked) -> dict[str, Any]:
        """What the templates get but for the links; made once for each pick."""
        if picked not in self._values:
            digest = digest_of_pick(self._stocks, picked, "UTC")
            layout = lay_out(digest, MEASURES[0])
            self._values[picked] = {
                "subject": headlines.subject(map(tally, digest.editions), UNTIL, "UTC"),
                "preheader": headlines.preheader(titles(layout)),
                "dateline": headlines.dateline(UNTIL, "UTC"),
                "reason": headlines.reason(["trending"]),
                "hub_url": HUB,
                "parts": [{"template": copy.template, **dict(copy.values)} for copy in copies(layout)],
            }
        return self._values[picked]

    def mail(self, mail: Mail) -> bytes:
        """One finished mail."""
        picked, delivery_id, address, links = mail
        values = self.values(picked)
        links_by_name = {
            "view": links.view,
            "preferences": links.preferences,
            "unsubscribe": links.unsubscribe,
        }
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = str(LETTERHEAD.author)
        message["To"] = address
        message["Subject"] = values["subject"]
        message["Date"] = format_datetime(UNTIL)
        message["Message-ID"] = f"<{delivery_id}@papers.example>"
        message["List-Id"] = "Trending papers <trending.digest.papers.example>"
        message["List-Unsubscribe"] = f"<{links.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Auto-Submitted"] = "auto-generated"
        message["Precedence"] = "bulk"
        message.set_content(self._text.render(values, **links_by_name), cte="quoted-printable")
        page = self._inliner.inline(self._html.render(values, **links_by_name))
        message.add_alternative(page, subtype="html", cte="quoted-printable")
        return message.as_bytes()


def content(mail: bytes) -> tuple[object, ...]:
    """What a reader and a mail program get of a mail."""
    message = message_from_bytes(mail, policy=policy.default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    page = Page(html.get_content())
    names = ("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "Precedence")
    return (
        *(str(message[name]).strip() for name in names),
        squash(text.get_content()),
        page.text,
        page.addresses,
    )


def compare(title: str, stocks: Sequence[Stock], mails: Sequence[Mail], times: float) -> Measurement:
    """What all mails take either way; that of the templates is told from a sample of them."""
    sample = mails[:: len(mails) // SAMPLE][:SAMPLE]
    templates = Templates(stocks)
    for one, other in zip(joined(stocks, sample, keep=SAMPLE), map(templates.mail, sample), strict=True):
        assert content(one) == content(other)
    ours, theirs = contest(
        {
            "Broadsheet, joined from fragments": lambda: joined(stocks, mails),
            f"Jinja2 and EmailMessage (from {SAMPLE} mails)": lambda: [
                templates.mail(mail) for mail in sample
            ][:0],
        },
        rounds=ROUNDS,
    )
    kilobytes = len(joined(stocks, sample, keep=1)[0]) / 1000
    return Measurement(
        number=8,
        title=f"{len(mails):,} digests {title}, {kilobytes:.0f} kB each",
        contenders=[ours, theirs.times(len(mails) / SAMPLE)],
        goals=[faster(times, theirs.name)],
    )


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """How long composing takes with shared topics, and when nobody is told the same."""
    stocks = [stock_of(day(50))]
    picks = topic_sets(stocks, TOPIC_SETS)
    yield compare(f"of {TOPIC_SETS} sets of topics", stocks, audience(picks, SUBSCRIBERS), 350)
    yield compare(
        "of which no two are alike", stocks, audience(all_different(picks, DIFFERENT), DIFFERENT), 100
    )
