"""Statements with parameters, where pandas is not installed."""

from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path

import pyarrow
import pytest

from broadsheet.warehouse.store import connect

pytestmark = pytest.mark.skipif(
    find_spec("pandas") is not None, reason="DuckDB finds pandas at the first try"
)


def test_a_parameter_is_not_looked_up_as_pandas_on_the_import_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for = []
    with connect(tmp_path / "any.duckdb") as con:
        monkeypatch.setattr(PathFinder, "find_spec", lambda name, *_: looked_for.append(name))
        con.execute("SELECT $one, $other", {"one": 1, "other": "x"})
    assert "pandas" not in looked_for


def test_pandas_is_missing_for_everybody_as_before(tmp_path: Path) -> None:
    connect(tmp_path / "any.duckdb").close()
    with pytest.raises(ModuleNotFoundError, match="No module named 'pandas'"):
        __import__("pandas")
    assert find_spec("pandas") is None
    assert pyarrow.table({"one": [1, 2]}).num_rows == 2
