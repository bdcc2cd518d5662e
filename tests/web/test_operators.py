"""The page for operators, as it stands beside Airflow's own."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from broadsheet.mail.database import open_database
from broadsheet.mail.schema import runs
from broadsheet.mail.states import RunState
from broadsheet.settings import Settings
from broadsheet.web import operators
from broadsheet.web.app import create_app
from web import hostile
from web.audit import faults
from web.markup import Markup, text

RUN = "2026-11-04T10:00Z"


def page_of(home: Path, at=hostile.NOW) -> TestClient:
    """A client of an application that has the site where Airflow has it."""
    site = create_app(Settings(home=str(home), web_requests_per_minute=0), lambda: at)
    site.include_router(operators.router)
    airflow = FastAPI()
    airflow.mount(operators.MOUNTED_AT, site)
    return TestClient(airflow)


@pytest.fixture
def home(hostile_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(hostile_home, tmp_path / "home")
    return tmp_path / "home"


def alarms(client: TestClient) -> list[str]:
    answer = client.get("/broadsheet/operators")
    assert faults(answer, "testserver") == []
    return [text(alarm) for alarm in Markup(answer.text).all("li", "notice")]


def test_where_nothing_is_wrong_it_says_so_and_what_was_sent(home):
    client = page_of(home)
    assert alarms(client) == []
    page = Markup(client.get("/broadsheet/operators").text)
    (run,) = [row for row in page.all("tr") if RUN in text(row)]
    assert "1 accepted" in text(run)
    links = {link.text: link.address for link in page.links}
    assert links["send_digests"] == "/dags/send_digests"
    assert links["Changes"] == "/broadsheet/changes"


def test_a_paused_run_is_told_with_its_reason_and_the_way_on(home):
    reason = f"the server said: {hostile.TEXTS[0]}"
    pausing = sa.update(runs).values(state=RunState.PAUSED, reason=reason, closed_at=None)
    with open_database(Settings(home=str(home))) as database, database.write() as con:
        con.execute(pausing)
    (alarm,) = alarms(page_of(home))
    assert alarm.startswith(f"run {RUN} is paused ({reason})")
    assert f"broadsheet resume {RUN}" in alarm


def test_a_silent_list_is_told_with_what_came_last(home):
    (alarm, *_) = alarms(page_of(home, hostile.NOW + timedelta(hours=12)))
    assert alarm.startswith("trending: nothing to believe since 2026-11-04 09:00 UTC")


def test_before_anything_is_published_it_still_shows_how_mail_stands(tmp_path):
    client = page_of(tmp_path / "empty")
    answer = client.get("/broadsheet/operators")
    assert answer.status_code == 200
    assert "nothing is published yet" in answer.text
    assert "No run was opened yet." in answer.text


def test_it_is_not_part_of_the_public_site(reader):
    assert reader.get(operators.PATH).status_code == 404
