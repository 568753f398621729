"""What was measured for each option, and the answer that follows.

A claim that needs two things is the smaller of the two; the opposite of a claim is minus it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from data.make.key.exhibits import Unmeasurable
from hw9_xai.quiz.bank import CHOOSE, Option


@dataclass(frozen=True)
class Measured:
    """What a measurement found. It never names the answer, which follows from the claims by `decide`."""

    claims: Mapping[str, float]  # by option: above 0 it holds, below it does not; 1 and -1 are as clear as can be
    figures: Mapping[str, float]  # the numbers behind it, by name
    reason: str  # one line, with the numbers in it


def numbers_in(option: Option) -> list[float]:
    """The layers, heads or amounts that an option names."""
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", option.text.en)]


def lead(a: float, b: float) -> float:
    """How far a is ahead of b, from -1 to 1: 0 where they are equal, 1/3 where a is twice b, 1 where b is nothing."""
    total = abs(a) + abs(b)
    return (a - b) / total if total else 0.0


def winner(values: Mapping[str, float]) -> dict[str, float]:
    """Each option's claim to have the largest value: its lead over the best of the others."""
    return {
        letter: lead(value, max(other for rival, other in values.items() if rival != letter))
        for letter, value in values.items()
    }


def least(values: Mapping[str, float]) -> dict[str, float]:
    """Each option's claim to have the smallest of these values, none of which is negative."""
    return {
        letter: lead(min(other for rival, other in values.items() if rival != letter), value)
        for letter, value in values.items()
    }


def ranked(values: Mapping[str, float]) -> list[str]:
    """The options, the largest value first."""
    return sorted(values, key=lambda letter: -values[letter])


def decide(claims: Mapping[str, float], choose: str) -> tuple[str, float]:
    """The options that hold best, as many as the question asks for, and the margin: how near the closest call among
    all options is to turning. With a margin of 0 or less the claims allow no such choice; this one comes nearest."""
    if not all(map(isfinite, claims.values())):
        raise Unmeasurable("there is nothing to measure in a map, or in a part of it")
    fewest, most = CHOOSE[choose]
    count = min(max(fewest, sum(claim > 0 for claim in claims.values())), most)
    chosen, others = ranked(claims)[:count], ranked(claims)[count:]
    margin = min([claims[letter] for letter in chosen] + [-claims[letter] for letter in others])
    return "".join(sorted(chosen)), margin
