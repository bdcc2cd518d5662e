"""The cards of a list page: what is left to read when its JSON is missing.

Elements are chosen by structure (article, h3, links by their target), never by class names, which change every
few months. Each paper of 2026 stands twice in its article, for wide and narrow screens: what the second
rendering adds is taken, nothing is counted twice.

Left None on purpose, because a card does not prove them:

- abstract and AI summary: the card's text is one or the other and does not say which;
- authors: a card shows five at most, some by user name, or an organisation in their place (their number is kept);
- stars above 999: shown rounded ("3.29k");
- media: a card shows the first one only.
"""

import re
from collections.abc import Iterator
from datetime import date

from bs4 import Tag
from bs4.element import NavigableString
from msgspec.structs import replace

from broadsheet.hub.urls import list_from_url, split
from broadsheet.model import (
    Capture,
    Details,
    Entry,
    ListId,
    Listing,
    ListKind,
    Member,
    Organization,
    arxiv_id,
    dated_list,
    squash,
)
from broadsheet.parsing.items import absolute, clean
from broadsheet.parsing.page import Page, attribute
from broadsheet.parsing.shown import addressed_list, count, day, midnight

PARSER = "cards"

_PAPER_LINK = re.compile(r"(?:https?://[^/]+)?/papers/([^?#\s]+)$")
_LOGIN_LINK = re.compile(r"(?:https?://[^/]+)?/login\?")
_MEMBER_LINK = re.compile(r"(?:https?://[^/]+)?/([\w.-]+)/?")
_NUM_AUTHORS = re.compile(r"(\d{1,9}) authors?")


def parse(page: Page, capture: Capture) -> Listing | None:
    """The listing that the page's cards show; None if there are none."""
    entries: dict[str, Entry] = {}
    rounded = 0
    for article in page.soup.find_all("article"):
        entry, stars_rounded = _entry(article, len(entries) + 1, capture)
        if entry is None:
            continue
        rounded += stars_rounded
        first = entries.get(entry.key)
        entries[entry.key] = entry if first is None else _filled(first, entry)
    if not entries:
        return None
    page_date = _page_date(page, capture)
    notes = (f"stars are shown rounded for {rounded} papers and left out",) if rounded else ()
    return Listing(
        list_id=_list_id(page, capture, page_date),
        entries=tuple(entries.values()),
        parser=PARSER,
        page_date=page_date,
        notes=notes,
    )


def _entry(article: Tag, rank: int, capture: Capture) -> tuple[Entry | None, bool]:
    """The paper of an article, and whether its stars are shown rounded."""
    links = article.find_all("a")
    title, paper_id = _title(links)
    if title is None or paper_id is None:
        return None, False
    github = next((link for link in links if split(attribute(link, "href")).hostname == "github.com"), None)
    stars_text = _last_word(github)
    stars = count(stars_text) if stars_text != "-" else None
    lines = list(_own_lines(article))
    return (
        Entry(
            rank=rank,
            paper_id=paper_id,
            upvotes=_upvotes(links, lines),
            num_comments=_comments(links),
            github_stars=stars,
            details=Details(
                title=title,
                num_authors=_num_authors(lines),
                published_at=midnight(
                    next((found for line in lines if (found := day(line, capture.captured_at))), None)
                ),
                submitted_by=_submitter(lines),
                organization=_organization(links),
                github_url=attribute(github, "href") if github is not None else None,
                thumbnail_url=_thumbnail(article),
            ),
        ),
        stars is None and any(letter.isdigit() for letter in stars_text),
    )


def _filled(first: Entry, again: Entry) -> Entry:
    """``first`` with what only its second rendering shows."""
    details = {
        name: value
        for name in Details.__struct_fields__
        if getattr(first.details, name) is None and (value := getattr(again.details, name)) is not None
    }
    counts = {
        name: value
        for name in ("upvotes", "num_comments", "github_stars")
        if getattr(first, name) is None and (value := getattr(again, name)) is not None
    }
    return replace(first, details=replace(first.details, **details), **counts)


def _title(links: list[Tag]) -> tuple[str | None, str | None]:
    """Title and id from the first link to a paper: of those a skimmed card has the titles' only."""
    for link in links:
        match = _PAPER_LINK.match(attribute(link, "href"))
        paper_id = arxiv_id(match[1]) if match is not None else None
        if paper_id is not None:
            return clean(link.get_text()), paper_id
    return None, None


def _upvotes(links: list[Tag], lines: list[str]) -> int | None:
    """The number in the vote button, which links to the login; without a button the article's one bare number."""
    for link in links:
        if _LOGIN_LINK.match(attribute(link, "href")):
            text = _last_word(link)
            return 0 if text in ("", "Upvote") else count(text)
    bare = {number for line in lines if (number := count(line)) is not None}
    return bare.pop() if len(bare) == 1 else None


def _comments(links: list[Tag]) -> int | None:
    for link in links:
        if attribute(link, "href").endswith("#community"):
            return count(link.get_text())
    return None


def _num_authors(lines: list[str]) -> int | None:
    return next((int(match[1]) for line in lines if (match := _NUM_AUTHORS.fullmatch(line))), None)


def _submitter(lines: list[str]) -> Member | None:
    for at, line in enumerate(lines):
        if line.startswith("Submitted by"):
            following = lines[at + 1] if at + 1 < len(lines) else ""
            name = line.removeprefix("Submitted by").strip() or following
            return Member(username=name) if name else None
    return None


def _organization(links: list[Tag]) -> Organization | None:
    """The chip that stands in the authors' place: a picture and a name that link to the hub's /name."""
    for link in links:
        match = _MEMBER_LINK.fullmatch(attribute(link, "href"))
        name = clean(link.get_text())
        if match is not None and match[1] != "login" and name is not None:
            picture = link.find("img")
            avatar = attribute(picture, "src") if isinstance(picture, Tag) else None
            return Organization(name=match[1], fullname=name, avatar_url=absolute(avatar))
    return None


def _thumbnail(article: Tag) -> str | None:
    pictures = (attribute(picture, "src") for picture in article.find_all("img"))
    return next((absolute(source) for source in pictures if "social-thumbnails" in source), None)


def _own_lines(article: Tag) -> Iterator[str]:
    """The lines of text that stand in the article outside its links, lists and headings."""
    for text in article.children:
        if isinstance(text, NavigableString):
            yield from filter(None, map(str.strip, text.splitlines()))


def _last_word(tag: Tag | None) -> str:
    words = tag.get_text().split() if tag is not None else []
    return words[-1] if words else ""


def _page_date(page: Page, capture: Capture) -> date | None:
    """The day in the page's heading ("Aug" "1"), outside the cards."""
    for time in page.soup.find_all("time"):
        if time.find_parent("article") is None:
            found = day(squash(time.get_text(" ")), capture.captured_at)
            if found is not None:
                return found
    return None


def _list_id(page: Page, capture: Capture, page_date: date | None) -> ListId | None:
    """What the page declares, else what its heading shows, else where it came from."""
    declared = next(filter(None, map(list_from_url, page.addresses)), None)
    if declared is not None:
        return declared
    came_from = addressed_list(capture) or capture.asked
    if page_date is None:
        return came_from
    if came_from is None:
        return dated_list(ListKind.DAILY, page_date)
    if came_from.kind is ListKind.DAILY and came_from.key[5:] != f"{page_date:%m-%d}":
        return dated_list(ListKind.DAILY, page_date)
    return came_from
