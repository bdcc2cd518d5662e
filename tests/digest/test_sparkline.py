"""Ranks drawn and in words."""

import pytest

from broadsheet.digest.sparkline import in_words, sparkline


@pytest.mark.parametrize(
    ("ranks", "drawn", "words"),
    [
        ((31, 24, 18, 11, 9, 4), "▂▂▃▄▄▆", "rank 31 to 4 in 5 days"),
        ((1, 50), "█▁", "rank 1 to 50 in a day"),
        ((50, None, 1), "▁·█", "rank 50 to 1 in 2 days"),
        ((None, None, 7, 7, 7), "▅▅▅", "rank 7 for 2 days"),
        ((3, 5, None, None), "▆▅", "rank 3 to 5 in a day"),
        ((100, 1), "▁█", "rank 100 to 1 in a day"),
        ((4,), "", ""),
        ((None, 4, None), "", ""),
        ((), "", ""),
    ],
)
def test_ranks_are_drawn_and_worded(ranks, drawn, words):
    assert (sparkline(ranks), in_words(ranks)) == (drawn, words)


def test_a_better_rank_is_never_drawn_lower():
    heights = ["▁▂▃▄▅▆▇█".index(sparkline((rank, 50))[0]) for rank in range(1, 51)]
    assert heights == sorted(heights, reverse=True)
    assert (heights[0], heights[-1]) == (7, 0)
