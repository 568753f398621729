"""Where on a picture a map lies, read off the exact masks of the picture's parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from hw9_xai.arguments import bool_mask

Masks = Mapping[str, Tensor]  # (H,W) bool by part: disjoint, together the whole picture

# What food lies on, in or beside. Whatever else has a mask is taken for food.
SURROUNDINGS = frozenset({
    "background", "basket", "board", "bottle", "bowl", "box", "carton", "chopsticks", "clutter", "cup", "dish",
    "egg cup", "fork", "glass", "ice", "knife", "napkin", "pan", "paper", "paper case", "plate", "saucer", "shadow",
    "skewer", "spoon", "table", "tray",
})  # fmt: skip


def part_sums(map: Tensor, masks: Masks) -> dict[str, float]:
    """How much of a map (H,W) lies on each part, largest first.

    >>> left = torch.tensor([[True, False]])
    >>> part_sums(torch.tensor([[3.0, -1.0]]), {"left": left, "right": ~left})
    {'left': 3.0, 'right': -1.0}
    """
    return descending({part: float(map[bool_mask(mask, map)].double().sum()) for part, mask in masks.items()})


def part_means(map: Tensor, masks: Masks) -> dict[str, float]:
    """The mean of a map over each part, largest first. The small map of a late layer is stretched to the masks.

    >>> left = torch.tensor([[True, True, False]])
    >>> part_means(torch.tensor([[3.0, 1.0, -1.0]]), {"left": left, "right": ~left})
    {'left': 2.0, 'right': -1.0}
    """
    means = {}
    for part, mask in masks.items():
        if map.shape != mask.shape:
            map = interpolate(map[None, None], mask.shape, mode="bilinear", align_corners=False)[0, 0]
        means[part] = float(map[bool_mask(mask, map)].double().mean())
    return descending(means)


def joined(masks: Masks, names: Iterable[str]) -> dict[str, Tensor]:
    """The masks of parts that are named together, as "jug+milk" by `load_without`: where any of them is.

    A part without a mask of its own, such as milk behind glass, adds nothing; a name of only such parts is left out.

    >>> masks = {"jug": torch.tensor([True, False, False]), "milk": torch.tensor([False, True, False])}
    >>> joined(masks, ["jug+milk", "straw"])
    {'jug+milk': tensor([ True,  True, False])}
    """
    found = {name: [masks[part] for part in name.split("+") if part in masks] for name in names}
    return {name: torch.stack(several).any(0) for name, several in found.items() if several}


def food_mask(masks: Masks) -> Tensor:  # (H,W) bool
    """Where there is food: all parts but crockery, cutlery, table and shadow.

    >>> soup = torch.tensor([True, False, False])
    >>> food_mask({"soup": soup, "bowl": ~soup})
    tensor([ True, False, False])
    """
    eaten = [mask for part, mask in masks.items() if part not in SURROUNDINGS]
    if not eaten:
        raise ValueError(f"masks: expected a part that is food, got {', '.join(masks) or 'none'}")
    return torch.stack(eaten).any(0)


def descending(values: dict[str, float]) -> dict[str, float]:
    return dict(sorted(values.items(), key=lambda entry: -entry[1]))
