"""Rounded numbers, layer by layer: what a notebook prints under a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor


def layer_table(columns: Mapping[str, Tensor | Sequence[float]], *, digits: int = 2) -> str:
    """A row for each layer from 0 up, a column for each name."""
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        raise ValueError(f"columns: expected one or more, a value per layer in each, got lengths {sorted(lengths)}")
    lines = ["layer" + "".join(f"  {name:>7}" for name in columns)]
    for layer in range(lengths.pop()):
        cells = [f"  {float(column[layer]):{max(7, len(name))}.{digits}f}" for name, column in columns.items()]
        lines.append(f"{layer:5}{''.join(cells)}")
    return "\n".join(lines)
