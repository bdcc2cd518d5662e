"""Topics as readers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest.folding import folded_words
from broadsheet.digest.topics import (
    MOST_CHARACTERS,
    MOST_TERMS,
    Field,
    Term,
    Topics,
    TopicsError,
    read_topics,
)
from broadsheet.errors import USAGE


def test_every_kind_of_term():
    topics = read_topics(
        'robotics, "world model", author:"Fei-Fei Li", org:nvidia, keyword:diffusion, gra*, -medical'
    )
    assert topics.includes == (
        Term(Field.TEXT, "robotics", ("robotics",)),
        Term(Field.TEXT, "world model", ("world", "model")),
        Term(Field.AUTHOR, "Fei-Fei Li", ("fei", "fei", "li")),
        Term(Field.ORGANIZATION, "nvidia", ("nvidia",)),
        Term(Field.KEYWORD, "diffusion", ("diffusion",)),
        Term(Field.TEXT, "gra", ("gra",), prefix=True),
    )
    assert topics.excludes == (Term(Field.TEXT, "medical", ("medical",)),)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("", ""),
        (" , ;\n ", ""),
        ("world model", '"world model"'),
        ("robotics\nspeech;proofs、oceans，tides", "robotics, speech, proofs, oceans, tides"),
        ("“world model”, „a b“", '"world model", "a b"'),
        ('"robotics"', "robotics"),
        ("Robotics, robotics, ROBOTICS*", "Robotics, ROBOTICS*"),
        ("-a, b", "b, -a"),
        ("−a, –b", "-a, -b"),
        ('"world mod"*, "world  mod*"', '"world mod*"'),
        ("Organisation: Open Loom, ORGANIZATION:x", 'org:"Open Loom", org:x'),
        ('-author:"Ada  Winterbourne"', '-author:"Ada Winterbourne"'),
        ('"a, b"', '"a, b"'),
        ('"-a"', '"-a"'),
        ('"author:x"', '"author:x"'),
        ("self-supervised, GPT-4, Qwen2.5, C++", "self-supervised, GPT-4, Qwen2.5, C++"),
        ("世界模型", "世界模型"),
        ("\u202eevil\x00", "evil"),
    ],
)
def test_the_canonical_text(written, canonical):
    topics = read_topics(written)
    assert str(topics) == canonical
    assert read_topics(canonical) == topics


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        (
            "a, autor:Li",
            r"topic 2 \(autor:Li\): nothing can be looked for by 'autor': write author:, org: or",
        ),
        ('foo "bar', r"topic 1 \(foo \"bar\) cannot be read: write quotes around a whole phrase"),
        ("- medical", "cannot be read.*a minus right before"),
        ("author:", "topic 1 .* cannot be read"),
        ('""', "neither letters nor digits"),
        ("!!", "neither letters nor digits: write words"),
        ("a*b", "a star inside: .* robot\\* for all words that begin so"),
        ("*", "cannot be read"),
        ("1:2", "cannot be read: write quotes"),
        ("x" * (MOST_CHARACTERS + 1), f"too long: write at most {MOST_CHARACTERS}"),
        (",".join(f"w{n}" for n in range(MOST_TERMS + 1)), f"topic {MOST_TERMS + 1} .* one too many"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_write(written, complaint):
    with pytest.raises(TopicsError, match=complaint) as caught:
        read_topics(written)
    assert caught.value.exit_code == USAGE


_SCRAPS = st.sampled_from(
    ["a", "B", "é", "世", "-", "−", "*", '"', "“", ":", ",", ";", "\n", " ", "author:", "org:", "keyword:", "+", "#",
     "'", "1", ".", "/", "_", "\u2028", "\u0301", "ﬀ", "İ", "ß", "\u200d"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=30), st.lists(_SCRAPS, max_size=20).map("".join)))
def test_canonical_text_reads_back_as_the_same_topics(written):
    try:
        topics = read_topics(written)
    except TopicsError:
        return
    assert read_topics(str(topics)) == topics
    assert str(read_topics(str(topics))) == str(topics)


def test_no_topics_are_nothing_to_ask_for():
    assert not Topics()
    assert read_topics("") == Topics()
    assert read_topics("-a")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Self-supervised Müller", ["self", "supervised", "muller"]),
        ("Straße ﬁne ＡＢＣ", ["strasse", "fine", "abc"]),
        ("Łukasz Søren Œuvre", ["lukasz", "soren", "oeuvre"]),
        ("C++ and C# are not C; a+b=c", ["c++", "and", "c#", "are", "not", "c", "a", "b", "c"]),
        ("世界モデル for 3D", ["世", "界", "モ", "デ", "ル", "for", "3d"]),
        ("Qwen2.5-VL_7B", ["qwen2", "5", "vl", "7b"]),
        ("확산 모델이", ["확산", "모델이"]),
        ("Ελλάδα Ёлка", ["ελλαδα", "елка"]),
    ],
)
def test_words_are_compared_without_case_accents_and_hyphens(text, words):
    assert list(folded_words(text)) == words


@given(st.text(alphabet="aZ9 +#-_.\n", max_size=20))
def test_words_are_the_same_beside_words_of_other_letters(text):
    assert (*folded_words(text), "мир") == folded_words(f"{text} мир")


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    words = folded_words(text)
    assert folded_words(" ".join(words)) == words
