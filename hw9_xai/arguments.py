"""What callers may pass. A wrong argument is one sentence: its name, what is expected, what came."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

Labels = int | Sequence[int] | np.ndarray | Tensor


def pixels(images: Any, name: str = "images", rank: int = 4) -> Tensor:
    """A float tensor of `rank` dimensions with pixels in [0, 1], cut off from any graph it came from."""
    shape = "(N, C, H, W)" if rank == 4 else "(C, H, W)"
    if not isinstance(images, Tensor):
        raise TypeError(f"{name}: expected a torch.Tensor of shape {shape}, got {type(images).__name__}")
    if images.ndim != rank or 0 in images.shape:
        raise ValueError(f"{name}: expected shape {shape}, got {tuple(images.shape)}")
    if not images.is_floating_point():
        raise TypeError(f"{name}: expected floating-point pixels in [0, 1], got {images.dtype}")
    low, high = images.detach().aminmax()
    if not (low >= 0 and high <= 1):  # NaN fails both comparisons
        raise ValueError(f"{name}: expected pixels in [0, 1], got {low.item():.4g} to {high.item():.4g}")
    return images.detach()


def class_labels(labels: Labels, images: Tensor) -> Tensor:  # -> (N,) int64 beside the pictures
    """One class number for all pictures, or one each. Never guessed from the prediction: the caller says which."""
    expected = f"an int or {len(images)} ints, one per picture"
    if isinstance(labels, str) or labels is None:
        raise TypeError(f"labels: expected {expected}, got {labels!r}")
    try:
        tensor = torch.as_tensor(labels)
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"labels: expected {expected}, got {labels!r}") from None
    if tensor.is_floating_point() or tensor.is_complex() or tensor.dtype == torch.bool:
        raise TypeError(f"labels: expected {expected}, got {tensor.dtype}")
    if tensor.ndim == 0:
        tensor = tensor.expand(len(images))
    if tensor.shape != (len(images),):
        raise ValueError(f"labels: expected {expected}, got shape {tuple(tensor.shape)}")
    if tensor.min() < 0:
        raise ValueError(f"labels: expected class numbers from 0 up, got {int(tensor.min())}")
    return tensor.to(images.device, torch.int64)


def whole_number(value: Any, name: str, least: int = 1, most: int | None = None) -> int:
    expected = f"a whole number from {least} " + ("up" if most is None else f"to {most}")
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name}: expected {expected}, got {value!r}")
    whole = int(value)
    if whole < least or (most is not None and whole > most):
        raise ValueError(f"{name}: expected {expected}, got {value}")
    return whole


def number(value: Any, name: str, least: float = 0.0) -> float:
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name}: expected a number from {least} up, got {value!r}")
    real = float(value)
    if not least <= real < float("inf"):
        raise ValueError(f"{name}: expected a finite number from {least} up, got {value}")
    return real


def choice(value: Any, name: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise ValueError(f"{name}: expected one of {', '.join(map(repr, choices))}, got {value!r}")
    return value


def whole_text(text: str) -> str:
    if text != text.encode(errors="ignore").decode():
        raise ValueError(f"text: expected whole characters, got half of one (a surrogate) in {shortened(text)}")
    return text


def shortened(value: object, most: int = 40) -> str:
    """How a value is quoted in an error: a text that is too long must not fill the screen."""
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"
