"""What a student wrote, read kindly: "AC", "a, c", "Ｃ、Ａ" and ["A", "C"] are one answer. Words are not guessed at."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LONGEST = 200  # characters; no answer is longer
SHAPE = re.compile(r"[A-F\s,;、/|+]*")


class Unreadable(ValueError):
    """Neither blank nor letters."""


def plain_text(value: Any) -> str | None:
    """The characters of a text, not what a subclass makes of them; None for anything else."""
    return str.__str__(value) if issubclass(type(value), str) else None  # isinstance would ask the value


def read_answer(value: Any, options: str = "ABCDEF") -> str:  # letters in order, each once; "" is unanswered
    """Never raises anything but Unreadable, whatever comes."""
    if value is None:
        return ""
    if type(value) in (list, tuple, set, frozenset) and len(value) <= LONGEST:
        parts = [part for part in map(plain_text, value) if part is not None]
        if len(parts) < len(value):
            raise Unreadable(f"a {type(value).__name__} of something else than letters")
        value = ",".join(parts)
    if (text := plain_text(value)) is None:
        raise Unreadable(f"a value of type {type(value).__name__}")
    if len(text) > LONGEST:
        raise Unreadable(f"{len(text)} characters")
    visible = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")  # pasted zero-width marks
    kind = unicodedata.normalize("NFKC", visible).upper()
    if not SHAPE.fullmatch(kind):
        raise Unreadable(f'"{text}"')
    letters = "".join(sorted({letter for letter in kind if letter.isalpha()}))
    if beyond := [letter for letter in letters if letter not in options]:
        raise Unreadable(f"there is no option {', '.join(beyond)}")
    return letters
