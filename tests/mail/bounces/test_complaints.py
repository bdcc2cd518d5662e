"""The share of readers who complained of a run."""

import pytest

from broadsheet.mail.bounces.complaints import Complaints, run_complaints
from broadsheet.mail.schema import deliveries
from mail.bounces.postbag import RUN, sample


def test_a_run_without_complaints(either_office):
    with either_office.opened() as database, database.read() as con:
        found = run_complaints(con, RUN)
    assert (found.complaints, found.accepted, found.rate, found.is_alarming) == (0, 1, 0.0, False)


def test_several_complaints_of_one_reader_count_once_and_for_their_run(either_office):
    either_office.deliver("2026-11-21T07:00Z")
    for name in ("arf-abuse", "arf-yahoo-redacted", "postfix-user-unknown"):
        either_office.drop(sample(name), name)
    either_office.collect()
    with either_office.opened() as database, database.read() as con:
        assert run_complaints(con, RUN) == Complaints(1, 1)
        assert run_complaints(con, "2026-11-21T07:00Z") == Complaints(0, 1)


def test_only_what_was_accepted_counts(office):
    with office.opened() as database, database.write() as con:
        con.execute(deliveries.update().values(state="failed"))
        assert run_complaints(con, RUN) == Complaints(0, 0)
        assert run_complaints(con, RUN).rate == 0.0


@pytest.mark.parametrize(("complaints", "alarming"), [(9, False), (10, True), (30, True)])
def test_the_alarm_is_at_one_in_a_thousand(complaints, alarming):
    assert Complaints(complaints, 10_000).is_alarming is alarming
