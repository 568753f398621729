"""How far a long computation is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

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
