"""The outlines that other solids would have in a block's place."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

import torch
from torch import Tensor

TURNED, SEEN_FROM = 0.4, 0.5  # radians: about the vertical, and above the table


def outlines(block: Tensor) -> dict[str, Tensor]:  # (H,W) bool -> (H,W) bool each
    """The box is the block itself; the others stand upright in the rectangle around it, and fill it."""
    rows, columns = block.any(1).nonzero(), block.any(0).nonzero()
    top, left = float(rows.min()), float(columns.min())
    size = torch.tensor([float(columns.max()) - left, float(rows.max()) - top])
    y, x = torch.meshgrid(torch.arange(len(block)), torch.arange(block.shape[1]), indexing="ij")
    grid = (torch.stack([x - left, y - top], -1) / size).to(block.device)  # (H,W,2) 0 to 1 within the rectangle
    return {name: block if name == "box" else _outline(corners, grid) for name, corners in _solids().items()}


def _outline(corners: Tensor, grid: Tensor) -> Tensor:  # (n,3), (H,W,2) -> (H,W) bool
    """A convex outline is cut out by straight edges: in each direction, where the farthest corner lies."""
    across = cos(TURNED) * corners[:, 0] - sin(TURNED) * corners[:, 1]
    near = sin(TURNED) * corners[:, 0] + cos(TURNED) * corners[:, 1]
    seen = torch.stack([across, near * sin(SEEN_FROM) - corners[:, 2] * cos(SEEN_FROM)], 1)  # (n,2) x, y down
    seen = (seen - seen.amin(0)) / (seen.amax(0) - seen.amin(0))
    turn = torch.arange(180) * 2 * pi / 180
    directions = torch.stack([turn.cos(), turn.sin()]).to(grid)  # (2,E)
    return (grid @ directions <= (seen.to(grid) @ directions).amax(0)).all(-1)


def _solids() -> dict[str, Tensor]:  # (n,3) the corners of each; the third number is the height
    apex = torch.tensor([[0.0, 0.0, 1.0]])
    heights = [k / 16 for k in range(-16, 17)]
    return {
        "pyramid": torch.cat([_ring(4, -1.0), apex]),
        "sphere": torch.cat([_ring(48, height, sqrt(1 - height**2)) for height in heights]),
        "box": torch.cat([_ring(4, -1.0), _ring(4, 1.0)]),
        "cylinder": torch.cat([_ring(48, -1.0), _ring(48, 1.0)]),
        "tetrahedron": torch.cat([_ring(3, -1.0), apex]),
    }


def _ring(corners: int, height: float, radius: float = 1.0) -> Tensor:  # (corners,3)
    turn = torch.arange(corners) * 2 * pi / corners
    return torch.stack([radius * turn.cos(), radius * turn.sin(), torch.full((corners,), height)], 1)
