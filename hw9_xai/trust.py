"""Is an explanation right? Maps held against the truth: the masks of the parts, what taking a part out truly does, and
networks that forgot what they learned.

A map is (H,W) and says how relevant each pixel is; where it has signs, + speaks for the label. Every measure is one
number and never NaN: where values tie, it is what breaking the ties at random gives on average. So a constant map
scores exactly what random maps score on average, and serves as their control. `trust_table` averages over pictures.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from scipy.stats import rankdata
from torch import Tensor, nn

from hw9_xai.arguments import whole_number
from hw9_xai.cnn.parts import Masks, descending, joined, part_sums

ROUNDING = 1e-9  # a lead no larger than this is none: two correlations of 1 may differ in their last bit
Measured = Mapping[str, Mapping[str, Sequence[float] | Tensor]]  # measure -> method -> one number for each picture

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
    if map.shape != mask.shape:
        raise ValueError(f"mask: expected the map's shape {tuple(map.shape)}, got {tuple(mask.shape)}")
    if not mask.any():
        raise ValueError("mask: expected at least one pixel, got an empty part")
    return _finite(map).abs().flatten(), mask.to(map.device).flatten()


def _finite(map: Tensor) -> Tensor:
    if not map.isfinite().all():
        raise ValueError("map: expected finite values, got NaN or infinity")
    return map.detach().double()


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
    said = part_sums(_finite(map), joined(masks, effects))
    if len(said) < 2:
        raise ValueError(f"effects: expected at least two parts to rank, got {len(said)} with a mask")
    ours, truth = torch.tensor([[said[part] for part in said], [effects[part] for part in said]], dtype=torch.double)
    return similarity(ours, truth, signed=signed)


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
    both = [_finite(map) if signed else _finite(map).abs() for map in (a, b)]
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


def layers_with_weights(model: nn.Module) -> list[str]:
    """Their names, from the top (the answer) down, as the model declares them.

    >>> trust.layers_with_weights(FoodCNN(width=8))[:3]
    ['fc.3', 'fc.0', 'cnn.35']
    """
    names = [name for name, module in model.named_modules() if [*module.parameters(recurse=False)]]
    for name in names:
        if not hasattr(model.get_submodule(name), "reset_parameters"):
            raise ValueError(
                f"model: expected layers with reset_parameters(), as torch's have; {name or 'it'!r} has none"
            )
    return names[::-1]


def randomised(model: nn.Module, depth: int, *, seed: int = 0) -> nn.Module:
    """A copy whose top `depth` layers forgot what they learned: cascading randomisation (Adebayo et al. 2018).

    One seed draws a layer alike at every depth, so that depths are steps of one walk down to an untrained network.

    >>> model = FoodCNN(width=8)
    >>> forgetful = trust.randomised(model, depth=1)
    >>> [torch.equal(ours.weight, theirs.weight) for ours, theirs in zip(forgetful.fc[0::3], model.fc[0::3])]
    [True, False]
    """
    names = layers_with_weights(model)
    if whole_number(depth, "depth", least=0) > len(names):
        raise ValueError(f"depth: expected at most {len(names)}, the model's layers, got {depth}")
    forgetful = copy.deepcopy(model)
    with torch.random.fork_rng():
        torch.manual_seed(whole_number(seed, "seed", least=0))
        for name in names[:depth]:
            layer: Any = forgetful.get_submodule(name)
            layer.reset_parameters()
    return forgetful


def cascade(
    explain: Callable[[nn.Module], Tensor], model: nn.Module, depths: Sequence[int], *, seed: int = 0
) -> Tensor:  # (len(depths),N,H,W)
    """The maps (N,H,W) that `explain` makes of the model with its top layers randomised, to these depths.

    What keeps its `similarity` to the model's own maps down to the last layer was never an explanation of this model.

    >>> model, images = FoodCNN(width=8).eval(), torch.rand(2, 3, 128, 128)
    >>> trust.cascade(lambda network: saliency(network, images, labels=[0, 9]), model, depths=[0, 1, 2]).shape
    torch.Size([3, 2, 128, 128])
    """
    return torch.stack([explain(randomised(model, depth, seed=seed)) for depth in depths])


# -- controls: what has seen no model ----------------------------------------------------------------------------------


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

    >>> trust.uniform(torch.rand(1, 3, 2, 2))
    tensor([[[1., 1.],
             [1., 1.]]])
    """
    return torch.ones_like(images[:, 0])


# -- which method to trust for which question: averages over pictures, with intervals, against controls --------------


class Interval(NamedTuple):
    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.2f} [{self.low:.2f}, {self.high:.2f}]"


@dataclass(frozen=True)
class TrustTable:
    """What each method scored by each measure, and which of them the measure gives reason to trust."""

    intervals: dict[str, dict[str, Interval]]  # measure -> method -> mean over pictures with its 95 % interval
    bars: dict[str, float]  # measure -> what had to be cleared: a given number, or the best control's mean
    leads: dict[str, dict[str, Interval]]  # measure -> method -> how far above the bar, picture by picture
    controls: tuple[str, ...]

    @property
    def methods(self) -> list[str]:  # controls last
        names = dict.fromkeys(method for row in self.intervals.values() for method in row)
        return sorted(names, key=lambda name: name in self.controls)

    def trusted(self, measure: str) -> list[str]:
        """The methods whose lead over the bar is above zero with its whole interval, best first."""
        leads = {method: lead for method, lead in self.leads[measure].items() if lead.low > ROUNDING}
        return sorted(leads, key=lambda method: -leads[method].mean)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{measure}</th>" for measure in self.intervals)
        rows = "".join(
            f"<tr><th>{method}{' (control)' * (method in self.controls)}</th>"
            + "".join(f"<td>{self._cell(measure, method)}</td>" for measure in self.intervals)
            + "</tr>"
            for method in self.methods
        )
        table = f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return f'<div style="overflow-x: auto">{table}</div>'

    def _cell(self, measure: str, method: str) -> str:
        if method not in self.intervals[measure]:
            return "–"
        interval = self.intervals[measure][method]
        mean = f"<b>{interval.mean:.2f} ✓</b>" if method in self.trusted(measure) else f"{interval.mean:.2f}"
        return f"{mean}<br><small>{interval.low:.2f} … {interval.high:.2f}</small>"


def trust_table(
    measured: Measured,
    *,
    controls: Sequence[str] = ("random", "edges"),
    bars: Mapping[str, float] | None = None,
    seed: int = 0,
    draws: int = 2000,
) -> TrustTable:
    """Means over pictures, each with an interval, and each method's lead over the better control or a given bar.

    The lead is taken picture by picture: some pictures are harder for all, and that is no reason to doubt a method.

    >>> table = trust_table({"hits": {"good": [1.0, 0.9, 1.0], "edges": [0.5, 0.0, 0.25]}}, controls=["edges"])
    >>> table.bars, table.trusted("hits")
    ({'hits': 0.25}, ['good'])
    """
    bars = bars or {}
    intervals, cleared, leads = {}, {}, {}
    for measure, by_method in measured.items():
        values = {method: torch.as_tensor(row, dtype=torch.double) for method, row in by_method.items()}
        intervals[measure] = {method: bootstrap(row, seed=seed, draws=draws) for method, row in values.items()}
        if len({len(row) for row in values.values()}) != 1:
            counts = ", ".join(f"{method} {len(row)}" for method, row in values.items())
            raise ValueError(f"measured: expected one number for each picture from every method, got {counts}")
        present = [values[control] for control in controls if control in values]
        if measure in bars:
            bar = torch.tensor(bars[measure], dtype=torch.double)
        elif present:
            bar = max(present, key=lambda row: float(row.mean()))
        else:
            raise ValueError(f"bars: expected a number for {measure!r}, which no control was measured by")
        cleared[measure] = float(bar.mean())
        leads[measure] = {
            method: bootstrap(row - bar, seed=seed, draws=draws)
            for method, row in values.items()
            if method not in controls
        }
    return TrustTable(intervals, cleared, leads, tuple(controls))


def bootstrap(values: Tensor, *, seed: int = 0, draws: int = 2000) -> Interval:
    """The mean, and where 95 % of the means lie when as many pictures are drawn from these with replacement.

    >>> print(trust.bootstrap(torch.tensor([0.5, 0.5, 0.5])))
    0.50 [0.50, 0.50]
    """
    values = torch.as_tensor(values, dtype=torch.double)
    if values.ndim != 1 or len(values) == 0 or not values.isfinite().all():
        raise ValueError("values: expected a row of finite numbers, one for each picture")
    dice = torch.Generator().manual_seed(whole_number(seed, "seed", least=0))
    means = values[torch.randint(len(values), (draws, len(values)), generator=dice)].mean(1)
    low, high = means.quantile(torch.tensor([0.025, 0.975], dtype=torch.double)).tolist()
    return Interval(float(values.mean()), low, high)
