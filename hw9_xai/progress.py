"""How far a long computation is."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from tqdm.auto import tqdm

from hw9_xai.output import printable

QUIET = ContextVar("QUIET", default=False)  # in each thread


def progress_bar(steps: Iterable | None = None, *, total: int | None = None, desc: str) -> tqdm:
    """Appears after two seconds and goes when done. Where TQDM_DISABLE is set there is none, so that notebooks are
    committed and compared without bars: in a notebook tqdm itself takes no notice of it."""
    quiet = QUIET.get() or bool(os.environ.get("TQDM_DISABLE"))
    return tqdm(steps, total=total, desc=desc, delay=2, leave=False, disable=quiet)


@contextmanager
def no_bars() -> Iterator[None]:
    """Where a table is printed, which bars would tear; in this thread, for others may come and go meanwhile."""
    before = QUIET.set(True)
    try:
        yield
    finally:
        QUIET.reset(before)


class Board:
    """Several long jobs, each of which says in a line how far it is: on a terminal all lines, rewritten in place;
    elsewhere each once, when it has ended."""

    def __init__(self, lines: Sequence[object]) -> None:
        self.lines, self.is_terminal = lines, sys.stdout.isatty()
        if self.is_terminal:
            print("\n" * (len(lines) - 1))
            self.draw()

    def draw(self) -> None:
        if self.is_terminal:
            width = shutil.get_terminal_size().columns - 1  # a wrapped line would count as two
            cleared = "".join(f"\x1b[2K{printable(str(line))[:width]}\n" for line in self.lines)
            sys.stdout.write(f"\x1b[{len(self.lines)}F{cleared}")  # up to the first of them
            sys.stdout.flush()

    def end(self, line: object) -> None:
        if self.is_terminal:
            self.draw()
        else:
            print(printable(str(line)), flush=True)
