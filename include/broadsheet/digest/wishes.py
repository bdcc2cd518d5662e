"""What decides which papers one reader is told of."""

import msgspec

from broadsheet.digest.topics import Topics


class Wishes(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """A paper passes if it is on topic and has at least ``min_upvotes``.

    Where its upvotes are unknown it passes only if no upvotes are asked for: nobody is told of a paper as wanted
    on the strength of a figure that nobody knows.
    """

    topics: Topics = Topics()
    min_upvotes: int = 0
