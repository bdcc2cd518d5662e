"""The key is made once and kept to its owner."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from broadsheet.mail.errors import MailError
from broadsheet.mail.secret import secret_key
from broadsheet.settings import Settings


def test_it_is_made_once(tmp_path):
    settings = Settings(home=str(tmp_path / "home"))
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(settings), range(32)))
    assert len(keys) == 1
    assert len(keys.pop()) == 64


def test_only_its_owner_may_read_it(tmp_path):
    secret_key(Settings(home=str(tmp_path)))
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_setting_wins(tmp_path):
    assert secret_key(Settings(home=str(tmp_path), secret_key="mine")) == b"mine"
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(MailError, match="secret_key"):
        secret_key(Settings(home=str(tmp_path / "home")))
