"""What a map keeps when the network forgets what it learned, it never had from the network (Adebayo et al. 2018)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from hw9_xai.apart import Dice
from hw9_xai.arguments import seed_number, whole_number


def layers_with_weights(model: nn.Module) -> list[str]:
    """Their names, from the top (the answer) down, as the model declares them.

    >>> trust.layers_with_weights(FoodCNN(width=8))[:3]
    ['fc.3', 'fc.0', 'cnn.35']
    """
    names = [name for name, module in model.named_modules() if [*module.parameters(recurse=False)]]
    if without := [name or "it" for name in names if not hasattr(model.get_submodule(name), "reset_parameters")]:
        raise ValueError(f"model: expected layers with reset_parameters(), as torch's have; {without[0]!r} has none")
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
    with Dice(seed_number(seed)):
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


def noisy_mean(
    explain: Callable[[Tensor], Tensor], images: Tensor, *, samples: int = 3, noise: float = 0.1, seed: int = 0
) -> Tensor:  # (N,H,W)
    """The mean map of noisy copies. Compared before and after forgetting, it forgives a method the noise of its own
    maps, which alone lowers a similarity: the smooth test (Hedström et al. 2024).

    >>> images = torch.rand(1, 3, 8, 8)
    >>> torch.equal(trust.noisy_mean(trust.edges, images, samples=1, noise=0), trust.edges(images))
    True
    """
    dice = torch.Generator().manual_seed(seed_number(seed))
    total = torch.zeros_like(images[:, 0])
    for _ in range(whole_number(samples, "samples")):
        gauss = torch.randn(images.shape, generator=dice, dtype=torch.float32).to(images)
        total += explain((images + noise * gauss).clamp(0, 1))
    return total / samples


def complexity(map: Tensor, *, bins: int = 100) -> float:
    """The entropy, in bits, of how often each size of |map| occurs: a map that knows something is simpler than one that
    does not. Its rise when the network forgets is the efficient test (Hedström et al. 2024).

    >>> trust.complexity(torch.ones(4, 4)), round(trust.complexity(torch.arange(100.0)), 6)
    (0.0, 6.643856)
    """
    sizes = map.detach().abs().double().flatten().cpu()
    low, high = sizes.aminmax()
    if low == high:
        return 0.0
    shares = torch.histc(sizes, bins, float(low), float(high)) / sizes.numel()
    shares = shares[shares > 0]
    return float(-(shares * shares.log2()).sum())
