"""`broadsheet fold` as somebody runs it."""

import json

FAR_AHEAD = "2027-01-04T00:00:00+00:00"


def test_closed_months_are_folded_and_read_as_before(three_days, home, monkeypatch):
    monkeypatch.setenv("BROADSHEET_CLOCK", FAR_AHEAD)
    ask = ["sql", "FROM observations ORDER BY ALL", "--json"]
    before = three_days(*ask).out
    report = json.loads(three_days("fold", "--json").out)
    assert set(report) == {"folded", "unfolded", "deleted", "published"}
    assert all(
        set(segment) == {"period", "table_name", "file", "rows", "bytes", "sha256"}
        for segment in report["folded"]
    )
    assert {segment["period"] for segment in report["folded"]} == {"2026"}
    assert three_days(*ask).out == before
    assert "no periods folded" in three_days("fold").out
    assert json.loads(three_days("replay", "--json").out)["differences"] == []
    result = three_days("fold", "--unfold", "2026")
    assert result.code == 0
    assert "2026 is open again" in result.out
    assert three_days(*ask).out == before


def test_a_month_that_is_not_folded_cannot_be_opened(three_days):
    result = three_days("fold", "--unfold", "2026-10")
    assert result.code == 2
    assert "'2026-10' is not folded; what is: nothing yet" in result.err


def test_there_may_be_nothing_to_fold(broadsheet, home):
    assert broadsheet("fold").out == "no periods folded, no files deleted that nobody reads\n"
    assert not home.exists()


def test_other_peoples_sql_reads_segments_and_writes_none(three_days, home, monkeypatch):
    monkeypatch.setenv("BROADSHEET_CLOCK", FAR_AHEAD)
    three_days("fold")
    segments = home / "published" / "segments"
    elsewhere = home / "other.parquet"
    elsewhere.write_bytes(next(segments.iterdir()).read_bytes())
    assert three_days("sql", f"FROM '{elsewhere}'").code != 0
    assert three_days("sql", f"FROM glob('{segments}/*')").code != 0
    assert three_days("sql", "SELECT count(*) FROM changes").code == 0
