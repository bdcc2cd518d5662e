"""Each sample means what it should, however its lines end, and is dealt with once."""

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from broadsheet.mail.bounces.effects import settle
from broadsheet.mail.bounces.reading import UnreadableError
from broadsheet.mail.bounces.report import read_report
from broadsheet.mail.schema import bounce_events
from mail.bounces.postbag import NOW, READER, SECRET, Office, Sample, samples

SAMPLES = samples()


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Connection]:
    office = Office(tmp_path_factory.mktemp("office"))
    with office.opened() as database, database.engine.connect() as con:
        yield con


def meaning(data: bytes, con: sa.Connection) -> tuple[str, str | None]:
    """What a mail comes to and the status that is noted; nothing of it stays."""
    try:
        report = read_report(data, SECRET)
    except UnreadableError:
        return "quarantined", None
    with con.begin() as transaction:
        settled = settle(con, report, SECRET, NOW)
        status = con.execute(sa.select(bounce_events.c.status)).scalar_one()
        transaction.rollback()
    return str(settled.kind), status


@pytest.mark.parametrize("sample", SAMPLES, ids=repr)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_a_sample_means(sample: Sample, line_end: bytes, connection: sa.Connection):
    data = sample.data.replace(b"\n", line_end)
    assert meaning(data, connection) == (sample.meaning, sample.status)


def test_there_are_enough_samples_of_every_kind():
    counts = Counter(sample.meaning for sample in SAMPLES)
    assert len(SAMPLES) >= 60
    assert min(counts.values()) >= 5
    assert set(counts) == {
        "hard", "soft", "policy", "delayed", "complaint", "unsubscribe", "ignored", "quarantined"
    }  # fmt: skip


def test_collecting_all_of_them_counts_each_once_and_a_second_time_changes_nothing(either_office, caplog):
    office = either_office
    for again in range(2):
        for sample in SAMPLES:
            office.drop(sample.data, f"{again}.{sample.name}")
        before = office.everything()
        report = office.collect()
        if again:
            assert report.repeated == len(SAMPLES) - sum(report.quarantined.values())
            assert office.everything() == before
        else:
            wanted = Counter(sample.meaning for sample in SAMPLES)
            assert sum(report.quarantined.values()) == wanted.pop("quarantined")
            assert Counter(report.kinds) == wanted
            assert (
                report.suppressed == 2
            )  # the first that bounced hard, and then for good by the first complaint
        assert report.mails == len(SAMPLES)
    assert office.state == "unsubscribed"
    assert "@" not in caplog.text
    assert READER not in str(office.rows(bounce_events))
