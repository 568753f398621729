"""Which solid does a map look like? Each as it may stand on a table, by its silhouette."""

from __future__ import annotations

from math import pi

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

SIDE = 32  # of the map on which silhouettes are compared
DIRECTIONS = 32  # a silhouette is cut out by so many straight edges
POSES, KEPT, ROUNDS = 192, 24, 16


def solids() -> dict[str, Tensor]:  # (n,3) the corners, between -1 and 1; the third is the height
    def polygon(corners: int, height: float) -> Tensor:
        turn = torch.arange(corners) * 2 * pi / corners
        return torch.stack([turn.cos(), turn.sin(), torch.full((corners,), height)], 1)

    top = torch.tensor([[0.0, 0.0, 1.0]])
    circles = [polygon(24, float(height)) * torch.tensor([r, r, 1.0]) for height, r in _CIRCLES_OF_A_SPHERE]
    return {
        "pyramid": torch.cat([polygon(4, -1), top]),
        "sphere": torch.cat(circles),
        "box": torch.cat([polygon(4, -1), polygon(4, 1)]),
        "cylinder": torch.cat([polygon(24, -1), polygon(24, 1)]),
        "tetrahedron": torch.cat([polygon(3, -1), top]),
    }


_CIRCLES_OF_A_SPHERE = [(k / 8, (1 - (k / 8) ** 2) ** 0.5) for k in range(-8, 9)]  # height, radius


def likeness(values: Tensor, looked_at: Tensor, seed: int = 0) -> dict[str, float]:  # (H,W), (H,W) bool
    """For each solid the correlation of the map, where it is looked at, with the silhouette that fits it best.

    A solid stands upright; it may have any width, depth and height, be turned any way about the vertical, seen from
    any height, and stand anywhere. All solids have the same search: random poses, then small changes of the best.
    """
    small = adaptive_avg_pool2d(values[None].double(), SIDE).flatten()  # (G,)
    kept = adaptive_avg_pool2d(looked_at[None].double(), SIDE).flatten() > 0.5
    axis = torch.linspace(-1, 1, SIDE, dtype=torch.float64)
    grid = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)  # (G,2) x to the right, y down
    small, grid = small[kept], grid[kept]
    weights = small / small.sum()
    centre = weights @ grid
    size = (weights @ (grid - centre).square().sum(1)).sqrt()  # where the map is bright: a place to start
    generator = torch.Generator().manual_seed(seed)
    start = torch.tensor([0, 0.6, *[float(size.log())] * 3, *centre.tolist()], dtype=torch.float64)
    reach = torch.tensor([pi, 0.3, 0.5, 0.5, 0.5, 0.2, 0.2], dtype=torch.float64)
    found = {}
    for name, corners in solids().items():
        poses = start + reach * torch.randn(POSES, 7, generator=generator).double()
        for step in range(ROUNDS):
            fit = _correlation(_silhouettes(corners.double(), poses, grid), small)
            best = poses[fit.argsort(descending=True)[:KEPT]]
            poses = best.repeat(POSES // KEPT, 1)
            poses[KEPT:] += 0.5 * 0.8**step * reach * torch.randn(POSES - KEPT, 7, generator=generator).double()
        found[name] = float(fit.max())
    return found


def _silhouettes(corners: Tensor, poses: Tensor, grid: Tensor) -> Tensor:  # (n,3), (P,7), (G,2) -> (P,G)
    """1 inside the solid's outline, 0 outside, and between the two within a pixel of it.

    The outline of a convex solid is cut out by straight edges: in each direction, where its farthest corner lies.
    """
    turn = torch.linspace(0, 2 * pi, DIRECTIONS + 1, dtype=grid.dtype)[:-1]
    directions = torch.stack([turn.cos(), turn.sin()])  # (2,E)
    edges = (_seen(corners, poses) @ directions).amax(1)  # (P,E)
    inside = (edges[:, None] - grid @ directions).amin(-1)  # (P,G) the distance to the nearest edge
    return (inside * (SIDE - 1) / 2 + 0.5).clamp(0, 1)


def _seen(corners: Tensor, poses: Tensor) -> Tensor:  # (n,3), (P,7) -> (P,n,2) x, y
    turned, height = poses[:, :1], poses[:, 1:2].clamp(0.1, 1.4)  # the angle from which the camera looks down
    x, y, z = (corners * poses[:, None, 2:5].exp()).unbind(-1)  # (P,n) each
    across, near = turned.cos() * x - turned.sin() * y, turned.sin() * x + turned.cos() * y
    return torch.stack([across, near * height.sin() - z * height.cos()], -1) + poses[:, None, 5:]


def _correlation(masks: Tensor, values: Tensor) -> Tensor:  # (P,G), (G,) -> (P,)
    masks, values = masks - masks.mean(1, keepdim=True), values - values.mean()
    return masks @ values / (masks.norm(dim=1) * values.norm()).clamp(min=1e-12)
