"""What README.md shows can be run, and answers as it shows."""

import re
import tomllib
from pathlib import Path

import pytest

from broadsheet.commands.closed import check_question, open_closed
from broadsheet.settings import Settings, load
from sites import poll_two_weeks

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)\n```\n```\n(.*?)\n```", README, re.DOTALL)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks of the sample hub, as the demo polls it."""
    home = tmp_path_factory.mktemp("readme") / "home"
    poll_two_weeks(home)
    return Settings(home=str(home)).published_path


@pytest.mark.parametrize(("sql", "shown"), QUERIES, ids=[sql[:40] for sql, _ in QUERIES])
def test_the_queries_answer_with_the_columns_shown(sql: str, shown: str, published: Path) -> None:
    with open_closed(published) as con:
        check_question(con, sql)
        result = con.execute(sql)
        columns = [column[0] for column in result.description]
        assert columns == shown.splitlines()[0].split()
        assert result.fetchall()


def test_five_queries_are_shown() -> None:
    assert len(QUERIES) == 5


def test_the_settings_file_shown_is_valid(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)\n```", README, re.DOTALL)
    (tmp_path / "broadsheet.toml").write_text(shown, encoding="utf-8")
    loaded = load({"BROADSHEET_SMTP_URL": "smtp://user:password@smtp.example.org:587"}, tmp_path)
    assert loaded.settings.digest_hour == tomllib.loads(shown)["digest_hour"]
