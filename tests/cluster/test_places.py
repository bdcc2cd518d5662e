"""What a container is told is put where it is on this machine, and nothing else is touched."""

from pathlib import Path

import pytest

from cluster.compose import ROOT, demanded_variables, interpolated, read_services
from cluster.places import Places


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path, [Path("/here/bin"), Path("/usr/bin")])


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("redis://:word@redis:6379/0", "redis://:word@localhost:{redis}/0"),
        (
            "postgresql://airflow:word@postgres/airflow",
            "postgresql://airflow:word@localhost:{postgres}/airflow",
        ),
        ("http://api-server:8080/execution/", "http://localhost:{api-server}/execution/"),
        ("r.urlopen('http://localhost:8974/health')", "r.urlopen('http://localhost:{scheduler}/health')"),
        ("smtps://mailpit:1025", "smtps://localhost:{mailpit}"),
        ("http://localhost:8080", "http://localhost:{api-server}"),
        ("http://localhost:9999/web", "http://localhost:9999/web"),
        ("s3://broadsheet/archive", "s3://broadsheet/archive"),
        ("acceptances:/state/accepted.log", "acceptances:{folder}/state/accepted.log"),
        ("/airflow", "{folder}/airflow"),
        ("/app/include", f"{ROOT}/include"),
        ("/opt/venv/bin:$PATH", "/here/bin:/usr/bin"),
        ("0.0.0.0", "127.0.0.1"),
    ],
)
def test_it_is_put_where_it_is_here(places, there, here):
    assert places.here(there) == here.format(folder=places.folder, **places.ports)


def test_variables_are_put_in_as_compose_does():
    variables = {"A": "a", "EMPTY": ""}
    text = "${A} $A ${A:-b} ${EMPTY:-b} ${NONE:-b} ${NONE} $$A ${A:?needed}"
    assert interpolated(text, variables) == "a a a b b  $A a"
    with pytest.raises(ValueError, match="NONE is not set: needed"):
        interpolated("${NONE:?needed}", variables)


def test_a_setting_without_a_value_is_passed_on_only_where_it_is_exported():
    exported = dict.fromkeys(demanded_variables(), "word")
    assert "BROADSHEET_CONTACT" not in read_services(exported)["worker"].environment
    exported["BROADSHEET_CONTACT"] = "somebody@example.org"
    assert read_services(exported)["worker"].environment["BROADSHEET_CONTACT"] == "somebody@example.org"
