"""References to cite: one well known, and any that a hub might send."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from broadsheet.citations.reference import Reference, reference_of

RECORD = {
    "paper_id": "2611.00001",
    "title": "On Growth",
    "authors": ["Ada Lovelace", "Wu, Jr.", "Salt and Pepper Team"],
    "published_at": datetime(2026, 11, 3, tzinfo=UTC),
    "organization": "Analytical Society",
    "abstract": "It grows.\nAnd grows.",
    "ai_keywords": ["growth", "engines"],
}
BARE = dict.fromkeys(RECORD) | {"paper_id": "title:0123"}
GROWTH = reference_of(RECORD, "https://github.com/ada/growth")

HOSTILE = [
    "}}}, note = {injected}}\n@misc{evil, title = {{x",
    "@comment{",
    "@string{a = {b}}",
    "a\\",
    "a\\}",
    "$\\input{/etc/passwd}$",
    "$^^5cinput{x}$",
    "$a}{b$",
    "$\\{a}$",
    "costs $5 % of",
    "x\nER  - \n\nTY  - JOUR\nTI  - injected",
    "x\r\nER  - \r\nTY  - JOUR",
    "x\u2028ER  - \u2028TY  - JOUR",
    "x\x85ER  - ",
    "\x00\x1b[2J\u202egnp.exe",
    '"}], "id": "injected", [{"',
    "](javascript:alert(1)) [x",
    "<script>alert(1)</script>",
    "![x](https://example.org/pixel.png)",
    "# heading",
    "`code` *bold* _it_ | cell | &amp; ~~no~~",
]
"""What tries to break out of one format or another."""

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.text(st.sampled_from("\\{}$@%&#_~^\"',=-() ER\n\rTYa"), max_size=40),
)
records = st.fixed_dictionaries(
    {
        "paper_id": st.one_of(st.sampled_from(["2611.00001", "hep-th/9901001", "title:0123"]), texts),
        "title": st.none() | texts,
        "authors": st.none() | st.lists(texts, max_size=4),
        "published_at": st.none() | st.datetimes(min_value=datetime(1, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        "organization": st.none() | texts,
        "abstract": st.none() | texts,
        "ai_keywords": st.none() | st.lists(texts, max_size=3),
    }
)
references: st.SearchStrategy[Reference] = records.map(lambda record: reference_of(record, None))
