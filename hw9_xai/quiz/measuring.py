"""What evidence is made of: assets to measure on, what was measured for each option, and the answer that follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from math import isfinite
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from hw9_xai.assets import quiz_set
from hw9_xai.cnn.classifier import load_classifier
from hw9_xai.cnn.parts import food_mask
from hw9_xai.cnn.pictures import Pictures, load_pictures
from hw9_xai.quiz.bank import CHOOSE, Option, Text

if TYPE_CHECKING:
    from hw9_xai.bert.models import Bert

SEEDS = range(5)  # what all of these agree on counts
GREY_LEVEL = 1 / 255
BERTS = {
    "kit": {"en": "kit-en", "qa": "kit-qa", "zh": "kit-zh"},
    "course": {"en": "bert-base-cased", "qa": "deepset/bert-base-cased-squad2", "zh": "bert-base-chinese"},
}


class Unmeasurable(ValueError):
    """These assets lack something that the question is about."""


@dataclass(frozen=True)
class Measured:
    """What a measurement found. It never names the answer, which follows from the claims by `decide`."""

    claims: Mapping[str, float]  # by option: above 0 it holds, below it does not; 1 and -1 are as clear as can be
    figures: Mapping[str, float]  # the numbers behind it, by name
    reason: Text  # one line, with the numbers in it


class Assets:
    """What the questions are asked of: the pictures and models in use, loaded when first needed, or those given."""

    def __init__(
        self,
        name: str | None = None,  # kit or course: some options differ; those in use unless given
        *,
        model: nn.Module | None = None,
        pictures: Pictures | None = None,
        berts: Mapping[str, Bert] | None = None,  # en, qa, zh
    ) -> None:
        self.name = name or quiz_set()
        self.measured: dict[tuple[Any, ...], Any] = {}
        self._model, self._pictures, self._berts = model, pictures, dict(berts or {})

    @property
    def model(self) -> nn.Module:
        if self._model is None:
            self._model = load_classifier()
        return self._model

    @property
    def pictures(self) -> Pictures:
        if self._pictures is None:
            self._pictures = load_pictures()
        return self._pictures

    def bert(self, which: str) -> Bert:
        from hw9_xai.bert.models import load_bert  # transformers takes seconds to import

        if which not in self._berts:
            try:
                self._berts[which] = load_bert(BERTS[self.name][which])
            except OSError as missing:
                raise Unmeasurable(str(missing)) from None
        return self._berts[which]

    @property
    def labels(self) -> Tensor:
        return self.pictures.labels

    def images(self, seed: int) -> Tensor:  # (N,3,128,128)
        """The pictures; with a seed other than 0, as another camera might have rounded them: each value up to half a
        grey level off. What turns with that is no answer."""
        images = self.pictures.images
        if seed == 0:
            return images
        off = torch.rand(images.shape, generator=generator(seed)) - 0.5
        return (images + GREY_LEVEL * off.to(images)).clamp(0, 1)

    def part(self, picture: int, *names: str) -> Tensor:  # (H,W) bool
        """The mask of a part of a picture, or of several together."""
        masks = self.pictures.masks[picture]
        if missing := [name for name in names if name not in masks]:
            raise Unmeasurable(f"picture {picture} comes without a mask of: {', '.join(missing)}")
        return torch.stack([masks[name] for name in names]).any(0)

    def food(self, picture: int) -> Tensor:  # (H,W) bool
        masks = self.pictures.masks[picture]
        if not masks:
            raise Unmeasurable(f"picture {picture} comes without masks")
        return food_mask(masks)


def once(measure: Callable[..., Any]) -> Callable[..., Any]:
    """What several questions need is measured once for each set of assets and arguments."""

    @wraps(measure)
    def kept(assets: Assets, *arguments: Any) -> Any:
        key = memory_key(measure, *arguments)
        if key not in assets.measured:
            assets.measured[key] = measure(assets, *arguments)
        return assets.measured[key]

    return kept


def memory_key(measure: Callable[..., Any], *arguments: Any) -> tuple[Any, ...]:
    return measure.__module__, measure.__name__, *arguments


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def numbers_in(option: Option) -> list[float]:
    """The layers, heads or amounts that an option names."""
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", option.text.en)]


# --- from claims to an answer ----------------------------------------------------------------------------------------
# A claim that needs two things is the smaller of the two; the opposite of a claim is minus it.


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
