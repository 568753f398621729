"""Maps that have seen no model: what a method has to beat."""

from __future__ import annotations

import torch
from torch import Tensor


def edges(images: Tensor) -> Tensor:  # (N,C,H,W) -> (N,H,W)
    """Where brightness changes: a map that looks like an explanation and knows nothing of any model.

    >>> trust.edges(torch.tensor([[[[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]]]))
    tensor([[[0.0000, 0.5000, 1.0000],
             [0.0000, 0.5000, 1.0000]]])
    """
    down, across = torch.gradient(images.mean(1), dim=(1, 2))
    return torch.hypot(down, across)


def uniform(images: Tensor) -> Tensor:  # (N,C,H,W) -> (N,H,W)
    """A constant map. It scores exactly what random maps score on average, without their luck.

    >>> trust.uniform(torch.rand(1, 3, 1, 2))
    tensor([[[1., 1.]]])
    """
    return torch.ones_like(images[:, 0])
