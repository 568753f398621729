"""The `lime` package's own call, opened up so that the samples it drew can be compared with ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from lime.lime_image import LimeImageExplainer
from torch import Tensor, nn


class PackageExplanation(NamedTuple):
    weights: np.ndarray  # (S,)
    intercept: float
    r2: float
    shown: np.ndarray  # (n,S) bool
    scores: np.ndarray  # (n,classes)


def lime_package(
    image: Tensor,  # (C,H,W)
    model: nn.Module,
    label: int,
    samples: int,
    segmentation: Callable[[np.ndarray], np.ndarray],
    random_state: int | np.random.RandomState,
) -> PackageExplanation:
    explainer = LimeImageExplainer(random_state=random_state)
    draw, drawn = explainer.data_labels, []

    def data_labels(*args, **kwargs):
        drawn.extend(draw(*args, **kwargs))
        return tuple(drawn)

    def classify(batch):
        with torch.no_grad():
            return model(torch.tensor(batch, dtype=torch.float32).permute(0, 3, 1, 2)).numpy()

    explainer.data_labels = data_labels
    array = image.permute(1, 2, 0).double().numpy()
    found = explainer.explain_instance(
        array, classify, labels=[label], top_labels=None, num_samples=samples, segmentation_fn=segmentation
    )
    weights = np.zeros(drawn[0].shape[1])
    for feature, weight in found.local_exp[label]:
        weights[feature] = weight
    return PackageExplanation(weights, found.intercept[label], found.score, drawn[0].astype(bool), drawn[1])
