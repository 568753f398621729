"""The kit's methods as they sit the exam. Few samples, so that thousands of maps take minutes: with more, those that
draw would be steadier."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from hw9_xai.cnn.gradcam import gradcam
from hw9_xai.cnn.integrated_gradients import integrated_gradients
from hw9_xai.cnn.lime import lime
from hw9_xai.cnn.occlusion import occlusion
from hw9_xai.cnn.saliency import saliency
from hw9_xai.cnn.shapley import shapley
from hw9_xai.cnn.smoothgrad import smoothgrad

Method = Callable[..., Tensor]  # model, images (N,3,H,W), labels (N,), and `seed` where it draws -> (N,H,W)


def _smoothgrad(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> Tensor:
    return smoothgrad(model, images, labels, samples=16, of="score", seed=seed).amax(1)


def _integrated_gradients(model: nn.Module, images: Tensor, labels: Tensor, steps: int, rule: str) -> Tensor:
    return integrated_gradients(model, images, labels, steps=steps, rule=rule)[0].sum(1)


def _lime(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> Tensor:
    explained = lime(model, images, labels, samples=128, segments=40, seed=seed)
    return torch.stack([one.density() for one in explained])


def _shapley(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> Tensor:
    explained = shapley(model, images, labels, samples=128, segments=40, seed=seed)
    return torch.stack([one.density() for one in explained])


METHODS: dict[str, Method] = {
    "saliency of loss": saliency,
    "saliency of score": partial(saliency, of="score"),
    "SmoothGrad": _smoothgrad,
    "input × gradient": partial(_integrated_gradients, steps=1, rule="right"),
    "integrated gradients": partial(_integrated_gradients, steps=16, rule="midpoint"),
    "Grad-CAM": gradcam,
    "occlusion": partial(occlusion, window=32, stride=16),
    "LIME": _lime,
    "Shapley": _shapley,
}
