"""How far a long computation is."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tqdm.auto import tqdm

SWITCH = "TQDM_DISABLE"


def progress_bar(steps: Iterable | None = None, *, total: int | None = None, desc: str) -> tqdm:
    """Appears after two seconds and goes when done. Where TQDM_DISABLE is set there is none, so that notebooks are
    committed and compared without bars: in a notebook tqdm itself takes no notice of it."""
    return tqdm(steps, total=total, desc=desc, delay=2, leave=False, disable=bool(os.environ.get(SWITCH)))


@contextmanager
def no_bars() -> Iterator[None]:
    """Where a table is printed, which bars would tear."""
    before = os.environ.get(SWITCH)
    os.environ[SWITCH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[SWITCH]
        else:
            os.environ[SWITCH] = before


@dataclass
class Line:
    """One of several long jobs: how many of its steps are done, for how long it has run, and how it ended."""

    name: str
    steps: int
    unit: str
    done: int = 0
    began: float | None = None
    ended: float | None = None
    word: str = ""

    def begin(self) -> None:
        self.began = time.monotonic()

    def step(self) -> None:
        self.done += 1

    def end(self, word: str) -> None:
        self.ended, self.word = time.monotonic(), word

    @property
    def seconds(self) -> float:
        return (self.ended or time.monotonic()) - self.began if self.began else 0

    def __str__(self) -> str:
        return f"{self.name:30}{self.done:4} of {self.steps} {self.unit}{self.seconds:6.0f} s  {self.word}".rstrip()


class Board:
    """On a terminal every line, rewritten in place; elsewhere each once, when it has ended."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines, self.is_terminal = lines, sys.stdout.isatty()
        if self.is_terminal:
            print("\n" * (len(lines) - 1))
            self.draw()

    def draw(self) -> None:
        if self.is_terminal:
            width = shutil.get_terminal_size().columns - 1  # a wrapped line would count as two
            cleared = "".join(f"\x1b[2K{str(line)[:width]}\n" for line in self.lines)
            sys.stdout.write(f"\x1b[{len(self.lines)}F{cleared}")  # up to the first of them
            sys.stdout.flush()

    def end(self, line: Line) -> None:
        if self.is_terminal:
            self.draw()
        else:
            print(line, flush=True)
