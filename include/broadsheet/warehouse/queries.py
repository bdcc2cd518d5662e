"""The SQL of the warehouse lives in files that can be read and run by hand; this reads them."""

from functools import cache
from importlib.resources import files

_ROOT = files("broadsheet.warehouse") / "sql"


@cache
def query(name: str) -> str:
    """The text of ``sql/<name>.sql``, name being for example ``read/board``."""
    return (_ROOT / f"{name}.sql").read_text(encoding="utf-8")


def folder(name: str) -> list[str]:
    """The names of all queries in one folder of sql/, sorted."""
    found = (file.name for file in (_ROOT / name).iterdir())
    return [f"{name}/{file.removesuffix('.sql')}" for file in sorted(found) if file.endswith(".sql")]
