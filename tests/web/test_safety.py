"""Every page, feed and answer, over a hub that means harm and for visitors who do."""

import re
import shutil
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.client import HTTPConnection
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest
from fastapi.dependencies.utils import get_flat_dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from broadsheet.settings import Settings
from broadsheet.web.app import create_app
from broadsheet.web.security import HEADERS
from broadsheet.web.serving import GRACE_SECONDS, serving
from web import hostile
from web.audit import faults, page_faults
from web.markup import Markup

HOST = "testserver"
STREAM = "/changes/stream"
"""Never ends: it is asked on a real socket."""
MOST_PAGES = 160

SOUND = {
    "paper_id": [hostile.IDS[0], hostile.IDS[2], "2611.00001"],
    "kind": ["trending", "daily"],
    "key": ["2026-11-02", "2026-W45"],
    "list": ["trending"],
    "day": ["2026-11-03"],
    "seq": ["1", "100000"],
    "token": ["AAAAAAAAAAIAAQ4XUpC_BGLV88yBL3g_KhU"],
    "form": ["atom", "json"],
    "ending": ["bib", "ris", "csl.json", "md"],
    "source": ["trending", "daily", "2026-11-04T10:00Z"],
    "name": ["2026-11-03", "2026-W45", "1-AAAAAAAAAAAAAAAAAAAAAA"],
}
"""Values for each name in a route's path. A new name needs some here, so that nobody forgets to look at its page."""

EVIL = {
    "markup": f'"><img src=x onerror={hostile.MARK}()><script>{hostile.MARK}()</script>{{{{7*7}}}}',
    "header": f"x\r\nSet-Cookie: {hostile.MARK}=1\r\n\r\n<b>",
    "nul": "\x00\x1b",
    "host": "//evil.example/\\evil.example",
    "address": "https://evil.example",
    "script": "javascript:alert(1)",
    "folders": "../../../../etc/passwd",
    "direction": "\u202eevil\u2066" + "🦉" * 100,
    "number": "9" * 40,
    "query": "'; DROP TABLE papers; -- \"unclosed AND (((( NEAR * ^ ~",
}


FORMS = ("/subscribe", "/feeds", "/changes", "/lists/trending", "/search")
"""Pages with forms; one without any fails the test."""


def routes(client: TestClient, method: str = "GET") -> list[APIRoute]:
    return [
        route
        for route in client.app.routes
        if isinstance(route, APIRoute) and method in (route.methods or ())
    ]


def addresses(route: APIRoute) -> Iterator[str]:
    """Addresses of a route: each value of each name in its path."""
    names = route.param_convertors
    missing = set(names) - set(SOUND)
    assert not missing, f"test_safety.py needs values for {missing} of {route.path}"
    values = {
        name: [value for value in SOUND[name] if re.fullmatch(convertor.regex, value)]
        for name, convertor in names.items()
    }
    for turn in range(max(map(len, values.values()), default=1)):
        path = route.path_format
        for name, some in values.items():
            path = path.replace(f"{{{name}}}", quote(some[turn % len(some)], safe=""))
        yield path


def parameters(route: APIRoute) -> list[str]:
    """The names that a route takes in its query."""
    found = []
    for field in get_flat_dependant(route.dependant).query_params:
        inner = getattr(field.field_info.annotation, "model_fields", None)
        found += list(inner) if inner else [field.alias]
    return found


def test_every_page_that_links_lead_to_is_sound(hostile_reader):
    """From the front page on, over papers whose every field means harm."""
    to_see, seen, kinds = deque(["/"]), {"/"}, set()
    for route in routes(hostile_reader):
        to_see += [path for path in addresses(route) if path != STREAM]
    while to_see and len(seen) < MOST_PAGES:
        path = to_see.popleft()
        answer = hostile_reader.get(path, follow_redirects=False)
        assert faults(answer, HOST) == [], path
        kinds.add(answer.headers.get("content-type", ""))
        if answer.headers.get("content-type", "").startswith("text/html"):
            for link in Markup(answer.text).links:
                parts = urlsplit(urljoin(path, link.address))
                target = parts._replace(scheme="", netloc="", fragment="").geturl()
                if parts.netloc in {"", HOST} and target not in seen and parts.path != STREAM:
                    seen.add(target)
                    to_see.append(target)
    assert len(seen) >= MOST_PAGES


def test_what_the_hub_says_is_shown_as_it_is_said(hostile_reader):
    """A template in a title is text, a tag too."""
    page = hostile_reader.get("/").text
    assert "{{7*7}}{% print(" in page
    assert f"&lt;script&gt;{hostile.MARK}()&lt;/script&gt;" in page


@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_whatever_is_asked_for_is_answered_in_kind(reader, evil):
    """Every parameter of every page, and every place in every path."""
    for route in routes(reader):
        if route.path == STREAM:
            continue
        sound, name_in = next(addresses(route)), route.path_format.replace
        asked = [(sound, {name: evil}) for name in parameters(route)]
        asked += [(name_in(f"{{{name}}}", quote(evil, safe="")), {}) for name in route.param_convertors]
        for path, query in asked:
            answer = reader.get(path, params=query)
            assert faults(answer, HOST) == [], answer.url


def test_a_query_out_of_shape_breaks_nothing(reader):
    query = "q=1&q=2&before=1&before=2&at=&list=&%&=&;&&==%zz&" + "&".join(f"p{n}=1" for n in range(500))
    for route in routes(reader):
        if route.path != STREAM:
            answer = reader.get(f"{next(addresses(route))}?{query}")
            assert faults(answer, HOST) == [], answer.url


def test_methods_that_are_not_offered_are_refused(reader):
    taken = defaultdict(set)
    for route in reader.app.routes:
        if isinstance(route, APIRoute):
            taken[next(addresses(route))] |= route.methods
    for path, methods in taken.items():
        for method in {"TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "FORGE"} - methods:
            answer = reader.request(method, path)
            assert answer.status_code == 405, (method, path)
            assert faults(answer, HOST) == [], (method, path)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd",
        "/static/..%5capp.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/fonts",
        "/static/",
    ],
)
def test_no_file_beside_the_static_ones_can_be_had(hostile_home, path):
    """On a real socket: a client of its own would tidy the path."""
    with serving(Settings(home=str(hostile_home), web_port=0)) as address:
        host, port = address.removeprefix("http://").split(":")
        connection = HTTPConnection(host, int(port))
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", "site.example")
        connection.endheaders()
        answer = connection.getresponse()
        text = answer.read().decode()
    assert answer.status in {400, 404}
    assert "import" not in text
    assert "root:" not in text
    assert answer.getheader("content-security-policy")


def test_addresses_are_of_the_public_site_whatever_the_host_header_says(hostile_home):
    settings = Settings(home=str(hostile_home), public_url=hostile.SITE, web_requests_per_minute=0)
    client = TestClient(create_app(settings, lambda: hostile.NOW), base_url="http://evil.example")
    client.headers["X-Forwarded-Host"] = "evil.example"
    for route in routes(client):
        if route.path == STREAM:
            continue
        answer = client.get(next(addresses(route)), follow_redirects=False)
        assert "http://evil.example" not in answer.text, answer.url
        assert "evil.example" not in str(answer.headers), answer.url


def test_refusals_of_every_kind_are_as_safe_as_pages(polled_site_home):
    app = create_app(Settings(home=str(polled_site_home), web_requests_per_minute=12))

    @app.get("/breaks/{token}")
    def breaks(token: str):
        raise RuntimeError("no such file: /tmp/secret of reader@example.org")

    client = TestClient(app)
    page = client.get("/")
    answers = [
        page,
        client.get("/", headers={"If-None-Match": page.headers["etag"]}),
        client.get("/static/site.css"),
        client.get("/nowhere"),
        client.post("/"),
        client.get("/changes?before=x"),
        client.get("/?q=" + "x" * 10_000),
        client.post("/subscribe", data={"address": "x" * 100_000}),
        client.post(
            "/subscribe", headers={"Content-Type": "multipart/form-data; boundary=x"}, content=b"--y"
        ),
        client.get("/breaks/s3cret"),
        client.get("/healthz"),
        client.get("/"),
        client.get("/"),
    ]
    codes = [answer.status_code for answer in answers]
    assert codes == [200, 304, 200, 404, 405, 422, 414, 413, 400, 500, 200, 200, 429]
    for answer in answers:
        found = [fault for fault in faults(answer, HOST) if fault != "broke: 500"]
        assert found == [], answer.url


def test_a_failure_is_logged_by_its_route_without_what_the_address_holds(polled_site_home, caplog):
    app = create_app(Settings(home=str(polled_site_home)))

    @app.get("/breaks/{token}")
    def breaks(token: str):
        raise RuntimeError("it is broken")

    assert TestClient(app).get("/breaks/s3cret?to=reader@example.org").status_code == 500
    assert "GET /breaks/{token} failed" in caplog.text
    assert "it is broken" in caplog.text
    assert "s3cret" not in caplog.text
    assert "reader@example.org" not in caplog.text


def test_a_stream_carries_the_headers_too_and_ends_with_the_server(polled_site_home):
    with serving(Settings(home=str(polled_site_home), web_port=0)) as address:
        client = httpx.Client(timeout=20)
        request = client.build_request("GET", address + STREAM)
        answer = client.send(request, stream=True)
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        stopped = time.monotonic()
    answer.read()
    assert time.monotonic() - stopped < GRACE_SECONDS
    client.close()


@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_whatever_is_typed_into_a_form_is_answered_in_kind(hostile_home, tmp_path, evil):
    """Every control of every form alone, the others as they stood, and then all of them."""
    shutil.copytree(hostile_home, tmp_path / "home")
    settings = Settings(home=str(tmp_path / "home"), web_requests_per_minute=0)
    client = TestClient(create_app(settings, lambda: hostile.NOW))
    mail, *_ = hostile_mail(hostile_home)
    text = mail.get_body(("plain",)).get_content()
    (preferences,) = re.findall(rf"{hostile.SITE}(/preferences/\S+)", text)
    for path in (*FORMS, preferences):
        forms = Markup(client.get(path).text).all("form")
        assert forms, path
        for form in forms:
            standing = controls(form)
            typed = [standing | {name: evil} for name in standing] + [dict.fromkeys(standing, evil)]
            method, action = form.get("method", "get").upper(), urljoin(path, form.get("action") or path)
            for values in typed:
                sent = {"data": values} if method == "POST" else {"params": values}
                answer = client.request(method, action, follow_redirects=False, **sent)
                assert faults(answer, HOST) == [], (answer.url, values)


def controls(form) -> dict[str, str]:
    """The named controls of a form and what stands in them."""
    fields = [
        each
        for each in form.iter()
        if each.tag.rpartition("}")[2] in {"input", "select", "textarea", "button"}
    ]
    return {each.get("name"): each.get("value") or each.text or "" for each in fields if each.get("name")}


def hostile_mail(home):
    """The mail about what the hostile hub said: its headers, its page and the address of its copy on the site."""
    (file,) = (home / "inbox").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    text = mail.get_body(("plain",)).get_content()
    (copy,) = re.findall(rf"{hostile.SITE}(/editions/\S+)", text)
    return mail, mail.get_body(("html",)).get_content(), copy


def test_the_mail_is_as_safe_as_pages(hostile_home):
    mail, page, _ = hostile_mail(hostile_home)
    assert hostile.MARK not in " ".join(mail.keys()).lower()
    assert hostile.MARK in page
    assert list(page_faults(page, urlsplit(hostile.SITE).netloc, is_mail=True)) == []


def test_the_copy_of_a_mail_on_the_site_has_styles_of_its_own_and_nothing_else(hostile_home, hostile_reader):
    *_, copy = hostile_mail(hostile_home)
    answer = hostile_reader.get(copy)
    assert answer.status_code == 200
    assert hostile.MARK in answer.text
    assert faults(answer, HOST) == []
    assert answer.headers["content-security-policy"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'"
    )
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
