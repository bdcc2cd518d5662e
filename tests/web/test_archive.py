"""What the archive of editions keeps from one publication to the next, and when it does not."""

from collections.abc import Iterator

import pytest

from broadsheet.model import title_key
from broadsheet.web import archive
from broadsheet.web.archive import Archive, Archivist, Listed
from broadsheet.web.public_editions import public_editions
from digest.boards import Warehouse

HUB = "https://hub.example"
PAPERS = ["2611.00001", "2611.00002", "2611.00003"]


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    """Trending on three days, on each of which one paper came."""
    warehouse = Warehouse()
    for number, day in enumerate(("2026-11-10", "2026-11-11", "2026-11-12"), 1):
        warehouse.show("trending", f"{day}T09:00", PAPERS[:number])
    yield warehouse
    warehouse.con.close()


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The editions that are composed from now on, in order."""
    found: list[str] = []

    def watched(con, edition, *, hub_url):
        found.append(f"{edition.source} {edition.day}")
        return compose(con, edition, hub_url=hub_url)

    compose = archive.digest_of
    monkeypatch.setattr(archive, "digest_of", watched)
    return found


def listed(page: Archive) -> list[Listed]:
    return [one for week in page.weeks for day in week.days for one in day.editions]


def test_an_edition_is_composed_once_and_the_next_publication_only_what_it_brought(warehouse, composed):
    archivist = Archivist(HUB)
    before = listed(archivist.read(warehouse.con, None, 0))
    assert composed == [f"trending 2026-11-{day}" for day in (12, 11, 10)]
    composed.clear()
    warehouse.show("trending", "2026-11-13T09:00", PAPERS[1:])
    after = listed(archivist.read(warehouse.con, None, 0))
    assert composed == ["trending 2026-11-13"]
    assert after[1:] == before
    assert after[0].sentence == "One paper has left."


def test_the_day_that_goes_on_is_composed_anew(warehouse, composed):
    archivist = Archivist(HUB)
    assert listed(archivist.read(warehouse.con, None, 0))[0].sentence == "One paper is new."
    composed.clear()
    warehouse.show("trending", "2026-11-12T18:00", [*PAPERS, "2611.00004"])
    newest = listed(archivist.read(warehouse.con, None, 0))[0]
    assert composed == ["trending 2026-11-12"]
    assert newest.sentence == "Two papers are new."
    assert newest.titles == ("Paper 2611.00003", "Paper 2611.00004")


def test_a_late_capture_tells_every_day_after_it_anew(warehouse):
    archivist = Archivist(HUB)
    archivist.read(warehouse.con, None, 0)
    snapshot = warehouse.show("trending", "2026-11-10T15:00", [PAPERS[0], PAPERS[2]])
    warehouse.describe(snapshot, PAPERS[2], title="Paper 2611.00003")
    late = listed(archivist.read(warehouse.con, None, 0))
    assert [one.sentence for one in late][:2] == [
        "One paper is back.",
        "One paper is new and one has left.",
    ]
    assert late == listed(Archivist(HUB).read(warehouse.con, None, 0))


def test_papers_that_turn_out_to_be_one_are_told_anew(warehouse):
    key = title_key("Paper 2611.00002")
    warehouse.con.execute(
        "UPDATE open_observations SET paper_id = $key WHERE paper_id = '2611.00002' AND snapshot_id = 2000",
        {"key": key},
    )
    warehouse.describe(2000, key, title="Paper 2611.00002")
    archivist = Archivist(HUB)
    assert listed(archivist.read(warehouse.con, None, 0))[0].sentence.startswith("Two papers are new")
    warehouse.con.execute(
        "UPDATE open_observations SET paper_id = '2611.00002' WHERE paper_id = $key", {"key": key}
    )
    warehouse.con.execute("INSERT INTO aliases VALUES ($key, '2611.00002')", {"key": key})
    told = listed(archivist.read(warehouse.con, None, 0))
    assert told[0].sentence == "One paper is new."
    assert told == listed(Archivist(HUB).read(warehouse.con, None, 0))


def test_editions_of_long_ago_are_found_behind_the_newest(warehouse):
    warehouse.show("trending", "2027-11-20T09:00", PAPERS[1:])
    days = [f"{edition.day}" for edition in public_editions(warehouse.con, most=3)]
    assert days == ["2027-11-20", "2026-11-12", "2026-11-11"]
    (newest,) = public_editions(warehouse.con, most=1)
    assert f"{newest.day}" == days[0]
    (oldest,) = public_editions(warehouse.con, most=3, offset=3)
    assert f"{oldest.day}" == "2026-11-10"
