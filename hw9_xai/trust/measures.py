"""Is an explanation right? Maps held against the truth: the masks of the parts, what taking a part out truly does, and
networks that forgot what they learned.

A map is (H,W) and says how relevant each pixel is; where it has signs, + speaks for the label. Every measure is one
number and never NaN: where values tie, it is what breaking the ties at random gives on average. So a constant map
scores exactly what random maps score on average, and serves as their control. `trust_table` averages over pictures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from scipy.stats import rankdata
from torch import Tensor

from hw9_xai.arguments import bool_mask, finite
from hw9_xai.cnn.parts import Masks, descending, joined, part_sums

# -- against a mask ----------------------------------------------------------------------------------------------------


def mass_over_area(map: Tensor, mask: Tensor) -> float:
    """The mask's share of the relevance (of |map|) over its share of the area: 1 is chance, 1 / area share is all.

    >>> trust.mass_over_area(torch.tensor([[3.0, -1.0, 0.0, 0.0]]), torch.tensor([[True, False, False, False]]))
    3.0
    """
    sizes, inside = _sizes_inside(map, mask)
    total = sizes.sum()
    return float(sizes[inside].mean() / sizes.mean()) if total > 0 else 1.0


def concentration(map: Tensor, masks: Masks, *, least: float = 0.01) -> dict[str, float]:
    """`mass_over_area` of every part, largest first.

    Parts that cover less than `least` of the picture are left out: theirs is the luck of a few pixels.

    >>> left = torch.tensor([[True, False, False, False]])
    >>> concentration(torch.tensor([[2.0, -1.0, 1.0, 0.0]]), {"left": left, "right": ~left})
    {'left': 2.0, 'right': 0.6666666666666666}
    """
    large = {part: mask for part, mask in masks.items() if mask.float().mean() >= least}
    return descending({part: mass_over_area(map, mask) for part, mask in large.items()})


def rank_accuracy(map: Tensor, mask: Tensor) -> float:
    """The share of the K most relevant pixels that lie on the mask, where K is the mask's own number of pixels.

    >>> trust.rank_accuracy(torch.tensor([[3.0, -2.0, 1.0, 0.0]]), torch.tensor([[True, False, True, False]]))
    0.5
    """
    sizes, inside = _sizes_inside(map, mask)
    count = int(inside.sum())
    last = sizes.sort(descending=True).values[count - 1]
    above, tied = sizes > last, sizes == last
    hits = (above & inside).sum() + (count - above.sum()) * _share(inside, tied)
    return float(hits / count)


def pointing(map: Tensor, mask: Tensor) -> float:
    """1 if the most relevant pixel lies on the mask, else 0. Of several equals, the share that does.

    >>> trust.pointing(torch.tensor([[-3.0, 2.0]]), torch.tensor([[True, False]]))
    1.0
    """
    sizes, inside = _sizes_inside(map, mask)
    return float(_share(inside, sizes == sizes.max()))


def _sizes_inside(map: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:  # (H*W,) float64 |map|, (H*W,) bool
    if not (mask := bool_mask(mask, map)).any():
        raise ValueError("mask: expected at least one pixel, got an empty part")
    return finite(map, "values", "map").detach().double().abs().flatten(), mask.flatten()


def _share(inside: Tensor, chosen: Tensor) -> Tensor:
    return (inside & chosen).sum() / chosen.sum()


# -- against interventions ---------------------------------------------------------------------------------------------


def agreement(map: Tensor, masks: Masks, effects: Mapping[str, float], *, signed: bool = False) -> float:
    """Over a picture's parts: Spearman's correlation of the sum of the map on a part, and the part's true effect.

    By size: does it find the parts that matter? `signed`: does it also know which of them speak against the label?

    >>> left = torch.tensor([[True, False]])
    >>> masks, effects = {"left": left, "right": ~left}, {"left": 0.4, "right": -2.0}
    >>> map = torch.tensor([[3.0, -1.0]])
    >>> round(trust.agreement(map, masks, effects), 6), round(trust.agreement(map, masks, effects, signed=True), 6)
    (-1.0, 1.0)
    """
    said = part_sums(finite(map, "values", "map"), joined(masks, effects))
    if len(said) < 2:
        raise ValueError(f"effects: expected at least two parts to rank, got {len(said)} with a mask")
    ours, truth = torch.tensor([[said[part] for part in said], [effects[part] for part in said]], dtype=torch.double)
    return similarity(ours, truth, signed=signed)


def area_alone(areas: Sequence[float], effects: Sequence[float]) -> float:
    """The share of the variance of the effects' sizes that a straight line in the parts' areas explains: what one knows
    of effects without having asked any method.

    >>> trust.area_alone([0.1, 0.2, 0.4], [1.0, -2.0, 4.0])
    1.0
    """
    sizes = [abs(effect) for effect in effects]
    return float(torch.corrcoef(torch.tensor([areas, sizes], dtype=torch.double))[0, 1] ** 2)


def right_sign(said: float, truth: float) -> float:
    """1 if a part speaks for the label, or against it, as said; 0 if not. To say nothing is half right.

    >>> trust.right_sign(said=0.3, truth=-2.0), trust.right_sign(said=0.0, truth=-2.0)
    (0.0, 0.5)
    """
    return 0.5 if said == 0 else float((said > 0) == (truth > 0))


# -- against another model, another seed -------------------------------------------------------------------------------


def similarity(a: Tensor, b: Tensor, *, signed: bool = False) -> float:
    """How alike two maps rank the pixels by relevance: Spearman's correlation of |a| and |b|, or, `signed`, of a and b.
    Where all values of one are equal, 0.

    >>> round(trust.similarity(torch.tensor([-3.0, 1.0, 0.0]), torch.tensor([50.0, -20.0, 10.0])), 6)
    1.0
    """
    both = [finite(map, "values", "map") if signed else finite(map, "values", "map").abs() for map in (a, b)]
    return float(rank_correlation(*(map.reshape(1, -1) for map in both)).nan_to_num(0))


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
