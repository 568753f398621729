"""How a command of hw9-xai is declared, above the function that runs it; and what becomes of wrong use."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from hw9_xai.output import printable

Runner = Callable[[argparse.Namespace], int]
Argument = tuple[tuple[str, ...], dict[str, Any]]
COMMANDS: list[tuple[str, Runner | None, dict[str, Any], Sequence[Argument | list[Argument]]]] = []


class WrongUse(Exception):
    """What was asked for cannot be done, and nothing was changed: exit status 2."""


@contextmanager
def what_was_asked() -> Iterator[None]:
    """What goes wrong in here is the fault of what was typed, or of the files that it names."""
    try:
        yield
    except (ValueError, OSError, ImportError) as problem:
        raise WrongUse(str(problem)) from problem


class Help(argparse.HelpFormatter):
    """Wraps each line of a description for itself, so that examples keep theirs."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(super(Help, self)._fill_text(line, width, indent) for line in text.splitlines())


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


def whole(least: int, most: int) -> Callable[[str], int]:
    """What may stand after an option: a whole number within these."""

    def read(text: str) -> int:
        if text.strip().lstrip("+-").isdecimal() and len(text) < 25 and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}, got {text[:40]!r}")

    return read


def argument(*names: str, **settings: Any) -> Argument:
    return names, settings


def command(name: str, *arguments: Argument | list[Argument], **texts: str) -> Callable[[Runner], Runner]:
    """The function below runs it; of the arguments in a list exactly one is given."""

    def add(runner: Runner) -> Runner:
        COMMANDS.append((name, runner, texts, arguments))
        return runner

    return add


def group(name: str, **texts: str) -> None:
    """What stands before commands of one kind, and runs nothing by itself."""
    COMMANDS.append((name, None, texts, ()))
