"""How far a long computation is."""

from __future__ import annotations

import os
from collections.abc import Iterable

from tqdm.auto import tqdm


def progress_bar(steps: Iterable | None = None, *, total: int | None = None, desc: str) -> tqdm:
    """Appears after two seconds and goes when done. Where TQDM_DISABLE is set there is none, so that notebooks are
    committed and compared without bars: in a notebook tqdm itself takes no notice of it."""
    return tqdm(steps, total=total, desc=desc, delay=2, leave=False, disable=bool(os.environ.get("TQDM_DISABLE")))
