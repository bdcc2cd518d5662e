"""Papers: one with all that is known, many by id, and all page by page."""

import msgspec
import pytest

from broadsheet.warehouse import reading


@pytest.fixture(scope="module")
def warehouse(reader):
    with reader.app.state.site.published.reading() as read:
        yield read.con


@pytest.fixture(scope="module")
def paper_ids(warehouse):
    """In the order in which they were first seen."""
    found = warehouse.execute("SELECT paper_id FROM papers ORDER BY first_seen_at, paper_id").fetchall()
    return [paper_id for (paper_id,) in found]


def test_a_paper_is_told_with_all_that_the_warehouse_knows(reader, warehouse, paper_ids):
    told = reader.get(f"/api/v1/papers/{paper_ids[0]}").json()
    known = reading.paper(warehouse, paper_ids[0])
    for revision in known["revisions"]:
        del revision["revision_id"]
        revision["details"] = msgspec.json.decode(revision["details"])
    assert told == msgspec.to_builtins(known)
    assert told["history"]
    assert told["timeline"]
    assert told["revisions"]


def test_a_version_behind_an_id_does_not_matter(reader, paper_ids):
    versioned = reader.get(f"/api/v1/papers/{paper_ids[0]}v3")
    assert versioned.json() == reader.get(f"/api/v1/papers/{paper_ids[0]}").json()


def test_papers_come_in_the_order_asked_for_and_those_unknown_are_named(reader, paper_ids):
    asked = [paper_ids[2], "1234.56789", f"{paper_ids[0]}v2", paper_ids[2]]
    told = reader.get("/api/v1/papers", params={"ids": ",".join(asked)}).json()
    assert [paper["paper_id"] for paper in told["papers"]] == [paper_ids[2], paper_ids[0]]
    assert told["missing"] == ["1234.56789"]


def test_a_paper_first_known_by_its_title_is_found_by_its_old_name(visitor):
    path = visitor.app.state.site.settings.published_path
    import duckdb

    with duckdb.connect(str(path)) as con:
        (paper_id,) = con.execute("SELECT min(paper_id) FROM papers").fetchone()
        con.execute("INSERT INTO aliases VALUES ('title:0123456789abcdef', ?)", [paper_id])
    told = visitor.get("/api/v1/papers", params={"ids": "title:0123456789abcdef"}).json()
    assert [paper["paper_id"] for paper in told["papers"]] == [paper_id]
    assert visitor.get("/api/v1/papers/title:0123456789abcdef").json()["paper_id"] == paper_id


def test_all_papers_come_once_in_the_order_in_which_they_were_first_seen(reader, paper_ids):
    told, address = [], "/api/v1/papers?limit=90"
    while address:
        page = reader.get(address)
        told += [paper["paper_id"] for paper in page.json()["papers"]]
        address = page.links.get("next", {}).get("url")
    assert told == paper_ids


def test_papers_since_a_day_include_that_days(reader):
    told = reader.get("/api/v1/papers", params={"since": "2026-11-10", "limit": 500}).json()["papers"]
    assert min(paper["first_seen_at"] for paper in told).startswith("2026-11-10")


@pytest.mark.parametrize("paper_id", ["nope", "cs/9999999", "title:ffff", "..%2F..%2Fetc", "%ED%A0%80"])
def test_an_unknown_paper_is_not_found(reader, paper_id):
    refused = reader.get(f"/api/v1/papers/{paper_id}")
    assert refused.status_code == 404
    assert "search" in refused.json()["detail"]


def test_a_page_behind_an_unknown_paper_is_not_found(reader):
    assert reader.get("/api/v1/papers", params={"after": "nope"}).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"ids": ","},
        {"ids": ",".join("1234.56789" for _ in range(101))},
        {"after": "x" * 101},
        {"limit": "0"},
        {"limit": "501"},
        {"limit": str(2**63)},
        {"limit": "ten"},
        {"since": "yesterday"},
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(reader, asked):
    refused = reader.get("/api/v1/papers", params=asked)
    assert refused.status_code == 422
    assert next(iter(asked)) in refused.json()["detail"]


def test_an_id_of_ten_thousand_characters_is_refused(reader):
    assert reader.get("/api/v1/papers/" + "9" * 10_000).status_code in {414, 422}
