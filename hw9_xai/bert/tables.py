"""Rounded numbers, layer by layer: what a notebook prints under a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor


def layer_table(columns: Mapping[str, Tensor | Sequence[float]], *, digits: int = 2) -> str:
    """A row for each layer from 0 up, a column for each name."""
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        raise ValueError(f"columns: expected one or more, a value per layer in each, got lengths {sorted(lengths)}")
    head = "layer" + "".join(f"  {name:>{_width(name)}}" for name in columns)
    rows = [
        f"{layer:5}" + "".join(f"  {float(column[layer]):{_width(name)}.{digits}f}" for name, column in columns.items())
        for layer in range(lengths.pop())
    ]
    return "\n".join([head, *rows])


def _width(name: str) -> int:
    return max(7, len(name))
