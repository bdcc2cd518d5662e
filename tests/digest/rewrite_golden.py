"""Rewrite the golden files after a change on purpose: ``python tests/digest/rewrite_golden.py``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from broadsheet.digest.edition import Digest
from broadsheet.digest.forme import Body, Links
from broadsheet.digest.render import render
from broadsheet.mail.address import Mailbox
from broadsheet.mail.message import Envelope, Head, Letterhead, assemble, mailing_list
from digest.made_up import CASES, UNTIL

FOLDER = Path(__file__).with_name("golden")
FORMS = {"html": "html", "text": "txt", "json": "json"}
LINKS = Links("https://papers.example/u/token", reply_unsubscribe="mailto:bounces+u.token@papers.example")


def golden_file(case: str, form: str) -> Path:
    """Where the form of a case is kept."""
    return FOLDER / f"{case}.{FORMS.get(form, form)}"


def headers_of(digest: Digest) -> str:
    """The headers of the mail that carries a digest."""
    letterhead = Letterhead(
        author=Mailbox("Broadsheet", "digest", "papers.example"),
        date=UNTIL,
        run_key="2026-11-20T07:00Z",
        stream="daily",
        mailing_list=mailing_list(["trending"]),
        help="https://papers.example/help",
    )
    head = Head(letterhead, render(digest).subject, "0123456789abcdef" * 2, LINKS)
    message = assemble(Body((), ()), head, Envelope("bounces@papers.example", "ada@example.org"))
    return message.data.partition(b"\r\n\r\n")[0].decode().replace("\r\n", "\n") + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for case, make in CASES.items():
        rendered = render(make())
        for form in FORMS:
            golden_file(case, form).write_text(getattr(rendered, form), encoding="utf-8")
        golden_file(case, "headers").write_text(headers_of(make()), encoding="utf-8")
