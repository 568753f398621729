"""States in the plane: a principal component analysis of each layer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from hw9_xai.bert.hidden import HiddenStates


@dataclass(frozen=True)
class Projection:
    """The axes of one layer say nothing about another's: compare layers by numbers of the full space."""

    points: Tensor  # (L+1,T,2)
    explained: Tensor  # (L+1,2): the share of the variance along each axis


def project(states: Tensor | HiddenStates) -> Projection:
    """PCA to two dimensions, fitted at each layer for itself.

    >>> corners = [[0.0, 0.0, 0.0], [4.0, 0.0, 0.0], [0.0, 0.0, 2.0], [4.0, 0.0, 2.0]]  # of a rectangle in space
    >>> project(torch.tensor([corners])).explained
    tensor([[0.8000, 0.2000]])
    """
    return _plane(_checked(states, "states"))


def project_together(before: Tensor | HiddenStates, after: Tensor | HiddenStates) -> tuple[Projection, Projection]:
    """Two sets of states, of one text before and after tuning say, on one pair of axes per layer.

    Both show the share of variance of the two sets together, which the axes were fitted to.

    >>> before, after = project_together(torch.rand(13, 5, 8), torch.rand(13, 7, 8))
    >>> before.points.shape, after.points.shape
    (torch.Size([13, 5, 2]), torch.Size([13, 7, 2]))
    """
    before, after = _checked(before, "before"), _checked(after, "after")
    if before.shape[::2] != after.shape[::2]:
        raise ValueError(f"after: expected as many layers and dimensions as before, {before.shape}, got {after.shape}")
    both, first = _plane(torch.cat([before, after], dim=1)), before.shape[1]
    return Projection(both.points[:, :first], both.explained), Projection(both.points[:, first:], both.explained)


def aligned(projection: Projection, first: Tensor | None = None) -> Tensor:  # (L+1,T,2)
    """The points, each layer turned and mirrored onto the layer before as well as can be (orthogonal Procrustes); the
    first onto `first` (T,2), if given. Distances within a layer stay.

    >>> corners = torch.tensor([[2.0, 1.0], [-2.0, 1.0], [-2.0, -1.0], [2.0, -1.0]])
    >>> turned = Projection(torch.stack([corners, corners @ torch.tensor([[0.0, 1.0], [-1.0, 0.0]])]), torch.ones(2, 2))
    >>> torch.allclose(aligned(turned)[1], corners, atol=1e-5)
    True
    """
    points = projection.points.double()
    reference = points[0] if first is None else first.double()
    for number, layer in enumerate(points):
        left, _, right = torch.linalg.svd(layer.T @ reference)
        reference = points[number] = layer @ left @ right
    return points.float()


def _plane(states: Tensor) -> Projection:
    centred = states.double() - states.double().mean(1, keepdim=True)
    left, lengths, _ = torch.linalg.svd(centred, full_matrices=False)
    points = left[..., :2] * lengths[:, None, :2]
    # An axis may point either way. In the first layer the farthest token is put on its positive side; after that,
    # each axis is turned to agree with the layer before, so that nothing flips over without a reason.
    farthest = points[0].gather(0, points[0].abs().argmax(0, keepdim=True))[0]
    points[0] *= torch.where(farthest < 0, -1.0, 1.0)
    for before, layer in pairwise(points):
        layer *= torch.where((before * layer).sum(0) < 0, -1.0, 1.0)
    variance = lengths.square()
    explained = variance[:, :2] / variance.sum(1, keepdim=True).clamp(min=torch.finfo(torch.double).tiny)
    return Projection(points.float(), explained.float())


def _checked(states: Tensor | HiddenStates, name: str) -> Tensor:
    states = states.states if isinstance(states, HiddenStates) else states
    if not isinstance(states, Tensor) or states.ndim != 3:
        got = tuple(states.shape) if isinstance(states, Tensor) else type(states).__name__
        raise ValueError(f"{name}: expected states of shape (layers, tokens, width), got {got}")
    if min(states.shape[1:]) < 2:
        raise ValueError(f"{name}: expected at least 2 tokens and 2 dimensions, got {tuple(states.shape)}")
    return states.detach().cpu()
