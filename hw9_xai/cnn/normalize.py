"""Min-max, per picture, so that maps of very different scales can be looked at side by side."""

import torch
from torch import Tensor

from hw9_xai.arguments import finite


def normalize(map: Tensor) -> Tensor:  # (H,W), or (N,...): one map per first index
    """Stretch each map to [0, 1]. A constant map has nothing to show and gives zeros.

    >>> normalize(torch.tensor([[1.0, 2.0], [3.0, 5.0]]))
    tensor([[0.0000, 0.2500],
            [0.5000, 1.0000]])
    """
    if not isinstance(map, Tensor) or map.is_complex():
        raise TypeError(f"map: expected a torch.Tensor of real numbers (H, W) or (N, ...), got {type(map).__name__}")
    if map.ndim < 2 or 0 in map.shape:
        raise ValueError(f"map: expected shape (H, W) or (N, ...), got {tuple(map.shape)}")
    if map.ndim == 2:
        return normalize(map[None])[0]
    map = map.detach() if map.is_floating_point() else map.to(torch.float32)
    finite(map, "values", "map")
    axes = tuple(range(1, map.ndim))
    low, high = map.amin(axes, keepdim=True), map.amax(axes, keepdim=True)
    if not (spread := high - low).isfinite().all():  # half of it fits
        return normalize(map / 2)
    return (map - low) / torch.where(spread > 0, spread, 1)
