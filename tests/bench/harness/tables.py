"""Measurements on the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from .figures import figure, goal_in_words, outcome_in_words, share, spread
from .machine import Machine
from .measurement import Measurement


def show(console: Console, measurement: Measurement) -> None:
    """Print one measurement: a line for each contender, and one for each goal."""
    number = f"[bold]{measurement.number}[/]  " if measurement.number else ""
    console.print(f"\n{number}[bold]{measurement.title}[/]")
    if measurement.missing:
        console.print(f"   [yellow]not measured:[/] {measurement.missing}")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("   contender")
    for heading in ("minimum", "median", "spread", "× ours"):
        table.add_column(heading, justify="right")
    for place, each in enumerate(measurement.contenders):
        table.add_row(
            f"   {each.name}",
            figure(each.minimum, measurement.unit),
            figure(each.median, measurement.unit),
            spread(each),
            share(each, measurement.ours),
            style="bold" if place == 0 else "",
        )
    console.print(table)
    for outcome in measurement.outcomes():
        mark = "[green]✓[/]" if outcome.reached else "[red]✗[/]"
        console.print(
            f" {mark} {goal_in_words(outcome.goal, measurement)}: {outcome_in_words(outcome, measurement)}"
        )
    if measurement.note:
        console.print(f"   [dim]{measurement.note}[/]")


def show_machine(console: Console, machine: Machine) -> None:
    """Print what it is measured on."""
    console.print(f"{machine.processor}, {machine.cores} cores, {machine.memory} GiB, {machine.kernel}")
    console.print(", ".join(f"{name} {version}" for name, version in machine.versions.items()), style="dim")


def show_summary(console: Console, measurements: Sequence[Measurement]) -> None:
    """Print how many goals are reached, and those that are not."""
    outcomes = [(each, outcome) for each in measurements for outcome in each.outcomes()]
    missed = [(each, outcome) for each, outcome in outcomes if not outcome.reached]
    console.print(f"\n[bold]{len(outcomes) - len(missed)} of {len(outcomes)} goals reached[/]")
    for each, outcome in missed:
        words = f"{goal_in_words(outcome.goal, each)}: {outcome_in_words(outcome, each)}"
        console.print(f" [red]✗[/] {_place(each)}{each.title}: {words}")
    for each in measurements:
        if each.missing:
            console.print(f" [yellow]–[/] {_place(each)}{each.title}: {each.missing}")


def _place(measurement: Measurement) -> str:
    return f"{measurement.number}, " if measurement.number else ""
