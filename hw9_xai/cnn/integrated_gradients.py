"""Integrated gradients (Sundararajan et al. 2017): what each pixel adds on the way from a baseline to the picture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from hw9_xai.arguments import Labels, choice, finite, labelled, pixels, whole_number
from hw9_xai.cnn.network import PRECISIONS, Network, batches, classifying, input_gradients
from hw9_xai.progress import progress_bar


class Integrated(NamedTuple):
    attributions: Tensor  # (N,C,H,W)
    residual: Tensor  # (N,)  f(x) - f(baseline) - sum of the attributions: 0 if the integral were exact


def integrated_gradients(
    model: nn.Module,
    images: Tensor,
    labels: Labels,
    *,
    baseline: float | Tensor = 0.0,
    steps: int = 32,
    rule: str = "midpoint",
    batch_size: int | None = None,
    precision: str = "exact",
) -> Integrated:
    """(x - baseline) times the mean gradient of the label's logit along the straight line from baseline to x.

    `baseline` is a pixel value, a picture (C,H,W), or one picture for each image. `rule` says where on the line the
    `steps` gradients are taken: midpoint, left, right, trapezoid or gauss-legendre. With `steps=1, rule="right"` and a
    black baseline this is input times gradient. `precision` is that of `lime`: "fast" gains little from more steps.

    >>> model, images = FoodCNN(width=8).eval(), torch.rand(2, 3, 128, 128)
    >>> attributions, residual = integrated_gradients(model, images, labels=[0, 9], steps=4)
    >>> attributions.shape, residual.shape
    (torch.Size([2, 3, 128, 128]), torch.Size([2]))
    """
    images, labels = labelled(images, labels, model)
    start = _baseline(baseline, images)
    alphas, weights = quadrature(rule, whole_number(steps, "steps"))
    choice(precision, "precision", PRECISIONS)
    with classifying(model, images, labels, precision) as network:
        attributions = (images - start) * path_gradient(network, images, start, labels, alphas, weights, batch_size)
        with torch.no_grad():
            gain = _scores(network, images, labels, batch_size) - _scores(network, start, labels, batch_size)
    return Integrated(attributions, gain - attributions.flatten(1).sum(1))


def generate_images_on_linear_path(image: Tensor, baseline: float | Tensor, alphas: Tensor) -> Tensor:
    """The pictures at the given fractions of the way from baseline (0) to image (1). (C,H,W) -> (len(alphas),C,H,W)

    >>> path = generate_images_on_linear_path(torch.ones(3, 8, 8), 0.0, torch.tensor([0.0, 0.5, 1.0]))
    >>> path[:, 0, 0, 0]
    tensor([0.0000, 0.5000, 1.0000])
    """
    image = pixels(image, "image", rank=3)
    alphas = torch.as_tensor(alphas, dtype=image.dtype, device=image.device)
    if alphas.ndim != 1:
        raise ValueError(f"alphas: expected a row of numbers, got shape {tuple(alphas.shape)}")
    return _path(image, _baseline(baseline, image[None])[0], alphas)


def _path(image: Tensor, baseline: Tensor, alphas: Tensor) -> Tensor:  # (C,H,W), (C,H,W), (K,) -> (K,C,H,W)
    return baseline + alphas[:, None, None, None] * (image - baseline)


def path_gradient(
    network: Network,
    images: Tensor,  # (N,C,H,W)
    baseline: Tensor,  # (N,C,H,W)
    labels: Tensor,  # (N,)
    alphas: Tensor,  # (K,) float64
    weights: Tensor,  # (K,) float64
    batch_size: int | None,
) -> Tensor:  # (N,C,H,W) the weighted sum of the gradients along the path
    alphas, weights = alphas.to(images), weights.to(images)
    total = torch.zeros_like(images)
    with progress_bar(total=len(images) * len(alphas), desc="integrated gradients") as progress:
        for i in range(len(images)):
            for batch in batches(len(alphas), batch_size, images):
                path = _path(images[i], baseline[i], alphas[batch])  # (B,C,H,W)
                gradients = finite(input_gradients(network, path, labels[i].expand(len(path))), "gradients")
                total[i] += torch.einsum("k,kchw->chw", weights[batch], gradients)
                progress.update(len(path))
    return total


def quadrature(rule: str, steps: int) -> tuple[Tensor, Tensor]:
    """Where on [0, 1] to look, and with what weight. The weights sum to 1: a constant is integrated exactly."""
    k = torch.arange(steps, dtype=torch.float64)
    equal = torch.full((steps,), 1 / steps, dtype=torch.float64)
    if choice(rule, "rule", RULES) in IN_A_STEP:
        return (k + IN_A_STEP[rule]) / steps, equal
    if rule == "trapezoid":
        whole_number(steps, "steps", least=2)  # both ends count, at half the weight of the points between
        equal = torch.full((steps,), 1 / (steps - 1), dtype=torch.float64)
        equal[[0, -1]] /= 2
        return k / (steps - 1), equal
    whole_number(steps, "steps", most=1_000)  # exact long before; the nodes are found in a matrix of steps x steps
    nodes, weights = np.polynomial.legendre.leggauss(steps)  # on [-1, 1], weights summing to 2
    return torch.from_numpy(nodes + 1) / 2, torch.from_numpy(weights) / 2


IN_A_STEP = {"midpoint": 0.5, "left": 0, "right": 1}
RULES = (*IN_A_STEP, "trapezoid", "gauss-legendre")


def _baseline(baseline: float | Tensor, images: Tensor) -> Tensor:  # -> (N,C,H,W)
    try:
        start = torch.as_tensor(baseline, dtype=images.dtype, device=images.device).expand_as(images)
    except (TypeError, ValueError, RuntimeError):
        got = tuple(baseline.shape) if isinstance(baseline, Tensor) else repr(baseline)
        expected = f"a number, or a picture that fits {tuple(images.shape)}"
        raise ValueError(f"baseline: expected {expected}, got {got}") from None
    return pixels(start, "baseline")


def _scores(network: Network, pictures: Tensor, labels: Tensor, batch_size: int | None) -> Tensor:  # -> (N,)
    cut = batches(len(pictures), batch_size, pictures)
    return torch.cat([network(pictures[batch]).gather(1, labels[batch][:, None])[:, 0] for batch in cut])
