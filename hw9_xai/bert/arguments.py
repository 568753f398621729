"""What callers may pass. A wrong argument is one sentence: its name, what is expected, what came."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

from hw9_xai.bert.models import Bert


def loaded(bert: Any) -> Bert:
    if not isinstance(bert, Bert):
        raise TypeError(f"bert: expected what load_bert returns, got {type(bert).__name__}")
    return bert


def whole_number(value: Any, name: str, least: int, most: int | None = None) -> int:
    expected = f"a whole number from {least} " + ("up" if most is None else f"to {most}")
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name}: expected {expected}, got {value!r}")
    whole = int(value)
    if whole < least or (most is not None and whole > most):
        raise ValueError(f"{name}: expected {expected}, got {value}")
    return whole


def choice(value: Any, name: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise ValueError(f"{name}: expected one of {', '.join(map(repr, choices))}, got {value!r}")
    return value


def shortened(value: object, most: int = 40) -> str:
    """How a value is quoted in an error: a text that is too long must not fill the screen."""
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"
