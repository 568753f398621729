"""What the homework's code prints, measured through `hw9_xai.course`."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

import hw9_xai as xai
from hw9_xai import course


class GradientFigures(NamedTuple):
    difference: list[float]  # of the class's score, picture less black
    left_sum: list[float]  # mean gradient at the left ends of 10 steps, times the picture, summed
    midpoints: dict[int, float]  # picture 0: the same at the middles of so many steps


def saliency_maxima(model: nn.Module, images: Tensor, labels: Tensor) -> list[float]:
    return xai.saliency(model, images, labels).flatten(1).amax(1).tolist()


def smoothgrad_maximum(model: nn.Module, image: Tensor, label: int, samples: int) -> float:
    spread = (image.max() - image.min()).item()
    noise = (0.4 / spread) ** 2 / spread  # smoothgrad takes it as a share of the range
    return xai.smoothgrad(model, image[None], label, samples=samples, noise=noise).max().item()


def gradients(model: nn.Module, images: Tensor, labels: Tensor, steps: tuple[int, ...]) -> GradientFigures:
    with torch.no_grad():
        scores = model(images).gather(1, labels[:, None])[:, 0] - model(torch.zeros_like(images[:1]))[0, labels]
    left = (course.integrated_gradients(model, images, labels) * images).sum((1, 2, 3))
    middles = {
        count: xai.integrated_gradients(model, images[:1], labels[:1], steps=count).attributions.sum().item()
        for count in steps
    }
    return GradientFigures(scores.tolist(), left.tolist(), middles)


def drawn(explanation: xai.LimeExplanation) -> tuple[int, int]:
    """Positive and negative among the 11 features that weigh most, those under 0.05 left out."""
    weights = explanation.weights[:-1]  # the last segment has no feature
    heaviest = weights[weights.abs().argsort(descending=True)[:11]]
    return int((heaviest >= 0.05).sum()), int((heaviest <= -0.05).sum())
