"""Cutting a picture into pieces, and what is seen where a piece is hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from skimage.segmentation import slic
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

from hw9_xai.arguments import choice, pixels, whole_number

Segmentation = int | Tensor | np.ndarray | Callable[[np.ndarray], np.ndarray]


def segment(image: Tensor, segments: Segmentation) -> Tensor:  # (C,H,W) -> (H,W) numbered from 0 without gaps
    array = image.permute(1, 2, 0).double().cpu().numpy()  # (H,W,C)
    pieces: int | Tensor | np.ndarray
    if callable(segments):
        pieces = segments(array)
    elif np.ndim(segments) == 0:
        grey = array.shape[2] == 1
        picture, axis = (array[..., 0], None) if grey else (array, -1)
        pieces = slic(picture, whole_number(segments, "segments"), 1, sigma=1, start_label=0, channel_axis=axis)
    else:
        pieces = segments
    pieces = np.asarray(pieces.cpu() if isinstance(pieces, Tensor) else pieces)
    if pieces.shape != array.shape[:2] or not np.issubdtype(pieces.dtype, np.integer):
        got = f"{pieces.dtype} of shape {pieces.shape}"
        raise ValueError(f"segments: expected a map of integers of shape {array.shape[:2]}, got {got}")
    compact = np.unique(pieces, return_inverse=True)[1].reshape(pieces.shape)
    return torch.from_numpy(compact).to(image.device)


def hide_everything(image: Tensor, segments: Tensor, hide: str | Sequence[float]) -> Tensor:  # -> (C,H,W)
    """The picture with every segment hidden. Samples are put together from this one and the original."""
    if isinstance(hide, str):
        choice(hide, "hide", ("mean", "black", "blur"))
    if hide == "mean":
        flat, exact = segments.flatten(), torch.promote_types(image.dtype, torch.float32)  # half: 2048 + 1 is 2048
        sums = image.new_zeros(len(image), int(segments.max()) + 1, dtype=exact)
        means = sums.index_add(1, flat, image.flatten(1).to(exact)) / flat.bincount()  # (C,S)
        return means[:, segments].to(image)
    if hide == "black":
        return torch.zeros_like(image)
    if hide == "blur":
        sigma = max(1.0, min(image.shape[1:]) / 16)
        return gaussian_blur(image, 2 * int(2.5 * sigma) + 1, sigma).clamp(0, 1)  # of white it rounds to more
    try:
        colour = torch.as_tensor(hide, dtype=image.dtype, device=image.device).reshape(len(image), 1, 1)
    except (TypeError, ValueError, RuntimeError):
        expected = f"'mean', 'black', 'blur' or a colour of {len(image)} numbers"
        raise ValueError(f"hide: expected {expected}, got {hide!r}") from None
    return pixels(colour, "hide", rank=3).expand_as(image)
