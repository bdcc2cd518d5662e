"""The options for what a subscriber wishes, said once for every command that takes them."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any

from broadsheet.commands.declaring import Option

WORDS = {
    "cadence": ("WHEN", "weekdays, daily, weekly, monthly (on the 1st) or paused."),
    "weekday": ("DAY", "The day of a weekly digest: monday to sunday, or 1 to 7."),
    "hour": ("HOUR", "From which hour of the day, 0 to 23, in their time zone."),
    "timezone": ("ZONE", "Such as Europe/Rome or Asia/Kolkata."),
    "lists": ("LISTS", "With commas: trending, daily, weekly, monthly, search:words."),
    "topics": (
        "TOPICS",
        'Only papers about: robotics, "world model", author:"Fei-Fei Li", org:nvidia, -medical.',
    ),
    "min_upvotes": ("N", "Only papers with so many votes."),
    "max_items": ("N", "At most so many papers in a mail, or all."),
}
QUIET_DAYS = "A short mail also when nothing is new, or none."


def taking_wishes(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """``command`` with an option for every wish; its ``wishes`` are those that were given, in words."""
    plain = signature(command, eval_str=True)
    own = [parameter for parameter in plain.parameters.values() if parameter.name != "wishes"]
    options = [_option(field, metavar, words) for field, (metavar, words) in WORDS.items()]
    quiet = Annotated[bool | None, Option("--quiet-days/--no-quiet-days", help=QUIET_DAYS)]
    options.append(Parameter("quiet_days", Parameter.KEYWORD_ONLY, default=None, annotation=quiet))

    @wraps(command)
    def taking(**arguments: Any) -> int | None:
        given = {option.name: arguments.pop(option.name) for option in options}
        if given["quiet_days"] is not None:
            given["quiet_days"] = "yes" if given["quiet_days"] else "no"
        return command(**arguments, wishes={name: text for name, text in given.items() if text is not None})

    parameters = [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in own] + options
    taking.__signature__ = plain.replace(parameters=parameters)  # type: ignore[attr-defined]
    return taking


def _option(field: str, metavar: str, words: str) -> Parameter:
    annotation = Annotated[str | None, Option(f"--{field.replace('_', '-')}", help=words, metavar=metavar)]
    return Parameter(field, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
