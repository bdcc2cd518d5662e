"""The site on a real socket, as browsers and proxies meet it."""

import socket
from pathlib import Path

import httpx
import pytest

from broadsheet.settings import Settings
from broadsheet.web.serving import ServingError, address_of, listen, serving


def settings_of(home: Path, **more: object) -> Settings:
    return Settings(home=str(home), web_port=0, **more)


def test_a_site_answers_at_its_address_and_is_gone_after_the_block(polled_site_home):
    with serving(settings_of(polled_site_home)) as address:
        answer = httpx.get(f"{address}/static/site.css")
        assert answer.status_code == 200
        assert "server" not in answer.headers
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_a_port_that_is_taken_is_said(tmp_path):
    with listen(settings_of(tmp_path)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServingError, match=rf"127\.0\.0\.1, port {port} \(.*in use"):
            listen(Settings(home=str(tmp_path), web_port=port))


@pytest.mark.parametrize(
    ("host", "shown"), [("0.0.0.0", "http://127.0.0.1:"), ("127.0.0.1", "http://127.0.0.1:")]
)
def test_the_address_is_one_that_this_machine_reaches(tmp_path, host, shown):
    with listen(settings_of(tmp_path, web_host=host)) as listener:
        assert address_of(listener).startswith(shown)


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine speaks no IPv6")
def test_an_address_of_ipv6_is_written_in_brackets(tmp_path):
    with listen(settings_of(tmp_path, web_host="::1")) as listener:
        assert address_of(listener) == f"http://[::1]:{listener.getsockname()[1]}"
