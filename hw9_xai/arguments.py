"""What callers may pass. A wrong argument is one sentence: its name, what is expected, what came."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from difflib import get_close_matches
from math import inf
from typing import Any

import numpy as np
import torch
from torch import Tensor

MOST = 1_000_000  # of anything that is counted: what grows with it fits into memory
LARGEST = float(np.finfo(np.float64).max)
Labels = int | str | Sequence[int | str] | np.ndarray | Tensor  # names, of a model that has `.classes`


def pixels(images: Any, name: str = "images", rank: int = 4) -> Tensor:
    """A float tensor of `rank` dimensions with pixels in [0, 1], cut off from any graph it came from."""
    shape = "(N, C, H, W)" if rank == 4 else "(C, H, W)"
    if not isinstance(images, Tensor):
        raise TypeError(f"{name}: expected a torch.Tensor of shape {shape}, got {type(images).__name__}")
    if images.layout != torch.strided or images.is_nested or images.is_meta:
        raise TypeError(f"{name}: expected a dense torch.Tensor, got a sparse, nested or meta one")
    if images.ndim != rank or 0 in images.shape:
        raise ValueError(f"{name}: expected shape {shape}, got {tuple(images.shape)}")
    if not images.is_floating_point():
        raise TypeError(f"{name}: expected floating-point pixels in [0, 1], got {images.dtype}")
    low, high = images.detach().float().aminmax()
    if not (low >= 0 and high <= 1):  # NaN fails both comparisons
        raise ValueError(f"{name}: expected pixels in [0, 1], got {low.item():.4g} to {high.item():.4g}")
    return images.detach()


def finite(values: Tensor, what: str, name: str = "model") -> Tensor:
    """What a model gave, or what was made of it. One NaN in a sum would make a map that looks like any other."""
    if not values.isfinite().all():
        raise ValueError(f"{name}: expected finite {what}, got NaN or infinity")
    return values


def bool_mask(mask: Any, map: Tensor) -> Tensor:  # beside the map
    """0 and 1 are taken for what they mean: as indices they would pick two rows."""
    mask = torch.as_tensor(mask, device=map.device)
    if mask.shape != map.shape:
        raise ValueError(f"mask: expected the map's shape {shape_of(map)}, got {shape_of(mask)}")
    if not ((mask == 0) | (mask == 1)).all():
        raise ValueError("mask: expected True or False, got other numbers")
    return mask.bool()


def shape_of(value: object) -> str:
    return str(tuple(value.shape)) if isinstance(value, Tensor) else type(value).__name__


def labelled(images: Tensor, labels: Labels, model: Any) -> tuple[Tensor, Tensor]:
    images = pixels(images)
    return images, class_labels(labels, images, model)


def class_labels(labels: Labels, images: Tensor, model: Any = None) -> Tensor:  # -> (N,) int64 beside the pictures
    """One class for all pictures, or one each, by number or by name. Never guessed: the caller says which."""
    expected = f"an int or {len(images)} ints, one per picture"
    if names := classes_of(model):
        expected += ", or names of classes"
        if isinstance(labels, str):
            labels = class_number(labels, names)
        elif isinstance(labels, list | tuple):
            labels = [class_number(one, names) if isinstance(one, str) else one for one in labels]
    if isinstance(labels, str) or labels is None:
        raise TypeError(f"labels: expected {expected}, got {labels!r}")
    try:
        tensor = torch.as_tensor(np.asarray(labels) if isinstance(labels, np.generic) else labels)
        numbers = tensor.flatten().tolist()
    except Exception:  # whatever was passed has its own way of being no number
        raise TypeError(f"labels: expected {expected}, got {shortened(labels)}") from None
    if tensor.is_floating_point() or tensor.is_complex() or tensor.dtype == torch.bool:
        raise TypeError(f"labels: expected {expected}, got {tensor.dtype}")
    if tensor.ndim and tensor.shape != (len(images),):
        raise ValueError(f"labels: expected {expected}, got shape {tuple(tensor.shape)}")
    if wrong := [one for one in numbers if not 0 <= one < 2**63]:
        raise ValueError(f"labels: expected class numbers from 0 up, got {wrong[0]}")
    return torch.tensor(numbers, device=images.device).expand(len(images))


def classes_of(model: Any, count: int = 0) -> tuple[str, ...]:
    """The names of its classes, if it says them; or so many numbers for names."""
    names = getattr(model, "classes", ())
    if isinstance(names, list | tuple) and all(isinstance(one, str) for one in names) and len(names) >= count:
        return tuple(names)
    return tuple(f"class {number}" for number in range(count))


def class_number(name: str, classes: Sequence[str], argument: str = "labels") -> int:
    """A class by its name, however it is capitalised; "tabby" also names the class "tabby, tabby cat"."""
    wanted, folded = name.strip().casefold(), [one.casefold() for one in classes]
    found = [number for number, one in enumerate(folded) if one == wanted]
    found = found or [number for number, one in enumerate(folded) if wanted in one.split(", ")]
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(f"{argument}: expected one class, got {name!r}, which is {found[0]} and {found[1]}: say which")
    near = get_close_matches(wanted, folded, 3, 0.5) if len(classes) > 20 else folded
    like = f"one of {', '.join(classes[folded.index(one)] for one in near)}" if near else f"a class, {classes[0]!r} say"
    raise ValueError(f"{argument}: expected {like}, got {shortened(name)}")


def whole_number(value: Any, name: str, least: int = 1, most: int | None = None) -> int:
    if most is None and isinstance(value, numbers.Integral) and int(value) > MOST:
        most = MOST
    expected = f"a whole number from {least} " + ("up" if most is None else f"to {most}")
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name}: expected {expected}, got {shortened(value)}")
    whole = int(value)
    if whole < least or (most is not None and whole > most):
        raise ValueError(f"{name}: expected {expected}, got {shortened(whole)}")
    return whole


def seed_number(seed: Any, bits: int = 64) -> int:
    return whole_number(seed, "seed", 0, 2**bits - 1)


def number(value: Any, name: str, least: float = 0.0) -> float:
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name}: expected a number from {least} up, got {shortened(value)}")
    real = float(value if -LARGEST <= value <= LARGEST else inf)  # type: ignore[operator]  # of a whole number too long
    if not least <= real < inf:
        raise ValueError(f"{name}: expected a finite number from {least} up, got {shortened(value)}")
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
    try:
        text = " ".join(repr(value).split()) if isinstance(value, np.ndarray | Tensor) else repr(value)
    except Exception:  # of a number of 5,000 digits, say
        text = f"some {type(value).__name__}"
    return text if len(text) <= most else text[: most - 1] + "…"
