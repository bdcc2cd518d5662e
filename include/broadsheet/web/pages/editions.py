"""The archive of editions: what was new on a list on a day or in a week, and single mails as they were sent."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from broadsheet.digest import headlines, words
from broadsheet.digest.headlines import tally
from broadsheet.digest.layout import MEASURES, Layout, lay_out
from broadsheet.digest.render import render
from broadsheet.mail.contents import find_page
from broadsheet.mail.database import open_database
from broadsheet.mail.secret import secret_key
from broadsheet.mail.tokens import read_selection_name
from broadsheet.model import ListId, ListKind, read_source
from broadsheet.web.archive import A_PAGE, read_sources, sentence
from broadsheet.web.periods import read_period, week_of
from broadsheet.web.public_editions import Source, beside, edition_path, read_digest
from broadsheet.web.published import Reading
from broadsheet.web.site import HTML, PRIVATE, site_of
from broadsheet.web.wording import source_name

JSON = "application/json"
MAIL_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""A mail brings its styles along in itself. It needs nothing else, and may do nothing else."""
UNKNOWN = "There is no such edition. The archive shows all there are."
ZONE = "UTC"

Found = TypeVar("Found")

router = APIRouter(include_in_schema=False)


@router.get("/editions")
def archive(
    request: Request,
    only: Annotated[str, Query(alias="list", max_length=200)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The editions there are, newest first, of all lists or of one."""
    site = site_of(request)
    wanted = _known_source(only) if only else None

    def read(reading: Reading) -> Mapping[str, Any]:
        page = site.archivist.read(reading.con, wanted, offset)
        return {
            "archive": page,
            "only": only,
            "sources": read_sources(reading.con),
            "older": offset + A_PAGE if page.more else None,
            "newer": max(0, offset - A_PAGE) if offset else None,
        }

    return site.page(request, "editions/archive.html", read)


@router.get("/editions/{source:path}/{name}.json")
def document(request: Request, source: str, name: str) -> Response:
    """The edition as JSON, the document that comes with the mails (format ``broadsheet.digest/1``)."""
    site = site_of(request)
    wanted, period = _known_source(source), _known(read_period(name))
    return site.answers.give(
        request,
        JSON,
        lambda reading: (
            render(_known(read_digest(reading.con, wanted, period, hub_url=site.settings.hub_url))).json
        ),
    )


@router.get("/editions/{source:path}/{name}")
def edition(request: Request, source: str, name: str) -> Response:
    """The edition of a list and a day or week; or a mail, by its run and the name that only the mail itself says."""
    site = site_of(request)
    wanted = _source(source)
    if wanted is None:
        return _mail(request, source, name)
    period = _known(read_period(name))

    def read(reading: Reading) -> Mapping[str, Any]:
        digest = _known(read_digest(reading.con, wanted, period, hub_url=site.settings.hub_url))
        earlier, later = beside(reading.con, wanted, period)
        return {
            "source": str(wanted),
            "source_name": source_name(wanted),
            "period": period,
            "sentence": sentence(digest),
            "subject": headlines.subject(map(tally, digest.editions), digest.until, ZONE),
            "stories": _stories(lay_out(digest, MEASURES[0])),
            "away": lambda item: words.away(item, ZONE),
            "permalink": edition_path(wanted, period),
            "canonical": site.address(request, edition_path(wanted, period)),
            "week": None if period.is_week else edition_path(wanted, week_of(period.begins)),
            "earlier": earlier and (earlier.name, edition_path(wanted, earlier)),
            "later": later and (later.name, edition_path(wanted, later)),
        }

    return site.page(request, "editions/edition.html", read)


def _source(text: str) -> Source | None:
    """What editions can be of; a paper's own page ranks nothing."""
    try:
        source = read_source(text)
    except ValueError:
        return None
    return None if isinstance(source, ListId) and source.kind is ListKind.PAPER else source


def _known_source(text: str) -> Source:
    source = _source(text)
    if source is None:
        raise HTTPException(404, UNKNOWN)
    return source


def _known(found: Found | None) -> Found:
    """What was found. Raises HTTPException 404 if nothing was."""
    if found is None:
        raise HTTPException(404, UNKNOWN)
    return found


def _stories(layout: Layout) -> list[dict[str, Any]]:
    """What the page says of each edition: its head, and its sections as the mail shows them."""
    return [
        {
            "edition": story.edition,
            "heading": headlines.heading(story.edition),
            "sentence": headlines.sentence(tally(story.edition), all_quiet=layout.digest.quiet),
            "compared": headlines.compared(story.edition, ZONE),
            "columns": [(words.title(column.name, on_top=column.on_top), column) for column in story.columns],
        }
        for story in layout.stories
    ]


def _mail(request: Request, run_key: str, name: str) -> Response:
    """A digest as its mail shows it, to who has the link that stands there: without anybody's own links."""
    site = site_of(request)
    selection_id = _known(read_selection_name(name, run_key, secret_key(site.settings)))
    with open_database(site.settings) as database, database.read() as con:
        page = _known(find_page(con, run_key, selection_id))
    return HTMLResponse(page, headers=PRIVATE | {"Content-Security-Policy": MAIL_POLICY}, media_type=HTML)
