"""Citations as files: of a paper, of a list as it stood, of an edition, of a search, of papers of one's choice."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException

from broadsheet.citations.formats import SUFFIXES, CitationFormat, cite, media_type, suffix
from broadsheet.citations.reference import Reference
from broadsheet.digest.edition import WORTH_READING
from broadsheet.digest.text import clean
from broadsheet.model import DATED_KINDS, ListId, ListKind, list_id_or_none, read_source
from broadsheet.warehouse.reading import list_as_of, newest_key
from broadsheet.warehouse.search import MOST_HITS, search
from broadsheet.web.answers import Headed
from broadsheet.web.cited import references
from broadsheet.web.moments import read_moment
from broadsheet.web.periods import read_period
from broadsheet.web.public_editions import read_digest
from broadsheet.web.published import Reading
from broadsheet.web.shown import stand
from broadsheet.web.site import site_of
from broadsheet.web.wording import list_name, moment, source_name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_PAPERS = 100
"""How many papers may be chosen at once."""
MOST_QUESTION = 2000


class _Ending(Convertor[CitationFormat]):
    """The end of an address that names a format: ``/papers/2611.00001.csl.json``."""

    regex = "|".join(map(re.escape, SUFFIXES))

    def convert(self, value: str) -> CitationFormat:
        return SUFFIXES[value]

    def to_string(self, value: CitationFormat) -> str:
        return suffix(value)


register_url_convertor("citation", _Ending())

router = APIRouter(include_in_schema=False)


class Cited(NamedTuple):
    """What a file cites: ``name`` is the file's, without its end, ``title`` says what the papers are."""

    name: str
    title: str
    papers: list[Reference]


@router.get("/papers/{paper_id:path}.{ending:citation}")
def paper(request: Request, paper_id: str, ending: CitationFormat) -> Response:
    """One paper."""

    def read(con: "DuckDBPyConnection") -> Cited:
        papers = references(con, [paper_id])
        return Cited(papers[0].label, "", papers)

    return _file(request, ending, read)


@router.get("/lists/{kind}.{ending:citation}")
def newest(request: Request, kind: str, ending: CitationFormat, at: str = "") -> Response:
    """The trending list, or the newest of a dated kind, as it stood at ``at``, by default now."""
    if kind not in {ListKind.TRENDING, *DATED_KINDS}:
        raise HTTPException(404, "There can be no list of that name.")
    then = read_moment("at", at) if at else None

    def read(con: "DuckDBPyConnection") -> Cited:
        key = "" if kind == ListKind.TRENDING else newest_key(con, ListKind(kind))
        if key is None:
            raise HTTPException(404, f"No {kind} list is known.")
        return _list(con, ListId(ListKind(kind), key), then)

    return _file(request, ending, read)


@router.get("/lists/{kind}/{key:path}.{ending:citation}")
def one_list(request: Request, kind: str, key: str, ending: CitationFormat, at: str = "") -> Response:
    """Any list as it stood at ``at``, by default now."""
    list_id = list_id_or_none(kind, key)
    if list_id is None:
        raise HTTPException(404, "There can be no list of that name.")
    then = read_moment("at", at) if at else None
    return _file(request, ending, lambda con: _list(con, list_id, then))


@router.get("/editions/{source:path}/{key}.{ending:citation}")
def edition(request: Request, source: str, key: str, ending: CitationFormat) -> Response:
    """The papers that were news of a list on a day or in a week, in the order of its edition."""
    site = site_of(request)
    period = read_period(key)
    try:
        wanted = read_source(source)
    except ValueError as error:
        raise HTTPException(404, f"{error}.") from None

    def read(con: "DuckDBPyConnection") -> Cited:
        digest = read_digest(con, wanted, period, hub_url=site.settings.hub_url) if period else None
        if period is None or digest is None:
            raise HTTPException(404, "There is no such edition.")
        ids = [
            item.paper_id for told in digest.editions for name in WORTH_READING for item in told.items(name)
        ]
        return Cited(f"{source}-{key}", f"{source_name(wanted)}, {period.name}", references(con, ids))

    return _file(request, ending, read)


@router.get("/search.{ending:citation}")
def found(
    request: Request, q: Annotated[str, Query(min_length=1, max_length=MOST_QUESTION)], ending: CitationFormat
) -> Response:
    """What a search finds, the best first."""

    def read(con: "DuckDBPyConnection") -> Cited:
        hits = search(con, q, limit=MOST_HITS).hits
        return Cited("search", f"Search: {clean(q, 200)}", references(con, (hit.paper_id for hit in hits)))

    return _file(request, ending, read)


@router.get("/cite")
def chosen(
    request: Request,
    ids: Annotated[str, Query(max_length=6000)],
    form: Annotated[CitationFormat, Query(alias="format")] = CitationFormat.BIBTEX,
) -> Response:
    """Papers by their ids, with commas or spaces between them."""
    asked = re.split(r"[\s,]+", ids.strip(" ,"))
    if not 1 <= len(asked) <= MOST_PAPERS or not asked[0]:
        raise HTTPException(422, f"ids: name 1 to {MOST_PAPERS} papers, with commas between them.")
    return _file(request, form, lambda con: Cited("papers", "Papers", references(con, asked)))


def _list(con: "DuckDBPyConnection", list_id: ListId, at: datetime | None) -> Cited:
    found = stand(con, list_id, at)
    if found is None or found.stood_at is None:
        then = f" at {moment(at)}" if at else ""
        raise HTTPException(404, f"{list_name(list_id)}: nothing is known of this list{then}.")
    papers = references(con, (row["paper_id"] for row in list_as_of(con, list_id, found.stood_at)))
    name = f"{str(list_id).replace(':', '-')}-{found.stood_at:%Y-%m-%dT%H%M}"
    return Cited(name, f"{list_name(list_id)}, {moment(found.stood_at)}", papers)


def _file(request: Request, form: CitationFormat, read: Callable[["DuckDBPyConnection"], Cited]) -> Response:
    def make(reading: Reading) -> Headed:
        cited = read(reading.con)
        return Headed(cite(cited.papers, form, cited.title), _named(cited.name, form))

    return site_of(request).answers.give(request, media_type(form), make)


def _named(name: str, form: CitationFormat) -> Mapping[str, str]:
    """The header that makes it a file of that name (RFC 6266), which holds nothing that a shell or a disk minds."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:80]
    return {"Content-Disposition": f'attachment; filename="{safe or "papers"}.{suffix(form)}"'}
