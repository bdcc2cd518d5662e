"""The SQL of the warehouse lives in files that can be read and run by hand; this reads them."""

from functools import cache
from importlib.resources import files

_PACKAGE = "broadsheet.warehouse"
_ROOT = files(_PACKAGE) / "sql"


@cache
def statement(package: str, name: str) -> str:
    """The text of ``sql/<name>.sql`` in a package."""
    return (files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def query(name: str) -> str:
    """The text of the warehouse's own ``sql/<name>.sql``, name being for example ``read/board``."""
    return statement(_PACKAGE, name)


def folder(name: str) -> list[str]:
    """The names of all queries in one folder of sql/, sorted."""
    found = (file.name for file in (_ROOT / name).iterdir())
    return [f"{name}/{file.removesuffix('.sql')}" for file in sorted(found) if file.endswith(".sql")]
