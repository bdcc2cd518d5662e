"""The feed of public editions."""


def test_an_edition_is_told_once_its_day_is_over(reader):
    feed = reader.get("/feeds/editions/trending.json").json()
    first = feed["items"][0]
    # It is the fifteenth, and trending changed that morning.
    assert first["id"] == "tag:localhost,2026:edition/trending/2026-11-14"
    assert first["date_published"] == "2026-11-15T00:00:00Z"
    assert first["url"] == "http://testserver/editions/trending/2026-11-14"
    assert first["title"].startswith("Trending papers of 14 Nov 2026: ")


def test_an_edition_holds_the_papers_of_its_day(reader):
    edition = reader.get("/feeds/editions/trending.json").json()["items"][0]
    new = reader.get("/feeds/trending.json?only=new&limit=100").json()["items"]
    entered = [item["url"] for item in new if item["date_published"].startswith("2026-11-14")]
    assert len(entered) > 3
    assert f"{len(entered)} new" in edition["title"]
    assert all(f'<a href="{address}">' in edition["content_html"] for address in entered)


def test_the_parts_are_the_whole(reader):
    address, found = "/feeds/editions/trending.json?limit=4", []
    while address:
        feed = reader.get(address).json()
        found += [item["id"].rpartition("/")[2] for item in feed["items"]]
        address = feed.get("next_url")
    whole = reader.get("/feeds/editions/trending.json").json()["items"]
    assert found == [item["id"].rpartition("/")[2] for item in whole]
    assert found == sorted(found, reverse=True)
    assert len(found) == 13
