"""Figures as people read them."""

from .measurement import Contender, Goal, Measurement, Outcome, Unit

_SCALES = {
    Unit.SECONDS: ((60, "min", 60), (1, "s", 1), (1e-3, "ms", 1e-3), (1e-6, "µs", 1e-6), (0, "ns", 1e-9)),
    Unit.BYTES: ((1e9, "GB", 1e9), (1e6, "MB", 1e6), (1e3, "kB", 1e3), (0, "B", 1)),
    Unit.COUNT: ((0, "", 1),),
}


def figure(value: float, unit: Unit) -> str:
    """12.3 ms, 1.20 MB, 4.28 B."""
    for least, name, size in _SCALES[unit]:
        if value >= least:
            return f"{short(value / size)} {name}".rstrip()
    raise ValueError(f"{value} {unit} is less than nothing")


def short(value: float) -> str:
    """Three digits of it, and never an exponent: 0.123, 1.23, 12.3, 123, 1,230."""
    if value >= 100 or value == round(value, 6) == round(value):
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.001 else f"{value:.6f}".rstrip("0").rstrip(".") or "0"


def share(contender: Contender, ours: Contender) -> str:
    """How many times ours it takes."""
    return f"{short(contender.minimum / ours.minimum)} ×" if ours.minimum else ""


def spread(contender: Contender) -> str:
    """How much more the worst round took."""
    return f"+{contender.spread:.0%}".replace("%", " %") if len(contender.rounds) > 1 else ""


def goal_in_words(goal: Goal, measurement: Measurement) -> str:
    """What is to be reached: ≥ 50 × faster than html.parser."""
    whose = f"{goal.of}: " if goal.of else ""
    if goal.faster is not None:
        return f"{whose}≥ {short(goal.faster)} × faster than {goal.than}"
    limit = goal.within or 0.0
    if goal.than:
        return f"{whose}≤ {short(limit)} × {goal.than}"
    return f"{whose}≤ {figure(limit, measurement.unit)}" if limit else f"{whose}none"


def outcome_in_words(outcome: Outcome, measurement: Measurement) -> str:
    """What was measured: 53.1 ×."""
    return f"{short(outcome.value)} ×" if outcome.goal.than else figure(outcome.value, measurement.unit)
