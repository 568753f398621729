"""Figures of numbers: curves, bars, points and matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from torch import Tensor

from hw9_xai.plots.figure import AGAINST, BLUE, FOR, GREY, bare, legend, sheet

if TYPE_CHECKING:
    from hw9_xai.trust import TrustTable


def curves(
    lines: Mapping[str, Sequence[float] | Tensor],
    xlabel: str,
    ylabel: str,
    *,
    first: int = 1,
    x: Sequence[float] | None = None,
    scale: str = "linear",
    caption: str = "",
) -> Figure:
    """Named curves over `x`, or over `first`, `first` + 1, ..., told apart by line style as well as by colour.

    `scale` may be "log" for both axes.

    >>> plots.curves({"training": [2.3, 1.1, 0.4], "validation": [2.3, 1.3, 0.9]}, "epoch", "loss")
    <Figure size ... with 1 Axes>
    """
    figure, (axes,) = sheet(1, 1, (5.5, 3), caption)
    styles: tuple[Literal["-", "--", ":", "-."], ...] = ("-", "--", ":", "-.")
    for (name, values), style in zip(lines.items(), styles * len(lines), strict=False):
        places = range(first, first + len(values)) if x is None else list(x)
        axes.add_line(Line2D(places, list(values), linestyle=style, linewidth=1.8, label=name))
    for line, colour in zip(axes.lines, plt.get_cmap("viridis")(np.linspace(0, 0.75, len(axes.lines))), strict=True):
        line.set_color(colour)
    axes.set(xlabel=xlabel, ylabel=ylabel, xscale=scale, yscale=scale)
    axes.autoscale_view()
    if x is None:
        axes.locator_params(axis="x", integer=True)
    elif scale == "log":
        axes.set_xticks(list(x), [f"{place:g}" for place in x])
        axes.minorticks_off()
    axes.spines[["top", "right"]].set_visible(False)
    legend(figure, min(4, len(lines)), handlelength=3)
    return figure


def confusion(matrix: Tensor, classes: Sequence[str], *, caption: str = "") -> Figure:
    """Truth runs down, answers across: how many pictures of each class got each answer, and how many the right one.

    >>> plots.confusion(torch.tensor([[8, 2], [1, 9]]), ["Bread", "Egg"])
    <Figure size ... with 2 Axes>
    """
    share = (matrix / matrix.sum(1, keepdim=True)).numpy()
    figure, (grid, bars) = sheet(2, 2, (8.5, 5), caption, width_ratios=(3, 1), sharey=True)
    grid.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(matrix.numpy()):
        if count:
            colour = "white" if share[row, column] > 0.5 else "black"
            grid.text(column, row, count, ha="center", va="center", fontsize=8, color=colour)
    grid.set_xticks(range(len(classes)), classes, rotation=45, ha="right", fontsize=8)
    grid.set_yticks(range(len(classes)), classes, fontsize=8)
    grid.set(xlabel="the model's answer", ylabel="truth")
    right = share.diagonal()
    bars.barh(range(len(classes)), right, color=BLUE)
    for row, value in enumerate(right):
        inside = value > 0.5
        bars.text(value + (-0.03 if inside else 0.03), row, f"{value:.0%}", va="center", fontsize=8,
                  ha="right" if inside else "left", color="white" if inside else "black")  # fmt: skip
    bars.set(xlim=(0, 1), xticks=[], xlabel="right")
    bare(grid)
    bare(bars)
    return figure


def parts(values: Mapping[str, Mapping[str, float]], *, caption: str = "") -> Figure:
    """Numbers by part, one panel for each name: what is above zero is green, what is below is red and hatched.

    The first panel sets the order of the parts.

    >>> plots.parts({"saliency": {"egg": 2.3, "plate": 0.4}, "LIME": {"egg": 1.5, "plate": -0.2}})
    <Figure size ... with 2 Axes>
    """
    names = list(dict.fromkeys(part for of in values.values() for part in of))
    size = (1 + 2.4 * len(values), 0.9 + 0.28 * len(names))
    figure, every = sheet(len(values), len(values), size, caption, sharey=True)
    for axes, (title, of) in zip(every, values.items(), strict=True):
        for row, part in enumerate(names):
            value = of.get(part)
            if value is None:
                axes.text(0, row, " not measured", va="center", fontsize=8, color=GREY)
            elif value >= 0:
                axes.barh(row, value, 0.7, color=FOR)
            else:
                axes.barh(row, value, 0.7, facecolor="white", edgecolor=AGAINST, hatch="////")
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_title(title, fontsize=9)
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    every[0].set_yticks(range(len(names)), names)
    every[0].invert_yaxis()
    return figure


def effects(said: Mapping[str, Sequence[float]], truth: Sequence[float], *, caption: str = "") -> Figure:
    """What each method says of a part over what the part truly adds to the score: green dots where it truly speaks for
    the label, red crosses where it speaks against it. One panel for each method, on a scale of its own.

    >>> plots.effects({"saliency": [0.9, 0.2], "LIME": [1.5, -0.2]}, truth=[3.1, -0.5])
    <Figure size ... with 2 Axes>
    """
    change = np.asarray(truth)
    figure, every = _diagrams(len(said), 2.5, caption)
    for axes, (name, values) in zip(every, said.items(), strict=False):
        for chosen, colour, marker in ((change > 0, FOR, "o"), (change <= 0, AGAINST, "x")):
            axes.scatter(change[chosen], np.asarray(values)[chosen], s=22, color=colour, marker=marker, alpha=0.8)
        for line in (axes.axvline, axes.axhline):
            line(0, color="#9aa1ab", linewidth=0.8, zorder=0)
        axes.set_title(name, fontsize=9)
    figure.supxlabel("true change of the score", fontsize=9)
    figure.supylabel("sum of the map on the part", fontsize=9)
    return figure


def trust(table: TrustTable, *, caption: str = "") -> Figure:
    """A panel for each measure: means with intervals, full where the method clears the bar (dashed), hollow where not;
    controls are grey squares.

    >>> plots.trust(trust_table({"hits": {"good": [1.0, 0.9], "random": [0.5, 0.1]}, "leads": {"random": [0.2, 0.3]}}))
    <Figure size ... with 2 Axes>
    """
    figure, every = _diagrams(len(table.intervals), 0.6 + 0.2 * len(table.methods), caption)
    for number, (axes, (measure, by_method)) in enumerate(zip(every, table.intervals.items(), strict=False)):
        axes.axvline(table.bars[measure], color=GREY, linestyle="--", linewidth=1)
        for row, method in enumerate(table.methods):
            if method not in by_method:
                axes.text(0.03, row, "not measured", transform=axes.get_yaxis_transform(), va="center", fontsize=7,
                          color=GREY, bbox={"facecolor": "white", "linewidth": 0, "pad": 1})  # fmt: skip
                continue
            control = method in table.controls
            colour = GREY if control else BLUE
            mean, low, high = by_method[method]
            axes.plot([low, high], [row, row], color=colour, linewidth=1.5)
            full = control or method in table.trusted(measure)
            axes.plot(mean, row, "s" if control else "o", color=colour, markerfacecolor=colour if full else "white")
        axes.set_title(measure, fontsize=9)
        axes.set_yticks(range(len(table.methods)), table.methods if number % 2 == 0 else [], fontsize=8)
        axes.set_ylim(len(table.methods) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
    handles = [
        Line2D([], [], color=BLUE, marker="o", label="clears the bar"),
        Line2D([], [], color=BLUE, marker="o", markerfacecolor="white", label="does not"),
        Line2D([], [], color=GREY, marker="s", label="control"),
        Line2D([], [], color=GREY, linestyle="--", label="bar"),
    ]
    legend(figure, 4, handles)
    return figure


def _diagrams(count: int, height: float, caption: str) -> tuple[Figure, list[Axes]]:
    """Two in a row, each `height` inches high."""
    figure, every = sheet(count, 2, (3.4 * min(2, count), height * -(-count // 2) + 0.5), caption)
    for axes in every:
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    return figure, every


def matrices(
    panels: Mapping[str, Tensor],
    *,
    names: Sequence[str] | None = None,
    columns: int = 4,
    numbers: bool = False,
    one_scale: bool = True,
    split: int | None = None,
    caption: str = "",
) -> Figure:
    """(N,N) matrices side by side, on one scale or each on its own; `numbers` writes the values into the cells.

    `split`: how many come first in a group of their own; lines part them from the rest.

    >>> plots.matrices({"layer 1": torch.rand(3, 3), "layer 2": torch.rand(3, 3)}, numbers=True)
    <Figure size ... with 3 Axes>
    """
    count = len(next(iter(panels.values())))
    names = [str(i) for i in range(1, count + 1)] if names is None else names
    columns = min(columns, len(panels))
    rows, side = -(-len(panels) // columns), (0.42 if numbers else 0.19) * count + 0.3
    size = (columns * side + 0.8, rows * (side + 0.2) + 0.3)
    figure, every = sheet(len(panels), columns, size, caption)
    for axes, (title, values) in zip(every, panels.items(), strict=True):
        scale = torch.cat([one.flatten() for one in panels.values()]) if one_scale else values
        image = matrix(axes, values, names, title, float(scale.min()), float(scale.max()), numbers)
        if split is not None:
            axes.axhline(split - 0.5, color="white", linewidth=2.5)
            axes.axvline(split - 0.5, color="white", linewidth=2.5)
        if not one_scale:
            figure.colorbar(image, ax=axes, fraction=0.046, pad=0.02)
    if one_scale:
        figure.colorbar(image, ax=every, fraction=0.046, pad=0.02)
    return figure


def matrix(
    axes: Axes, values: Tensor, names: Sequence[str], title: str, low: float, high: float, numbers: bool
) -> AxesImage:
    image = axes.imshow(values.numpy(), cmap="viridis", vmin=low, vmax=high)
    for (i, j), value in np.ndenumerate(values.numpy() if numbers else np.empty((0, 0))):
        colour = "black" if value > (low + high) / 2 else "white"
        axes.text(j, i, f"{value:.2f}", ha="center", va="center", fontsize=6.5, color=colour)
    size, turned = 8 if numbers else 6.5, 90 if max(map(len, names)) > 2 else 0
    axes.set_xticks(range(len(names)), names, fontsize=size, rotation=turned)
    axes.set_yticks(range(len(names)), names, fontsize=size)
    axes.tick_params(length=0)
    axes.set_title(title, fontsize=9)
    return image
