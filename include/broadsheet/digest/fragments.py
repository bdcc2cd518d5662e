"""The parts of a mail, each rendered and inlined once, to be joined as they are.

CSS is inlined into rendered parts: inlining template source would tear loops out of tables, and inlining whole
mails would cost the same work again for every subscriber.
"""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from broadsheet.digest.document import Role
from broadsheet.digest.text import wrap

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Environment

TEXT_WIDTH = 78
_CUT = "<!--cut-->"


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """What a fragment is made of: a template's name, the values it gets, and what is said in JSON.

    Equal copy gives equal fragments, whichever paper, reader or zone it was written for.
    """

    template: str
    values: tuple[tuple[str, Any], ...] = ()
    role: Role = Role.FURNITURE
    data: bytes = b""


class Fragment(msgspec.Struct, frozen=True):
    """One part of a mail in its forms; HTML and text each end in a line break or are empty."""

    html: str
    text: str
    role: Role = Role.FURNITURE
    data: bytes = b""


def cast(copy: Copy) -> Fragment:
    """Render and inline."""
    values = dict(copy.values)
    page = render_template(f"{copy.template}.html", **values)
    return Fragment(inline(page), render_template(f"{copy.template}.txt", **values), copy.role, copy.data)


@cache
def page_parts() -> tuple[Fragment, ...]:
    """The page around everything, in the parts that the subject, the line beside it and the body stand between."""
    page = render_template("page.html", media=template_text("media.css"), cut=_CUT)
    return tuple(Fragment(part.strip("\n") + "\n", "") for part in _page_inliner().inline(page).split(_CUT))


def inline(page: str) -> str:
    """Write the styles of style.css into the elements of a part of a page."""
    return _inliner().inline_fragment(page, template_text("style.css")) if "class=" in page else page


def render_template(template: str, **values: Any) -> str:
    """Fill in a template."""
    return _environment().get_template(template).render(**values)


@cache
def template_text(name: str) -> str:
    """A file of templates/ as it is."""
    return (files("broadsheet.digest") / "templates" / name).read_text(encoding="utf-8")


@cache
def _inliner() -> "CSSInliner":
    from css_inline import CSSInliner

    return CSSInliner(load_remote_stylesheets=False)


@cache
def _page_inliner() -> "CSSInliner":
    from css_inline import CSSInliner

    return CSSInliner(
        load_remote_stylesheets=False, extra_css=template_text("style.css"), keep_style_tags=True
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("broadsheet.digest"),
        autoescape=select_autoescape(("html",), disabled_extensions=("txt", "md")),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrap"] = lambda text, indent="", first=None: wrap(text, TEXT_WIDTH, indent, first)
    return environment
