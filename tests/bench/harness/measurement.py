"""Measurements as data: contenders with all their rounds, what is to be reached, and whether it is."""

from enum import StrEnum
from statistics import median

import msgspec


class Unit(StrEnum):
    """What figures are counted in. Less is better, whatever it is."""

    SECONDS = "s"
    BYTES = "B"
    COUNT = ""


class Contender(msgspec.Struct, frozen=True):
    """One way to do it, and its figure in each round."""

    name: str
    rounds: tuple[float, ...]

    @property
    def minimum(self) -> float:
        """The best round: what others on the machine disturbed least."""
        return min(self.rounds)

    @property
    def median(self) -> float:
        """The round in the middle."""
        return median(self.rounds)

    @property
    def spread(self) -> float:
        """How much more the worst round took than the best: 0.1 is a tenth."""
        return max(self.rounds) / self.minimum - 1 if self.minimum else 0.0

    def times(self, factor: float, name: str | None = None) -> "Contender":
        """The same for more or less work: what a sample took, told for all of it."""
        return Contender(name or self.name, tuple(figure * factor for figure in self.rounds))


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What ``of`` (our first contender, unless named) is to reach, by minimum.

    At least ``faster`` times as fast as the contender ``than``; or at most ``within`` times what ``than`` takes; or,
    with no other contender, at most ``within`` of the unit.
    """

    of: str = ""
    than: str = ""
    faster: float | None = None
    within: float | None = None


class Outcome(msgspec.Struct, frozen=True):
    """A goal beside what was measured: 53.1 where at least 50 were to be reached."""

    goal: Goal
    value: float

    @property
    def reached(self) -> bool:
        """Is it so?"""
        goal = self.goal
        return self.value >= goal.faster if goal.faster is not None else self.value <= (goal.within or 0.0)


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """Contenders for the same work, ours first. ``number`` is that of `NUMBERS`, None where none asks for it.

    ``missing`` says why there are no contenders here.
    """

    number: int | None
    title: str
    contenders: list[Contender] = msgspec.field(default_factory=list)
    goals: list[Goal] = msgspec.field(default_factory=list)
    unit: Unit = Unit.SECONDS
    note: str = ""
    missing: str = ""

    def __post_init__(self) -> None:
        """Hold that goals name contenders that there are, and that nothing is without figures or a reason."""
        if not self.contenders and not self.missing:
            raise ValueError(f"{self.title}: neither contenders nor a reason why there are none")
        names = {"", *(contender.name for contender in self.contenders)}
        for goal in self.goals:
            if not {goal.of, goal.than} <= names and not self.missing:
                raise ValueError(
                    f"{self.title}: a goal names {goal.of!r} or {goal.than!r}, which did not run"
                )

    @property
    def ours(self) -> Contender:
        """What others are put in relation to."""
        return self.contenders[0]

    def contender(self, name: str) -> Contender:
        """The contender of that name; the first one without a name."""
        return next((each for each in self.contenders if each.name == name), self.ours)

    def outcomes(self) -> list[Outcome]:
        """Each goal beside what was measured; none where nothing was."""
        return [Outcome(goal, self._value(goal)) for goal in self.goals] if self.contenders else []

    def _value(self, goal: Goal) -> float:
        figure = self.contender(goal.of).minimum
        if not goal.than:
            return figure
        other = self.contender(goal.than).minimum
        return other / figure if goal.faster is not None else figure / other


def faster(times: float, than: str, *, of: str = "") -> Goal:
    """Ours (or ``of``) takes at most 1/``times`` of what ``than`` takes."""
    return Goal(of=of, than=than, faster=times)


def within(times: float, than: str, *, of: str = "") -> Goal:
    """Ours (or ``of``) takes at most ``times`` what ``than`` takes."""
    return Goal(of=of, than=than, within=times)


def below(limit: float, *, of: str = "") -> Goal:
    """Ours (or ``of``) takes at most so many seconds, bytes or whatever the unit is."""
    return Goal(of=of, within=limit)
