"""The parts of a mail, each rendered and inlined once, to be joined as they are.

CSS is inlined into rendered parts: inlining template source would tear loops out of tables, and inlining whole
mails would cost the same work again for every subscriber.
"""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from broadsheet.digest import words
from broadsheet.digest.layout import Column, Layout, Piece, Story
from broadsheet.digest.sparkline import in_words, sparkline
from broadsheet.digest.text import wrap

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Environment

TEXT_WIDTH = 78
_BODY_MARK = "<!--body-->"


class Fragment(msgspec.Struct, frozen=True):
    """One part of a mail in both its forms, each ending in a line break."""

    html: str
    text: str


class Frame(msgspec.Struct, frozen=True):
    """What stands before and after the fragments of one mail."""

    head: Fragment
    foot: Fragment


def frame(layout: Layout, subject: str) -> Frame:
    """The name plate, the date and the foot."""
    digest = layout.digest
    values = {
        "subject": subject,
        "preheader": words.preheader(digest),
        "dateline": words.dateline(digest),
        "hub_url": digest.hub_url.rstrip("/"),
    }
    page = _render("page.html", **values, media=_file("media.css"), body_mark=_BODY_MARK)
    html_head, html_foot = _page_inliner().inline(page).split(_BODY_MARK)
    return Frame(
        Fragment(html_head, _render("head.txt", **values)),
        Fragment(html_foot, _render("foot.txt", **values)),
    )


def story_head(story: Story, timezone: str) -> Fragment:
    """An edition's name, its counts in a sentence, and the boards it compares."""
    return _fragment(
        "edition",
        heading=words.heading(story.edition),
        url=story.edition.list_url,
        sentence=words.sentence(story.edition),
        compared=words.compared(story.edition, timezone),
    )


def column_head(column: Column) -> Fragment:
    """A section's title."""
    return _fragment("section", title=words.TITLES[column.name])


def column_foot(column: Column) -> Fragment:
    """The line for papers left out; call it only if there are any."""
    return _fragment("omitted", omitted=words.omitted(column.omitted))


def paper(piece: Piece, timezone: str) -> Fragment:
    """One paper, in full or in a line. It depends on nothing else, so equal pieces may share a fragment."""
    item = piece.item
    values = {
        "title": item.title,
        "url": item.paper_url,
        "rank": "" if item.rank is None else item.rank,
        "mark": words.mark(item),
        "direction": "up" if (item.movement or 0) > 0 else "down",
    }
    if not piece.full:
        return _fragment("line", **values, aside=words.aside(item, timezone))
    return _fragment(
        "full",
        **values,
        byline=words.byline(item),
        by_ai=piece.by_ai,
        summary=piece.summary,
        facts=words.facts(item, timezone),
        spark=sparkline(item.ranks),
        spark_words=in_words(item.ranks),
        links=words.links(item),
    )


def _fragment(template: str, **values: Any) -> Fragment:
    html = _inliner().inline_fragment(_render(f"{template}.html", **values), _file("style.css"))
    return Fragment(html + "\n", _render(f"{template}.txt", **values))


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values)


@cache
def _file(name: str) -> str:
    return (files("broadsheet.digest") / "templates" / name).read_text(encoding="utf-8")


@cache
def _inliner() -> "CSSInliner":
    from css_inline import CSSInliner

    return CSSInliner(load_remote_stylesheets=False)


@cache
def _page_inliner() -> "CSSInliner":
    from css_inline import CSSInliner

    return CSSInliner(load_remote_stylesheets=False, extra_css=_file("style.css"), keep_style_tags=True)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("broadsheet.digest"),
        autoescape=select_autoescape(("html",), disabled_extensions=("txt",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrap"] = lambda text, indent="", first=None: wrap(text, TEXT_WIDTH, indent, first)
    return environment
