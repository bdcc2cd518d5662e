"""Broadsheet's pages beside Airflow's own, asked for from a real API server."""

import json
import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime

import httpx
import pytest

from broadsheet.runtime import airflow_environment, airflow_home
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import poll
from web.markup import Markup

pytestmark = pytest.mark.timeout(280)

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
PATIENCE_SECONDS = 120
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def airflow(tmp_path_factory):
    """The address of an API server over one morning's papers, with an administrator whose password is ``secret``."""
    home = tmp_path_factory.mktemp("plugin") / "home"
    with SampleHub(MONDAY) as hub:
        polled = Settings(home=str(home), hub_url=hub.url)
        poll(polled, polled.watched_lists, now=lambda: MONDAY, sleep=time.sleep)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = Settings(home=str(home))
    environment = os.environ | airflow_environment(settings, port)
    passwords = airflow_home(settings) / "passwords.json"
    passwords.write_text(json.dumps({"admin": "secret"}))
    environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"] = str(passwords)
    log = (home / "api-server.log").open("wb")
    prepare = "from broadsheet_airflow.prepare import prepare; prepare()"
    subprocess.run(
        [sys.executable, "-c", prepare], env=with_plugins(environment), check=True, stdout=log, stderr=log
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "airflow", "api-server", "--workers", "1"],
        env=environment,
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(address, server)
        yield address
    finally:
        server.terminate()
        server.wait()
        log.close()


def with_plugins(environment):
    return environment | {
        "PYTHONPATH": f"{environment['PYTHONPATH']}:{environment['AIRFLOW__CORE__PLUGINS_FOLDER']}"
    }


def wait_until_up(address, server):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        assert server.poll() is None, "the API server ended"
        try:
            if httpx.get(f"{address}/api/v2/monitor/health").status_code == 200:
                return
        except httpx.TransportError:
            assert time.monotonic() < deadline, "the API server does not come up"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def operator(airflow):
    """A client that is logged in."""
    with httpx.Client(base_url=airflow, timeout=60) as client:
        answer = client.post("/auth/token", json={"username": "admin", "password": "secret"})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/operators", "/static/site.css", "/api/v1/papers", "/healthz", "/nowhere"]
)
def test_nobody_sees_a_page_without_airflows_login(airflow, path):
    answer = httpx.get(f"{airflow}/broadsheet{path}")
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Not authenticated"}
    forged = httpx.get(f"{airflow}/broadsheet{path}", headers={"Authorization": "Bearer forged"})
    assert forged.status_code == 403


def test_nobody_posts_anything_without_airflows_login(airflow):
    assert httpx.post(f"{airflow}/broadsheet/subscribe", headers=BROWSER).status_code == 401


def test_a_browser_is_led_to_the_login_and_back(airflow):
    answer = httpx.get(f"{airflow}/broadsheet/changes?list=trending", headers=BROWSER)
    assert answer.status_code == 307
    location = httpx.URL(answer.headers["location"])
    assert location.path == "/api/v2/auth/login"
    assert location.params["next"] == "/broadsheet/changes?list=trending"
    login = httpx.get(f"{airflow}{answer.headers['location']}")
    assert login.status_code == 307
    assert "changes" in login.headers["location"]


def test_the_navigation_has_both_entries_and_their_addresses_are_there(operator):
    (plugin,) = [p for p in operator.get("/api/v2/plugins").json()["plugins"] if p["name"] == "broadsheet"]
    views = {view["name"]: view["href"] for view in plugin["external_views"]}
    assert set(views) == {"Broadsheet", "Broadsheet: for operators"}
    assert operator.get(f"/{views['Broadsheet']}").status_code == 200
    assert operator.get(f"/{views['Broadsheet: for operators']}").status_code == 200
    assert operator.get(f"/{plugin['external_views'][0]['icon']}").headers["content-type"] == "image/svg+xml"


def test_the_operators_page_links_to_airflows_own_pages_and_to_its_own(operator):
    page = operator.get("/broadsheet/operators")
    assert page.status_code == 200
    assert 'href="/dags/send_digests"' in page.text
    assert 'href="/broadsheet/changes"' in page.text
    assert 'src="/broadsheet/static/site.js' in page.text
    assert "50 papers" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


def test_every_link_of_a_page_stays_below_its_place(operator):
    page = operator.get("/broadsheet/")
    own = [link.address for link in Markup(page.text).links if link.address.startswith("/")]
    assert len(own) > 50
    assert [address for address in own if not address.startswith("/broadsheet/")] == []
    paper = next(address for address in own if address.startswith("/broadsheet/papers/2"))
    assert operator.get(paper).status_code == 200


def test_the_cookie_of_airflows_own_pages_is_enough(airflow, operator):
    token = operator.headers["Authorization"].removeprefix("Bearer ")
    answer = httpx.get(f"{airflow}/broadsheet/operators", cookies={"_token": token}, headers=BROWSER)
    assert answer.status_code == 200


def test_processes_that_show_no_pages_do_not_load_them():
    """Scheduler, triggerer, DAG processor and every task import the plugin too."""
    code = (
        "import sys; import airflow.plugins_manager; before = set(sys.modules); import broadsheet_plugin;"
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}), 'broadsheet.web' in sys.modules)"
    )
    path = os.pathsep.join(["plugins", "include"])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"fastapi", "jinja2", "duckdb", "sqlalchemy"}.isdisjoint(done.stdout.split())
    assert done.stdout.split()[-1] == "False"
