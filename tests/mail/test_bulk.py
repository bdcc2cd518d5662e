"""One statement for many rows, against SQLAlchemy's own way."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from broadsheet.mail.bulk import execute_many
from broadsheet.mail.database import open_database
from broadsheet.mail.schema import suppressions
from broadsheet.settings import Settings

SUPPRESS = suppressions.insert().values(
    {column.name: sa.bindparam(column.name) for column in suppressions.columns}
)
AT = datetime(2026, 11, 20, 7, tzinfo=timezone(timedelta(hours=2)))


def row(number, **more):
    given = {"reason": "complaint", "since": AT, "source": "sender", "delivery_id": None}
    return {"address_hash": f"{number:032x}", **given, **more}


@pytest.fixture
def con(tmp_path, database_url):
    settings = Settings(home=str(tmp_path), database_url=database_url, secret_key="key")
    with open_database(settings) as database, database.write() as con:
        yield con


def test_every_row_is_written_as_sqlalchemy_would(con):
    rows = [row(1), row(2, delivery_id="d" * 32), row(3, since=datetime(2026, 1, 2, 3, 4, 5, 678, UTC))]
    execute_many(con, SUPPRESS, rows)
    found = con.execute(sa.select(suppressions)).mappings().all()
    con.execute(suppressions.delete())
    con.execute(suppressions.insert(), rows)
    assert found == con.execute(sa.select(suppressions)).mappings().all()
    assert len(found) == 3


def test_rows_that_are_changed_are_found_by_their_own_values(con):
    execute_many(con, SUPPRESS, [row(1), row(2)])
    change = (
        suppressions.update()
        .where(suppressions.c.address_hash == sa.bindparam("which"))
        .values(reason=sa.bindparam("why"))
    )
    execute_many(con, change, [{"why": "one", "which": f"{1:032x}"}, {"why": "two", "which": f"{2:032x}"}])
    reasons = con.scalars(sa.select(suppressions.c.reason).order_by(suppressions.c.address_hash)).all()
    assert reasons == ["one", "two"]


def test_a_row_without_one_of_the_values_is_a_mistake(con):
    with pytest.raises(KeyError):
        execute_many(con, SUPPRESS, [{"address_hash": "0"}])
