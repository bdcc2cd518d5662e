"""The environment of Airflow's processes."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from broadsheet.runtime import airflow_environment, airflow_home, settings_environment
from broadsheet.settings import Settings, SettingsError, load


@pytest.fixture
def settings(tmp_path):
    return Settings(home=str(tmp_path / "home"))


def test_a_process_with_this_environment_has_these_settings(tmp_path):
    told = Settings(
        home=str(tmp_path),
        hub_url="http://127.0.0.1:4321",
        lists=("trending", "search:speech recognition"),
        dated_kinds=(),
        poll_seconds=1.5,
        digest_hour=0,
    )
    assert load(settings_environment(told), tmp_path).settings == told


def test_defaults_are_not_repeated_so_that_the_file_still_counts(settings):
    assert set(settings_environment(settings)) == {"BROADSHEET_HOME"}


def test_a_comma_within_a_list_is_refused_rather_than_misread(tmp_path):
    with pytest.raises(SettingsError, match="comma"):
        settings_environment(Settings(home=str(tmp_path), lists=("search:one, two",)))


def test_keys_are_made_once_and_kept_to_this_user(settings):
    first, second = airflow_environment(settings), airflow_environment(settings)
    assert first == second
    folder = airflow_home(settings) / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    keys = {
        first[f"AIRFLOW__{name}"] for name in ("CORE__FERNET_KEY", "API__SECRET_KEY", "API_AUTH__JWT_SECRET")
    }
    assert len(keys) == 3
    assert {len(base64.urlsafe_b64decode(key)) for key in keys} == {32}


def test_processes_that_come_at_once_get_the_same_keys(settings):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: airflow_environment(settings), range(16)))
    assert all(environment == found[0] for environment in found)


def test_the_api_is_told_its_port_in_every_place(settings):
    environment = airflow_environment(settings, port=4567)
    assert environment["AIRFLOW__API__PORT"] == "4567"
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environment["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:4567"
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"].startswith("http://127.0.0.1:4567/")


def test_a_home_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="home"):
        airflow_environment(Settings(home=str(tmp_path / "file" / "home")))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lists", "newest"),
        ("dated_kinds", "hourly"),
        ("digest_lists", "newest"),
        ("digest_timezone", "Mars/Base"),
        ("clock", "noon"),
        ("clock", "0001-01-01T00:00:00+10:00"),
    ],
)
def test_a_setting_that_means_nothing_is_refused_when_it_is_read(tmp_path, name, value):
    with pytest.raises(SettingsError, match=name):
        load({f"BROADSHEET_{name.upper()}": value}, tmp_path)
