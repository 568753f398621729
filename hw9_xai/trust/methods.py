"""The kit's methods as they sit the exam: from a model, pictures and labels to maps (N,H,W)."""

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

# Few samples, so that thousands of maps take minutes: more would make the methods that draw steadier.
SAMPLES, PIECES = 128, 40


def _smoothgrad(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> Tensor:
    return smoothgrad(model, images, labels, samples=16, of="score", seed=seed).amax(1)


def _input_times_gradient(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    return integrated_gradients(model, images, labels, steps=1, rule="right")[0].sum(1)


def _integrated_gradients(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    return integrated_gradients(model, images, labels, steps=16)[0].sum(1)


def _lime(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> Tensor:
    explained = lime(model, images, labels, samples=SAMPLES, segments=PIECES, seed=seed)
    return torch.stack([one.density() for one in explained])


def _shapley(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> Tensor:
    explained = shapley(model, images, labels, samples=SAMPLES, segments=PIECES, seed=seed)
    return torch.stack([one.density() for one in explained])


METHODS: dict[str, Method] = {
    "saliency of loss": saliency,
    "saliency of score": partial(saliency, of="score"),
    "SmoothGrad": _smoothgrad,
    "input × gradient": _input_times_gradient,
    "integrated gradients": _integrated_gradients,
    "Grad-CAM": gradcam,
    "occlusion": partial(occlusion, window=32, stride=16),
    "LIME": _lime,
    "Shapley": _shapley,
}
