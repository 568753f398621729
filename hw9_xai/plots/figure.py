"""How every figure is laid out: panels in rows, a caption above, a legend outside, pictures with what explains them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

Draw = Callable[[Axes, int], object]
TILE = 1.5  # inches: at DPI, about a pixel of the screen for each of a picture
PER_ROW = 5  # more pictures go on in a second row: ten in one row are stamps on a phone
DPI = 90  # given to every figure, so that it has the same size wherever a notebook runs
FOR, AGAINST = "#00a651", "#d7263d"  # told apart by hatching too
BLUE, GREY, PALE = "#0b63a5", "#6b7280", "#c4c8ce"


def sheet(
    count: int, columns: int, size: tuple[float, float], caption: str = "", **how: Any
) -> tuple[Figure, list[Axes]]:
    """A figure of `size` inches with `count` panels in rows of `columns`; what is left of the last row stays empty."""
    columns = min(columns, count)
    figure, grid = plt.subplots(
        -(-count // columns), columns, figsize=size, dpi=DPI, squeeze=False, layout="constrained", **how
    )
    for axes in grid.flat[count:]:
        axes.set_axis_off()
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)  # a notebook shows what a cell returns; left open, it would be shown twice
    return figure, [*grid.flat[:count]]


def legend(
    figure: Figure, columns: int, handles: Sequence[Any] | None = None, where: str = "lower center", **style: Any
) -> None:
    """Outside of the panels; what it names is labelled in the first of them unless given."""
    named = list(figure.axes[0].get_legend_handles_labels()[0] if handles is None else handles)
    figure.legend(handles=named, loc=f"outside {where}", ncols=columns, frameon=False, fontsize=8, **style)


def bare(axes: Axes) -> None:
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def show(axes: Axes, picture: Tensor, **style: Any) -> None:  # (H,W), (1,H,W) or (3,H,W)
    array = picture.detach().float().cpu()
    if array.ndim == 3:
        array = array.permute(1, 2, 0) if len(array) == 3 else array[0]
    axes.imshow(array.numpy(), **({"cmap": "gray"} if array.ndim == 2 and not style else style))


def rows(
    count: int,
    kinds: Sequence[tuple[str, Draw]],  # a row of each under every picture: its name, and what draws it
    titles: Sequence[str] | None,
    caption: str,
    tile: float = TILE,
    heights: Sequence[float] | None = None,  # of the rows, in tiles
    below: float = 0.0,  # inches for what `draw` writes under each row
) -> Figure:
    """The rows belong together: where the pictures fill more than one band, each band has all of them."""
    if count == 0:
        raise ValueError("images: expected at least one picture, got none")
    columns, bands = min(count, PER_ROW), -(-count // PER_ROW)
    heights = [1.0] * len(kinds) if heights is None else list(heights)
    lines = 1 + max((title.count("\n") for title in titles or ()), default=0)
    band = tile * sum(heights) + below * len(kinds) + 0.18 * lines + 0.1  # inches
    size = (tile * columns + 0.5, band * bands + 0.3 * bool(caption))
    figure, grid = sheet(bands * len(kinds) * columns, columns, size, caption, height_ratios=heights * bands)
    for axes in grid:
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    for i in range(bands * columns):
        band, column = divmod(i, columns)
        its = grid[band * len(kinds) * columns + column :: columns]  # its rows, and those of the bands below
        for (name, draw), axes in zip(kinds, its, strict=False):
            if i >= count:
                axes.set_axis_off()
                continue
            draw(axes, i)
            if column == 0:
                axes.set_ylabel(name, fontsize=9)
        if i < count:
            its[0].set_title(f"{i}" if titles is None else titles[i], fontsize=9, pad=12 if band else 6)
    return figure
