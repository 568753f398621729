"""Is an explanation right? Maps held against the truth: the masks of the parts, what taking a part out truly does, and
networks that forgot what they learned.

A map is (H,W) and says how relevant each pixel is; where it has signs, + speaks for the label. Every measure is one
number and never NaN: where values tie, it is what breaking the ties at random gives on average. So a constant map
scores exactly what random maps score on average, and serves as their control. `verdict` makes a table of it all.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from hw9_xai.cnn.agreement import rank_correlation
from hw9_xai.cnn.arguments import whole_number
from hw9_xai.cnn.parts import Masks, joined, part_sums

# -- against a mask ----------------------------------------------------------------------------------------------------


def mass_over_area(map: Tensor, mask: Tensor) -> float:
    """The mask's share of the relevance (of |map|) over its share of the area: 1 is chance, 1 / area share is all.

    >>> trust.mass_over_area(torch.tensor([[3.0, -1.0, 0.0, 0.0]]), torch.tensor([[True, False, False, False]]))
    3.0
    """
    sizes, inside = _sizes_inside(map, mask)
    total = sizes.sum()
    return float(sizes[inside].mean() / sizes.mean()) if total > 0 else 1.0


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
    return spearman(ours, truth) if signed else spearman(ours.abs(), truth.abs())


def right_sign(said: float, truth: float) -> float:
    """1 if a part speaks for the label, or against it, as said; 0 if not. To say nothing is half right.

    >>> trust.right_sign(said=0.3, truth=-2.0), trust.right_sign(said=0.0, truth=-2.0)
    (0.0, 0.5)
    """
    return 0.5 if said == 0 else float((said > 0) == (truth > 0))


def spearman(a: Tensor, b: Tensor) -> float:
    """Spearman's rank correlation; where all values of one are equal, 0.

    >>> round(trust.spearman(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([9.0, 4.0, 1.0])), 6)
    -1.0
    """
    return float(rank_correlation(a.reshape(1, -1), b.reshape(1, -1)).nan_to_num(0))


# -- against another model, another seed -------------------------------------------------------------------------------


def similarity(a: Tensor, b: Tensor) -> float:
    """How alike two maps rank the pixels by relevance: Spearman's correlation of |a| and |b|.

    >>> round(trust.similarity(torch.tensor([-3.0, 1.0, 0.0]), torch.tensor([50.0, -20.0, 10.0])), 6)
    1.0
    """
    return spearman(_finite(a).abs(), _finite(b).abs())


def layers(model: nn.Module) -> list[str]:
    """The names of the layers that have weights, from the top (the answer) down, as the model declares them.

    >>> trust.layers(FoodCNN(width=8))[:3]
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
    names = layers(model)
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
