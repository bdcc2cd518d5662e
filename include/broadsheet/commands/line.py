"""The arguments of one command: read as its signature declares them, and explained by ``--help``.

argparse does the work: importing anything larger takes longer than many commands do.
"""

import argparse
import textwrap
import types
from collections.abc import Callable, Sequence
from enum import StrEnum
from inspect import Parameter, getdoc, signature
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn, Union, get_args, get_origin

from broadsheet.commands.declaring import Argument, Option
from broadsheet.errors import UsageError

_METAVARS = {str: "TEXT", int: "N", float: "NUMBER", Path: "FILE"}


def read(name: str, command: Callable[..., Any], arguments: Sequence[str]) -> dict[str, Any]:
    """What ``arguments`` say, by the names of the parameters of ``command``, which is called by ``name``.

    Prints help and raises SystemExit where help is asked for.

    Raises:
        UsageError: something is missing, unknown or of a wrong form.
    """
    parser = parser_of(name, command)
    found, left = parser.parse_known_args(_options_first(parser, arguments))
    if unknown := [word for word in left if word != "--"]:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    return vars(found)


def parser_of(name: str, command: Callable[..., Any]) -> "CommandParser":
    """The parser for a command's parameters."""
    parser = CommandParser(name, getdoc(command) or "")
    for parameter in signature(command, eval_str=True).parameters.values():
        declared, mark = parameter.annotation.__origin__, parameter.annotation.__metadata__[0]
        if isinstance(mark, Argument):
            _add_argument(parser, parameter, _without_none(declared), mark)
        elif _without_none(declared) is bool:
            _add_flag(parser, parameter, mark)
        else:
            _add_option(parser, parameter, _without_none(declared), mark)
    return parser


class CommandParser(argparse.ArgumentParser):
    """A parser whose errors are ours; ``takes`` tells how many words each option takes."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(
            prog=f"broadsheet {name}",
            usage="%(prog)s [options]",
            description=description,
            formatter_class=_Help,
            allow_abbrev=False,
            add_help=False,
        )
        self._positionals.title = "Arguments"
        self._optionals.title = "Options"
        self.add_argument("-h", "--help", action="help", help="Print this.")
        self.takes: dict[str, int] = {}

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(f"{message}; `{self.prog} --help` tells what it takes")


class _Help(argparse.HelpFormatter):
    """Paragraphs stay paragraphs."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "Usage: " if prefix is None else prefix)

    def _fill_text(self, text: str, width: int, _indent: str) -> str:
        paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
        return "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)


class _Flag(argparse.Action):
    """Sets True under its first name, False under the second one."""

    def __call__(
        self, _parser: Any, found: argparse.Namespace, _values: Any, name: str | None = None
    ) -> None:
        setattr(found, self.dest, name == self.option_strings[0])


def _options_first(parser: CommandParser, arguments: Sequence[str]) -> list[str]:
    """The words in an order that argparse cannot mistake: options with what they take, then all others.

    An option takes the next word whatever it begins with (``--topics -medical``), and may stand anywhere.
    """
    options: list[str] = []
    others: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            others += words
        elif not word.startswith("-") or word == "-":
            others.append(word)
        else:
            wanted = parser.takes.get(word, 0)
            values = list(islice(words, wanted))
            if len(values) < wanted:
                parser.error(f"{word} takes {'a value' if wanted == 1 else f'{wanted} values'}")
            glue = "=" if word.startswith("--") else ""
            options += [f"{word}{glue}{values[0]}"] if wanted == 1 else [word, *values]
    return [*options, "--", *others]


def _add_argument(parser: CommandParser, parameter: Parameter, kind: Any, mark: Argument) -> None:
    several = get_origin(kind) is list
    optional = parameter.default is not Parameter.empty
    name = mark.metavar or parameter.name.upper()
    parser.usage = f"{parser.usage} {name}"
    parser.add_argument(
        parameter.name,
        nargs="+" if several else "?" if optional else None,
        default=parameter.default if optional else None,
        type=_convert(get_args(kind)[0] if several else kind),
        metavar=name,
        help=_explained(mark),
    )


def _add_flag(parser: CommandParser, parameter: Parameter, mark: Option) -> None:
    names = _names(parameter, mark)[0].split("/")
    both_ways = len(names) == 2 and parameter.default is not None
    parser.add_argument(
        *names,
        dest=parameter.name,
        action=_Flag,
        nargs=0,
        default=parameter.default,
        help=_explained(mark, f"default: {names[not parameter.default]}" if both_ways else ""),
    )


def _add_option(parser: CommandParser, parameter: Parameter, kind: Any, mark: Option) -> None:
    names = _names(parameter, mark)
    required = parameter.default is Parameter.empty
    default = None if required else parameter.default
    aside = "required" if required else f"default: {default}" if default not in {None, ""} else ""
    shape: dict[str, Any] = {"metavar": mark.metavar}
    if get_origin(kind) is tuple:
        shape = {"nargs": len(get_args(kind)), "metavar": tuple(mark.metavar.split())}
    elif get_origin(kind) is list:
        shape["action"] = "append"
    parser.takes |= dict.fromkeys(names, shape.get("nargs", 1))
    kind = get_args(kind)[0] if get_origin(kind) in {list, tuple} else kind
    parser.add_argument(
        *names,
        dest=parameter.name,
        default=default,
        required=required,
        type=_convert(kind, mark.min, mark.max),
        help=_explained(mark, aside),
        **shape | {"metavar": shape["metavar"] or _metavar(kind)},
    )


def _names(parameter: Parameter, mark: Option) -> tuple[str, ...]:
    return mark.names or (f"--{parameter.name.replace('_', '-')}",)


def _without_none(kind: Any) -> Any:
    if get_origin(kind) not in {Union, types.UnionType}:
        return kind
    [only] = [option for option in get_args(kind) if option is not type(None)]
    return only


def _metavar(kind: Any) -> str:
    return "|".join(kind) if issubclass(kind, StrEnum) else _METAVARS[kind]


def _convert(kind: Any, least: float | None = None, most: float | None = None) -> Callable[[str], object]:
    """What makes a ``kind`` of a word; argparse adds to its errors whose word it was."""

    def convert(text: str) -> object:
        try:
            value = kind(text)
        except ValueError:
            wanted = f"one of {', '.join(kind)}" if issubclass(kind, StrEnum) else "a number"
            raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}") from None
        if (least is not None and not value >= least) or (most is not None and not value <= most):
            raise argparse.ArgumentTypeError(f"{text} is not {_range(least, most)}")
        return value

    return convert


def _range(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return f"{least} or more" if most is None else f"{most} or less"
    return f"from {least} to {most}"


def _explained(mark: Argument | Option, aside: str = "") -> str:
    """What help says; to argparse a percent sign means more."""
    return f"{mark.help} ({aside})".replace("%", "%%") if aside else mark.help.replace("%", "%%")
