"""Does the answer hang on the pixels a map calls relevant? Show or hide them in its order (Petsiuk et al. 2018)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hw9_xai.cnn.predict import predict
from hw9_xai.cnn.superpixels import hide_everything


def insertion(model: nn.Module, image: Tensor, label: int, map: Tensor, *, steps: int = 8, seed: int = 0) -> float:
    """The label's mean probability while the picture, first a blur, is shown from the most relevant pixel on: the
    higher, the sooner the map names what suffices.

    >>> 0 < trust.insertion(FoodCNN(width=8).eval(), torch.rand(3, 128, 128), label=3, map=torch.rand(128, 128)) < 1
    True
    """
    return _mean_probability(model, _blank(image, "blur"), image, label, map, steps, seed)


def deletion(model: nn.Module, image: Tensor, label: int, map: Tensor, *, steps: int = 8, seed: int = 0) -> float:
    """1 less the label's mean probability while the most relevant pixels first take the picture's mean colour: the
    higher, the sooner the map names what is needed.

    >>> 0 < trust.deletion(FoodCNN(width=8).eval(), torch.rand(3, 128, 128), label=3, map=torch.rand(128, 128)) < 1
    True
    """
    return 1 - _mean_probability(model, image, _blank(image, "mean"), label, map, steps, seed)


def _blank(image: Tensor, hide: str) -> Tensor:
    return hide_everything(image, torch.zeros(image.shape[1:], dtype=torch.long, device=image.device), hide)


def _mean_probability(
    model: nn.Module, before: Tensor, after: Tensor, label: int, map: Tensor, steps: int, seed: int
) -> float:
    shuffled = torch.randperm(map.numel(), generator=torch.Generator().manual_seed(seed)).to(map.device)
    order = shuffled[map.flatten()[shuffled].argsort(descending=True, stable=True)]  # equals in an order by chance
    rank = torch.empty_like(order).scatter_(0, order, torch.arange(len(order), device=map.device)).reshape(map.shape)
    shares = torch.arange(1, steps + 1, device=map.device) / steps
    changed = rank < shares[:, None, None] * map.numel()  # (steps,H,W)
    pictures = torch.where(changed[:, None], after, before)
    return float(predict(model, pictures, label).softmax(1)[:, int(label)].mean())
