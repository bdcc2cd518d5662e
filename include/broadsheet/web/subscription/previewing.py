"""Previews on the pages: as a fragment for the script, or in the page for who has none."""

from fastapi import Request, Response

from broadsheet.digest.topics import read_topics
from broadsheet.mail.preferences import Preferences, starting
from broadsheet.warehouse.store import WarehouseError
from broadsheet.web.previews import Preview
from broadsheet.web.site import Site, site_of
from broadsheet.web.subscription.forms import read_wishes

FIELDS = ("lists", "topics", "min_upvotes")
"""The wishes that decide what a digest tells of."""
TEMPLATE = "subscription/preview.html"


def fragment(request: Request) -> Response:
    """What the wishes in the query would have brought, or what to write instead: of half a word that is no error."""
    site = site_of(request)
    query = request.query_params
    asked = {field: ",".join(query.getlist(field)) for field in FIELDS if field in query}
    wishes, errors = read_wishes(asked, starting(site.settings))
    if errors:
        return site.own_page(request, TEMPLATE, {"preview": None, "errors": errors})
    return site.page(
        request,
        TEMPLATE,
        lambda reading: {
            "preview": site.previewer.preview(
                reading, wishes.lists, read_topics(wishes.topics), wishes.min_upvotes
            ),
            "errors": {},
        },
    )


def preview_of(site: Site, wishes: Preferences) -> Preview | None:
    """What these wishes would have brought; None where nothing is published yet."""
    try:
        with site.published.reading() as reading:
            return site.previewer.preview(
                reading, wishes.lists, read_topics(wishes.topics), wishes.min_upvotes
            )
    except WarehouseError:
        return None
