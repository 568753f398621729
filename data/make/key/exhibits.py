"""What the questions are asked of: the pictures and models in use, or those given, and what was measured on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from hw9_xai.assets import edition_in_use
from hw9_xai.cnn.classifier import load_classifier
from hw9_xai.cnn.parts import food_mask
from hw9_xai.cnn.pictures import Pictures, load_pictures

if TYPE_CHECKING:
    from hw9_xai.bert.models import Bert

SEEDS = range(5)  # what all of these agree on counts
GREY_LEVEL = 1 / 255
BERTS = {
    "kit": {"en": "kit-en", "qa": "kit-qa", "zh": "kit-zh"},
    "course": {"en": "bert-base-cased", "qa": "deepset/bert-base-cased-squad2", "zh": "bert-base-chinese"},
}


class Unmeasurable(ValueError):
    """These exhibits lack something that the question is about."""


class Exhibits:
    """What the questions are asked of: the pictures and models in use, loaded when first needed, or those given."""

    def __init__(
        self,
        edition: str | None = None,  # kit or course: some options differ; those in use unless given
        *,
        model: nn.Module | None = None,
        plain: nn.Module | None = None,  # the same, unless given
        pictures: Pictures | None = None,
        berts: Mapping[str, Bert] | None = None,  # en, qa, zh
    ) -> None:
        self.edition = edition or edition_in_use()
        self.measured: dict[tuple[Any, ...], Any] = {}
        self._model, self._plain, self._pictures, self._berts = model, plain or model, pictures, dict(berts or {})

    @property
    def model(self) -> nn.Module:
        if self._model is None:
            self._model = load_classifier()
        return self._model

    @property
    def plain(self) -> nn.Module:
        """The network that SmoothGrad is for, whose gradients jump: the one in use, but for the kit's."""
        if self._plain is None:
            self._plain = load_classifier("plain")
        return self._plain

    @property
    def pictures(self) -> Pictures:
        if self._pictures is None:
            self._pictures = load_pictures()
        return self._pictures

    def bert(self, which: str) -> Bert:
        from hw9_xai.bert.models import load_bert  # transformers takes seconds to import

        if which not in self._berts:
            try:
                self._berts[which] = load_bert(BERTS[self.edition][which])
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
    """What several questions need is measured once for each set of exhibits and arguments."""

    @wraps(measure)
    def kept(exhibits: Exhibits, *arguments: Any) -> Any:
        key = memory_key(measure, *arguments)
        if key not in exhibits.measured:
            exhibits.measured[key] = measure(exhibits, *arguments)
        return exhibits.measured[key]

    return kept


def memory_key(measure: Callable[..., Any], *arguments: Any) -> tuple[Any, ...]:
    return measure.__module__, measure.__name__, *arguments


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
