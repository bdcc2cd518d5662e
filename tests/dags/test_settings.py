"""Airflow's connections go before Broadsheet's settings."""

import asyncio
import json

import pytest


@pytest.fixture
def connect(home, monkeypatch, airflow_database):
    """Make a connection, the way Airflow reads it from the environment."""

    def connect(name, **fields):
        monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(fields))

    return connect


@pytest.fixture
def settings(home, airflow_database):
    """The settings of a task, read when called."""
    from broadsheet_airflow.settings import task_settings

    return task_settings


def test_without_connections_the_settings_hold(settings, set_setting):
    set_setting(hub_url="http://127.0.0.1:4321", smtp_url="smtp://127.0.0.1:25")
    assert settings().hub_url == "http://127.0.0.1:4321"
    assert settings().smtp_url == "smtp://127.0.0.1:25"


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"host": "hub.example.org"}, "https://hub.example.org"),
        ({"host": "127.0.0.1", "port": 4321, "schema": "http"}, "http://127.0.0.1:4321"),
        ({"host": "https://hub.example.org/"}, "https://hub.example.org"),
    ],
)
def test_the_hub_may_be_a_connection(connect, settings, set_setting, fields, url):
    set_setting(hub_url="http://127.0.0.1:4321")
    connect("broadsheet_hub", conn_type="http", **fields)
    assert settings().hub_url == url


def test_a_token_for_the_hub_is_the_connections_password(connect, settings):
    connect("broadsheet_hub", conn_type="http", host="hub.example.org", password="s3cret")
    assert settings().hub_token == "s3cret"


def test_a_token_never_goes_to_another_hub_than_the_one_it_was_set_for(connect, settings, set_setting):
    set_setting(hub_token="s3cret")
    connect("broadsheet_hub", conn_type="http", host="hub.example.org")
    assert settings().hub_token == ""


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"host": "mx.example.org"}, "smtps://mx.example.org"),
        (
            {"host": "mx.example.org", "port": 587, "extra": {"disable_ssl": True}},
            "smtp://mx.example.org:587",
        ),
        (
            {"host": "mx.example.org", "login": "me@example.org", "password": "a/b:c"},
            "smtps://me%40example.org:a%2Fb%3Ac@mx.example.org",
        ),
    ],
)
def test_the_mail_server_may_be_a_connection(connect, settings, fields, url):
    connect("broadsheet_smtp", conn_type="smtp", **fields)
    assert settings().smtp_url == url


def test_mail_does_not_leave_this_machine_in_the_clear(connect, settings):
    from broadsheet.settings import SettingsError

    extra = {"disable_ssl": True, "disable_tls": True}
    connect("broadsheet_smtp", conn_type="smtp", host="127.0.0.1", port=25, extra=extra)
    assert settings().smtp_url == "smtp://127.0.0.1:25"
    connect("broadsheet_smtp", conn_type="smtp", host="mx.example.org", port=25, extra=extra)
    with pytest.raises(SettingsError, match="disable_tls"):
        settings()


def test_a_trigger_sees_the_hubs_connection_too(connect, set_setting):
    from broadsheet_airflow.settings import trigger_settings

    connect("broadsheet_hub", conn_type="http", host="hub.example.org")
    assert asyncio.run(trigger_settings()).hub_url == "https://hub.example.org"
