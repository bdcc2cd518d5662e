from broadsheet.parsing.compare_sources import disagreements
from broadsheet.parsing.door import parse
from parsing.made_up_pages import api_capture, capture, item, page

URL = "https://huggingface.co/api/daily_papers?sort=trending&limit=100"


def differences(of_api: list[dict], of_page: list[dict], **more: str) -> tuple[str, ...]:
    return disagreements(parse(api_capture(of_api, URL)), parse(capture(page(of_page, **more))))


def test_two_sources_that_agree_say_nothing() -> None:
    assert differences([item(1), item(2)], [item(1), item(2)]) == ()


def test_what_only_one_of_them_tells_is_no_disagreement() -> None:
    assert differences([item(1, ai_summary=None)], [item(1)]) == ()
    cards = '<div data-target="X">'
    assert differences([item(1, publishedAt="2026-07-06T09:00:00.000Z")], [item(1)], tag=cards) == ()
    assert differences([item(1, publishedAt="2026-07-05T09:00:00.000Z")], [item(1)], tag=cards) == (
        "published_at differs for 2607.00001",
    )


def test_every_disagreement_is_named_with_its_papers() -> None:
    found = differences([item(1), item(2), item(3)], [item(2, upvotes=1), item(1, title="Other"), item(4)])
    assert found == (
        "hydration lacks 2607.00003",
        "api lacks 2607.00004",
        "api and hydration order the 2 papers they share differently",
        "upvotes differs for 2607.00002",
        "title differs for 2607.00001",
    )


def test_long_lists_are_cut() -> None:
    [found] = differences([item(n) for n in range(1, 10)], [item(1)])
    assert found.startswith("hydration lacks 8 of them (2607.00002, ")
    assert found.endswith(" and 3 more)")


def test_a_source_without_a_list_says_why() -> None:
    found = disagreements(parse(api_capture([], URL)), parse(capture(page([item(1)]))))
    assert found == ("api gives no list: the API lists no papers on trending",)
