"""What somebody typed into a form: kept as it was, read as wishes, each that cannot be told at its field."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from broadsheet.mail.preferences import FIELDS, PreferenceError, Preferences, read_preferences

MOST_FIELDS = 100
NO_LIST = "choose at least one list"


async def _posted(request: Request) -> FormData:
    """The form of a request, urlencoded or multipart; files are refused."""
    return await request.form(max_files=0, max_fields=MOST_FIELDS)


Posted = Annotated[FormData, Depends(_posted)]


class Form(msgspec.Struct, frozen=True):
    """A form as it is shown: ``texts`` stand in its fields, ``errors`` beside them, by the fields' names."""

    texts: dict[str, str]
    errors: dict[str, str] = {}


def text_of(form: FormData, name: str) -> str:
    """One field's text, "" if it was not sent."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def wishes_typed(form: FormData) -> dict[str, str]:
    """The wishes' fields as they were typed. What is not ticked is not sent: no lists, no quiet days."""
    typed = {field: text_of(form, field) for field in FIELDS if field in form}
    lists = ",".join(value for value in form.getlist("lists") if isinstance(value, str))
    return typed | {"lists": lists, "quiet_days": "yes" if "quiet_days" in form else "no"}


def read_wishes(typed: Mapping[str, str], base: Preferences) -> tuple[Preferences, dict[str, str]]:
    """``base`` with the wishes that can be, and of each that cannot what to write, by field."""
    wishes, errors = base, {}
    for field, text in typed.items():
        try:
            wishes = read_preferences({field: text}, wishes)
        except PreferenceError as error:
            errors[error.field] = error.reason
    if not typed.get("lists", "-"):
        errors["lists"] = NO_LIST
    return wishes, errors


def refuse_other_sites(request: Request) -> None:
    """For forms behind a personal link: what another site's page sends is refused, with 403.

    The token in the path is what protects; this is for the day on which one gets out. Browsers that send no referrer
    send ``Origin: null``, which says nothing.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null")
    foreign = site not in {"same-origin", "none"} if site else False
    if not site and origin != "null":
        foreign = urlsplit(origin).netloc != request.headers.get("host")
    if foreign:
        raise HTTPException(403, "This form was sent from another site's page: open the link in your mail.")
