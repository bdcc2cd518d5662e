"""Subscribers as CSV: what is written reads back, and a bad line is named to the cell."""

from io import StringIO

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from broadsheet.mail import subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.csvfile import COLUMNS, CsvError, read_entries, write_subscribers
from broadsheet.mail.database import open_database
from broadsheet.mail.identity import read_identity, read_name
from broadsheet.mail.importing import carry_out, plan_import
from broadsheet.mail.preferences import Preferences
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.subscribers import Newcomer
from broadsheet.settings import Settings
from mail.test_preferences import wishes

CHANNELS = {"lab": "x"}
HEADING = ",".join(COLUMNS)


def read(*lines):
    return read_entries([f"{line}\n" for line in lines], "team.csv", CHANNELS)


def test_only_the_address_must_be_there():
    (entry,) = read("address", "Ada@Example.org")
    assert (entry.line, entry.identity.key, entry.name, entry.state) == (2, "ada@example.org", None, None)
    assert entry.wishes == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_in_any_order_with_any_usual_delimiter(delimiter):
    (entry,) = read(delimiter.join(["Hour", " EMAIL ", "name"]), delimiter.join(["9", "a@b.org", "Ada"]))
    assert (entry.identity.address, entry.name, dict(entry.wishes)) == ("a@b.org", "Ada", {"hour": "9"})


def test_blank_lines_count_and_say_nothing():
    assert [entry.line for entry in read("address", "", "a@b.org", " ", "channel:lab")] == [3, 5]


@pytest.mark.parametrize(
    ("heading", "line", "says"),
    [
        ("address,hour", "a@b.org,25", "line 2, column hour: '25' is no number from 0 to 23"),
        ("address,topics", 'a@b.org,"robotics, ("', "line 2, column topics: topic 2"),
        ("address,lists", "a@b.org,weakly", "line 2, column lists: unknown list"),
        ("address", "nobody", "line 2, column address: this is no mail address"),
        ("address", "channel:bal", "line 2, column address: there is no channel 'bal'"),
        (
            "address,state",
            "a@b.org,erased",
            "line 2, column state: 'erased' is none of active, pending, unsub",
        ),
        ("address,name", f"a@b.org,{'x' * 101}", "line 2, column name: a name is one line"),
        ("address,hour", "a@b.org", "line 2: 1 cells under 2 columns"),
        (
            "address,lists",
            "a@b.org,trending,daily",
            "line 2: 3 cells under 2 columns; put quotes around commas",
        ),
        ("address", '"a@b.org', "line 2: "),
        ("hour", "7", "line 1: no column address"),
        ("address,our", "a@b.org,7", "line 1: there is no column 'our'"),
        ("address,email", "a@b.org,c@d.org", "line 1: column address is there twice"),
    ],
)
def test_what_cannot_be_read_is_named_with_file_line_and_column(heading, line, says):
    with pytest.raises(CsvError) as raised:
        read(heading, line)
    assert f"team.csv, {says}" in str(raised.value)
    assert "b.org" not in str(raised.value)


def test_a_line_counts_where_it_begins():
    with pytest.raises(CsvError, match=r"team\.csv, line 4, column hour"):
        read("address,hour,name", '"a@b.org",7,"A', 'B"', "c@d.org,x,C")


def test_the_first_bad_lines_are_all_named():
    with pytest.raises(CsvError) as raised:
        read("address,hour", *["a@b.org,99"] * 12)
    lines = str(raised.value).splitlines()
    assert [line.partition(",")[0] for line in lines[:10]] == ["team.csv"] * 10
    assert lines[10:] == ["and 2 more lines", "nothing was imported"]


def test_an_empty_file_and_one_in_another_encoding_are_refused(tmp_path):
    with pytest.raises(CsvError, match="line 1: no column address"):
        read_entries([], "team.csv", ())
    path = tmp_path / "latin.csv"
    path.write_bytes("address,name\na@b.org,Jörg\n".encode("latin-1"))
    with path.open(encoding="utf-8") as file, pytest.raises(CsvError, match="not UTF-8"):
        read_entries(file, str(path), ())


names = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20).map(read_name)
addresses = st.from_regex(
    r"[a-z][a-z0-9+._-]{0,8}[a-z0-9]@[a-z]{1,8}\.(org|localhost)", fullmatch=True
).filter(lambda address: ".." not in address)


@hypothesis_settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(people=st.dictionaries(addresses | st.just("channel:lab"), st.tuples(names, wishes), max_size=6))
def test_exporting_erasing_everybody_and_importing_keeps_every_wish(tmp_path, at, people):
    act = Act(at("2026-11-20T08:00"), "cli")
    with open_database(Settings(home=str(tmp_path))) as database, database.write() as con:
        for text, (name, preferences) in people.items():
            newcomer = Newcomer(
                identity=read_identity(text, CHANNELS), name=name.strip(), preferences=preferences
            )
            subscribers.add(con, newcomer, act, b"test")
        before = [one for one in subscribers.every(con) if one.state is SubscriberState.ACTIVE]
        file = StringIO()
        assert write_subscribers(before, file) == len(people)
        for one in before:
            subscribers.erase(con, one.subscriber_id, act)
        assert write_subscribers(subscribers.every(con), StringIO()) == 0
        entries = read_entries(StringIO(file.getvalue()), "all.csv", CHANNELS)
        carry_out(con, plan_import(con, entries, Preferences(), b"test"), act, b"test", lambda *_: None)
        after = subscribers.every(con, SubscriberState.ACTIVE)
        assert [(one.shown, one.name, one.preferences) for one in after] == [
            (one.shown, one.name, one.preferences) for one in before
        ]
        con.rollback()
