"""The page as mail clients need it: supported, legible, accessible, and right with every style element removed."""

import re
from importlib.resources import files
from itertools import pairwise

import pytest

from broadsheet.digest.forme import Forme, Links
from broadsheet.digest.press import Press
from broadsheet.digest.render import render
from digest import mail_clients
from digest.made_up import CASES, HUB, UNTIL
from digest.pages import Page
from digest.readers import digest_of_pick, pick, stocks_of_a_day

KNOWN_HOSTS = (
    "https://hub.example/",
    "https://arxiv.org/",
    "https://github.com/",
    "https://papers.example/",
    "mailto:",
)
LINKS = Links(
    "https://papers.example/u/token",
    "https://papers.example/p/token",
    "https://papers.example/e/1",
    "mailto:bounces+u.token@papers.example",
)
STYLE = re.compile(r"<style.*?</style>", re.S)


def with_links():
    stocks = stocks_of_a_day()
    press = Press(stocks, HUB, UNTIL)
    chosen = {number: dict.fromkeys(range(12), "language models") for number in range(3)}
    selection = press.set(pick(stocks, chosen), timezone="UTC")
    return Forme(press.fragments()).html(selection, LINKS)


PAGES = {case: lambda case=case: render(CASES[case]()).html for case in CASES} | {"with links": with_links}


@pytest.fixture(scope="module", params=PAGES)
def html(request):
    return PAGES[request.param]()


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def declarations(html):
    """All (property, value) of the style attributes."""
    for style in re.findall(r'style="([^"]*)"', html):
        for declaration in filter(None, (part.strip() for part in style.split(";"))):
            name, _, value = declaration.partition(":")
            yield name.strip(), value.strip()


def test_no_element_is_one_that_clients_drop(page):
    used = {tag for tag, _ in page.elements}
    assert not used & set(mail_clients.FORBIDDEN_ELEMENTS)
    assert used <= {
        *("html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td"),
        *("h1", "h2", "h3", "h4", "p", "a", "span", "br"),
    }


def test_no_style_is_one_that_clients_drop(html):
    for name, value in declarations(html):
        assert name not in mail_clients.FORBIDDEN_PROPERTIES, name
        assert not any(bad in value for bad in mail_clients.FORBIDDEN_VALUES), value
        if name.startswith("margin"):
            assert "-" not in value, mail_clients.NEGATIVE_MARGIN


def test_the_style_element_has_media_queries_only_and_is_small(html):
    (style,) = STYLE.findall(html)
    assert len(style) < mail_clients.MOST_STYLE_BYTES
    assert set(re.findall(r"@[\w-]+", style)) <= set(mail_clients.ALLOWED_AT_RULES)
    outside = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^}]*\})*\s*\}", "", style)
    assert re.findall(r"([^{}\n]+)\{", outside) == [":root "]


def test_there_are_no_pictures_no_handlers_no_trackers(html, page):
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert not any(
        {"src", "srcset", "background", "action"} & set(attributes) for _, attributes in page.elements
    )
    assert "javascript:" not in html.replace("&#58;", ":").lower().replace("alert(3)", "")
    for address in page.addresses:
        assert address.startswith(KNOWN_HOSTS), address
        assert "utm_" not in address


def test_layout_tables_say_that_they_are(page):
    for tag, attributes in page.elements:
        if tag == "table":
            assert attributes["role"] == "presentation"


def test_the_page_is_one_column_of_640_pixels(html):
    assert "max-width: 640px" in html
    assert max(map(int, re.findall(r'width="(\d+)"', html))) <= 640
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html


def test_language_direction_title_and_headings(page):
    assert ("html", {"lang": "en", "dir": "ltr"}) in page.elements
    assert [tag for tag, _ in page.elements].count("title") == 1
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_titles_and_summaries_find_their_own_direction(page):
    for tag, attributes in page.elements:
        if tag == "h4" or attributes.get("class") in {"summary", "by", "why"}:
            assert attributes["dir"] == "auto"


def test_what_is_drawn_with_letters_is_hidden_from_screen_readers(page):
    for _, attributes in page.elements:
        if attributes.get("class") == "spark":
            assert attributes["aria-hidden"] == "true"


def test_links_say_where_they_lead(html):
    texts = [
        re.sub(r"<[^>]+>", "", text).strip() for text in re.findall(r"<a [^>]*>(.*?)</a>", html, flags=re.S)
    ]
    assert texts
    assert not {"", "here", "click here", "link", "more"} & {text.lower() for text in texts}


def test_letters_are_at_least_14_pixels_high(html):
    sizes = [
        int(size)
        for name, value in declarations(html)
        if name.startswith("font")
        for size in re.findall(r"(\d+)px", value)
    ]
    assert min(sizes) >= 14


def test_the_line_beside_the_subject_is_hidden_and_nothing_follows_it(html):
    hidden = re.search(r"<div style=\"display: none;[^>]*>(.*?)</div>", html, flags=re.S)[1]
    shown = Page(hidden).text
    assert 40 <= len(shown) <= 90
    assert hidden.count("&#8199;&#847;") >= 40


def test_without_its_style_element_nothing_is_lost(html):
    bare = STYLE.sub("", html)
    assert Page(bare).text == Page(html).text
    for tag, attributes in Page(bare).elements:
        if tag in {"h1", "h2", "h3", "h4", "p"}:
            assert re.search(r"font:|margin:", attributes["style"]), tag


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def inverted(colour):
    """As clients do that force a dark mode: the lightness turned over, the hue kept."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    turned = 255 - max(red, green, blue) - min(red, green, blue)
    return "#" + "".join(f"{max(0, min(255, part + turned)):02x}" for part in (red, green, blue))


def negative(colour):
    """As clients do that turn over every channel."""
    return "#" + "".join(f"{255 - int(colour[i : i + 2], 16):02x}" for i in (1, 3, 5))


def colours(file):
    style = (files("broadsheet.digest") / "templates" / file).read_text(encoding="utf-8")
    ground = re.search(r"background-color: (#\w{6})", style)[1]
    return ground, re.findall(r"[{;] color: (#\w{6})", style)


@pytest.mark.parametrize("file", ["style.css", "media.css"])
@pytest.mark.parametrize("seen", [str, inverted, negative])
def test_every_letter_stands_out_from_its_ground(file, seen):
    ground, letters = colours(file)
    assert len(letters) >= 5
    for colour in letters:
        assert contrast(seen(colour), seen(ground)) >= 4.5, (colour, seen.__name__)


def test_neither_ground_nor_letters_are_pure_black_or_white():
    for file in ("style.css", "media.css"):
        ground, letters = colours(file)
        assert not {"#000000", "#ffffff"} & {ground, *letters}


def test_every_colour_has_its_counterpart_in_the_dark():
    style, media = (
        (files("broadsheet.digest") / "templates" / file).read_text() for file in ("style.css", "media.css")
    )
    coloured = set(re.findall(r"\.([\w-]+) \{[^}]*(?:[{;] color|border-[\w-]+: [^;]*#)", style))
    dark = media[media.index("prefers-color-scheme: dark") :]
    assert coloured <= set(re.findall(r"\.([\w-]+)", dark)) | {"moved"}


def test_nothing_hostile_gets_through():
    page = Page(render(CASES["hostile"]()).html)
    assert "<script>alert(1)</script> {{7*7}} {% raw %} <!--body-->" in page.text
    assert all(url.startswith(("https://hub.example/", "https://arxiv.org/")) for url in page.addresses)
    assert "evil" in page.text
    assert "\u202e" not in page.text


def test_what_a_reader_asked_for_cannot_be_markup():
    stocks = stocks_of_a_day()[:1]
    press = Press(stocks, HUB, UNTIL)
    hostile = '"><img src=x onerror=alert(1)>\r\n<!--cut-->{{7*7}}'
    picked = pick(stocks, {0: {0: hostile}})
    selection = press.set(picked, timezone="UTC")
    html = Forme(press.fragments()).html(selection)
    assert "<img" not in html
    assert "{{7*7}}" in Page(html).text
    assert html == render(digest_of_pick(stocks, picked, "UTC")).html
