"""Health for monitors."""

from sites import NOW

ADDRESS = "/api/v1/health"


def test_a_site_that_can_answer_says_what_it_answers_from(reader):
    answer = reader.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    health = answer.json()
    assert health["status"] == "ok"
    assert health["newest_snapshot_at"].startswith(f"{NOW:%Y-%m-%d}")


def test_a_site_without_a_publication_is_not_well(visitor):
    visitor.app.state.site.settings.published_path.unlink()
    answer = visitor.get(ADDRESS)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.headers["content-type"] == "application/problem+json"
