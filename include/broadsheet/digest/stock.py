"""All that a run can say of one list over one window, whoever reads it: made once, picked from for each reader."""

import msgspec

from broadsheet.digest.edition import Edition, Item, Paper


class Standing(msgspec.Struct, frozen=True):
    """What wishes look at: a paper's texts and votes as they stood on a board. Unknown votes are None."""

    paper: Paper
    upvotes: int | None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One paper in one role it can be told in, parallel to an item of the stock.

    ``now`` is how it stands on the newest board, ``then`` how it stood on the baseline board; None where it is not
    on it. With ``second`` it is an item for those whose wishes the paper passes now and did not pass then.
    """

    now: Standing | None
    then: Standing | None
    second: bool = False


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """One list over one window.

    ``edition`` is what a reader without wishes is told. ``items`` holds every paper in every role it can be told
    in: first the edition's, in reading order, then those that were on the list already, as new for readers whose
    wishes they only pass now. ``offers`` is parallel to it. ``late`` says that a newer list of the same kind is
    out: then only new and returned papers are told, and nothing at all if there are none.
    """

    edition: Edition
    items: tuple[Item, ...]
    offers: tuple[Offer, ...]
    late: bool = False
