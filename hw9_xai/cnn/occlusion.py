"""Occlusion (Zeiler & Fergus 2014, arXiv:1311.2901): slide a square over the picture, and see what the score loses."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from hw9_xai.arguments import Labels, finite, labelled, whole_number
from hw9_xai.cnn.network import batches, classifying
from hw9_xai.cnn.superpixels import hide_everything
from hw9_xai.progress import progress_bar


def occlusion(
    model: nn.Module,
    images: Tensor,
    labels: Labels,
    *,
    window: int = 16,
    stride: int = 8,
    hide: str | Sequence[float] = "mean",
    batch_size: int | None = None,
) -> Tensor:  # -> (N,H,W)
    """What the label's score loses when a window is hidden: at every pixel, the mean over the windows that cover it.

    The windows start at every `stride`-th row and column, until the last pixels are covered; there they are cut off at
    the border. `hide`: what a window shows: the picture's "mean" colour, "black", a "blur" of it, or a colour.

    >>> model, images = FoodCNN(width=8).eval(), torch.rand(2, 3, 128, 128)
    >>> occlusion(model, images, labels=[0, 9], window=64, stride=32).shape
    torch.Size([2, 128, 128])
    """
    images, labels = labelled(images, labels, model)
    height, width = images.shape[2:]
    window = whole_number(window, "window", most=min(height, width))
    stride = whole_number(stride, "stride", most=window)  # with more, some pixels would never be hidden
    down, across = _covered(height, window, stride), _covered(width, window, stride)
    rows = down.repeat_interleave(len(across), 0).to(images.device)  # (K,H) which rows each of K windows covers
    columns = across.repeat(len(down), 1).to(images.device)  # (K,W)
    whole = torch.zeros(height, width, dtype=torch.int64, device=images.device)  # one piece, of which "mean" is taken
    maps = []
    progress = progress_bar(total=len(rows) * len(images), desc="occlusion")
    with classifying(model, images, labels) as network, torch.no_grad(), progress:
        for image, label in zip(images, labels, strict=True):
            dark = hide_everything(image, whole, hide)
            full, losses = network(image[None])[0, label], []
            for batch in batches(len(rows), batch_size, image):
                masks = rows[batch, :, None] & columns[batch, None]  # (B,H,W)
                losses.append(full - network(torch.where(masks[:, None], dark, image))[:, label])
                progress.update(len(masks))
            total = torch.einsum("k,kh,kw->hw", torch.cat(losses), rows.to(image), columns.to(image))
            maps.append(total / torch.outer(down.sum(0), across.sum(0)).to(image))
    return finite(torch.stack(maps), "scores")


def _covered(length: int, window: int, stride: int) -> Tensor:  # -> (windows,length) bool
    starts = torch.arange(0, length - window + stride, stride)[:, None]
    places = torch.arange(length)
    return (starts <= places) & (places < starts + window)
