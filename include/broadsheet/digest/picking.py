"""What one reader is told out of a run's stocks."""

import msgspec


class Picked(msgspec.Struct, frozen=True, cache_hash=True):
    """A reader's part of a run's stocks; equal for all to whom the same is told for the same reasons.

    ``stocks`` are numbers of stocks in reading order; parallel to them, ``positions`` are places in their
    ``items``, in reading order, and ``why`` the terms that each of these items matched (``robotics, author Fei-Fei
    Li``), "" for who asked for no topics. ``empty`` says that nothing of it is news.
    """

    stocks: tuple[int, ...]
    positions: tuple[tuple[int, ...], ...]
    why: tuple[tuple[str, ...], ...]
    empty: bool
