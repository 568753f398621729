"""Where a picture excites a filter."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hw9_xai.arguments import pixels
from hw9_xai.cnn.network import Layer, batches, one_filter, up_to


def filter_activation(model: nn.Module, images: Tensor, cnnid: Layer, filterid: int) -> Tensor:  # -> (N,h,w)
    """How strongly each place of each picture excites one filter. `cnnid` is an index of `model.cnn`, a dotted name,
    or the module itself.

    >>> filter_activation(FoodCNN(width=8), torch.rand(2, 3, 128, 128), cnnid=15, filterid=0).shape
    torch.Size([2, 64, 64])
    """
    images = pixels(images)
    with up_to(model, cnnid, images) as layer, torch.no_grad():
        maps = [one_filter(layer(images[batch]), filterid) for batch in batches(len(images), None, images)]
    return torch.cat(maps)
