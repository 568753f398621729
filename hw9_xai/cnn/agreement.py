"""Do two maps say the same?"""

from __future__ import annotations

import torch
from scipy.stats import rankdata
from torch import Tensor


def rank_correlation(a: Tensor, b: Tensor) -> Tensor:  # (N,...), (N,...) -> (N,)
    """Spearman's rank correlation of two maps, per picture: 1 where they order all places alike, 0 by chance, -1 where
    one is the other upside down. Scales and outliers do not matter. A constant map agrees with nothing: NaN.

    >>> rank_correlation(torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[10.0, 20.0, 1000.0]])).round(decimals=6)
    tensor([1.], dtype=torch.float64)
    """
    if a.shape != b.shape:
        raise ValueError(f"b: expected the shape of a, {tuple(a.shape)}, got {tuple(b.shape)}")
    maps = [map.detach().flatten(1).cpu().double() for map in (a, b)]  # newer versions of SciPy keep a map's precision
    ranks = [torch.from_numpy(rankdata(map.numpy(), axis=1)) for map in maps]
    x, y = (rank - rank.mean(1, keepdim=True) for rank in ranks)
    return (x * y).sum(1) / (x.norm(dim=1) * y.norm(dim=1))
