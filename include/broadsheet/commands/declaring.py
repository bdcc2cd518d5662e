"""How commands say in their signatures what they take: ``limit: Annotated[int, Option(min=1, help="…")] = 20``.

A parameter is a `str`, `int`, `float`, `Path`, a `StrEnum`, a `list` of one of them or a pair of texts, any of these
or None; a `bool` is a flag. One without a default has to be given. `line` makes the parser out of it.
"""


class Argument:
    """What is told by its place. ``metavar`` is what help calls it, the parameter's name in capitals if not given."""

    def __init__(self, *, help: str, metavar: str = "") -> None:
        self.help = help
        self.metavar = metavar


class Option:
    """What is told by its name: ``names``, or the parameter's own after two hyphens.

    A flag that can be given both ways is named ``--web/--no-web``. Numbers lie between ``min`` and ``max``, both
    included.
    """

    def __init__(
        self,
        *names: str,
        help: str,
        metavar: str = "",
        min: float | None = None,
        max: float | None = None,
    ) -> None:
        self.names = names
        self.help = help
        self.metavar = metavar
        self.min = min
        self.max = max
