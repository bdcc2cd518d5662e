"""The alert rules and the dashboard in ops/: valid, right, and only of metrics that there are."""

import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient

from broadsheet.mail.opening import open_run
from broadsheet.settings import Settings
from broadsheet.web.app import create_app
from mail.readership import Readership
from sites import NOW, poll_two_weeks
from web.metrics.scraping import TOKEN, scrape

ROOT = Path(__file__).resolve().parents[2]
OPS = ROOT / "ops"
RULES = OPS / "prometheus" / "alerts.yml"
RULE_TESTS = OPS / "prometheus" / "alerts_test.yml"
DASHBOARD = json.loads((OPS / "grafana" / "broadsheet.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
NAMED = re.compile(r"\bbroadsheet_\w+")

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="there is no promtool here (Debian: prometheus)"
)


def promtool(*arguments: object) -> None:
    asked = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stdout + asked.stderr


def expressions() -> list[str]:
    """All that the dashboard asks."""
    return [target["expr"] for panel in PANELS for target in panel["targets"]]


def alerts() -> list[dict]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of every sample that a site tells whose readers are owed mail and have had some."""
    home = tmp_path_factory.mktemp("metrics") / "home"
    poll_two_weeks(home)
    settings = Settings(home=str(home), secret_key="test", web_metrics_token=TOKEN)
    Readership(settings).join("ada", NOW - timedelta(days=2), hour="6", cadence="daily")
    client = TestClient(create_app(settings, lambda: NOW))
    client.get("/")
    owed = {sample.name for sample in scrape(client).samples}
    open_run(settings, NOW)
    client = TestClient(create_app(settings, lambda: NOW))
    return owed | {sample.name for sample in scrape(client).samples}


def test_every_metric_of_the_dashboard_exists(metrics):
    named = {name for expression in expressions() for name in NAMED.findall(expression)}
    assert named - metrics == set()


def test_every_metric_of_the_alerts_exists(metrics):
    named = {name for rule in alerts() for name in NAMED.findall(rule["expr"])}
    assert named - metrics == set()


def test_every_metric_is_told_of(metrics):
    text = (ROOT / "docs" / "observability.md").read_text()
    base = {re.sub(r"_(bucket|sum|count|created)$", "", name) for name in metrics}
    told = set(NAMED.findall(text))
    assert {name for name in base if name not in told and f"{name}_total" not in told} == set()
    assert told - metrics - base == set()


def test_every_panel_says_what_it_shows():
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert all(panel["title"] and panel["description"] and panel["targets"] for panel in PANELS)
    assert all(panel["datasource"]["uid"] == "${datasource}" for panel in PANELS)


def test_no_panel_lies_on_another():
    places = [
        (x, y)
        for place in (panel["gridPos"] for panel in DASHBOARD["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24


def test_every_alert_has_a_test_in_which_it_fires_and_one_in_which_it_does_not():
    tests = [
        case for test in yaml.safe_load(RULE_TESTS.read_text())["tests"] for case in test["alert_rule_test"]
    ]
    names = {rule["alert"] for rule in alerts()}
    assert names == {case["alertname"] for case in tests if case.get("exp_alerts")}
    assert names == {case["alertname"] for case in tests if not case.get("exp_alerts")}


@needs_promtool
def test_the_alert_rules_are_valid_and_fire_as_they_should():
    promtool("check", "rules", "--lint-fatal", RULES)
    promtool("test", "rules", RULE_TESTS)


@needs_promtool
def test_the_configuration_is_valid():
    promtool("check", "config", "--syntax-only", OPS / "prometheus" / "prometheus.yml")


@needs_promtool
def test_whatever_the_dashboard_asks_can_be_asked(tmp_path):
    rules = [
        {"record": f"panel:{number}", "expr": expression.replace("$__rate_interval", "5m")}
        for number, expression in enumerate(expressions())
    ]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", tmp_path / "rules.yml")
