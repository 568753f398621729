"""Figures of numbers: curves, bars, points and matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from torch import Tensor

from hw9_xai.plots.figure import AGAINST, BLUE, FOR, GREY, LARGE, SMALL, bare, diagrams, legend, sheet

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
    <Drawing size ... with 1 Axes>
    """
    figure, (axes,) = diagrams(1, 1, (9, 4.2), (0, 0), caption)
    styles: tuple[Literal["-", "--", ":", "-."], ...] = ("-", "--", ":", "-.")
    colours = plt.get_cmap("viridis")(np.linspace(0, 0.75, len(lines)))
    for (name, values), style, colour in zip(lines.items(), styles * len(lines), colours, strict=False):
        places = range(first, first + len(values)) if x is None else list(x)
        axes.add_line(Line2D(places, list(values), linestyle=style, linewidth=1.8, color=colour, label=name))
    axes.set(xlabel=xlabel, ylabel=ylabel, xscale=scale, yscale=scale)
    axes.autoscale_view()
    if x is None:
        axes.locator_params(axis="x", integer=True)
    elif scale == "log":
        axes.set_xticks(list(x), [f"{place:g}" for place in x])
        axes.minorticks_off()
    legend(figure, min(4, len(lines)), handlelength=3)
    return figure


def confusion(matrix: Tensor, classes: Sequence[str], *, caption: str = "") -> Figure:
    """Truth runs down, answers across: how many pictures of each class got each answer, and how many the right one.

    >>> plots.confusion(torch.tensor([[8, 2], [1, 9]]), ["Bread", "Egg"])
    <Drawing size ... with 2 Axes>
    """
    share = (matrix / matrix.sum(1, keepdim=True)).numpy()
    figure, (grid, bars) = sheet(2, 2, (5, 6.4), (0, 0), caption, width_ratios=(3, 1), sharey=True)
    grid.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(matrix.numpy()):
        if count:
            colour = "white" if share[row, column] > 0.5 else "black"
            grid.text(column, row, count, ha="center", va="center", fontsize=SMALL, color=colour)
    grid.set_xticks(range(len(classes)), classes, rotation=45, ha="right", fontsize=SMALL)
    grid.set_yticks(range(len(classes)), classes, fontsize=SMALL)
    grid.set(xlabel="the model's answer", ylabel="truth")
    right = share.diagonal()
    bars.barh(range(len(classes)), right, color=BLUE)
    for row, value in enumerate(right):
        inside = value > 0.5
        bars.text(value + (-0.03 if inside else 0.03), row, f"{value:.0%}", va="center", fontsize=SMALL,
                  ha="right" if inside else "left", color="white" if inside else "black")  # fmt: skip
    bars.set(xlim=(0, 1), xticks=[], xlabel="right")
    bare(grid)
    bare(bars)
    return figure


def parts(
    values: Mapping[str, Mapping[str, float]] | None = None,
    *,
    times: Mapping[str, Mapping[str, float]] | None = None,
    caption: str = "",
) -> Figure:
    """Numbers by part, one panel for each name: what is above zero is orange, what is below is purple and hatched.
    `times`: a map's share on each part over the part's share of the picture, in panels of their own, blue, chance at 1.

    The first panel sets the order of the parts.

    >>> plots.parts({"LIME": {"egg": 1.5, "plate": -0.2}}, times={"saliency": {"egg": 2.3, "plate": 0.4}})
    <Drawing size ... with 2 Axes>
    """
    values, times = values or {}, {f"{name}: times its area": of for name, of in (times or {}).items()}
    names = list(dict.fromkeys(part for of in [*times.values(), *values.values()] for part in of))
    panels = {title: [of.get(part) for part in names] for title, of in {**times, **values}.items()}
    size = (max(2.6, 9.6 / max(2, len(panels))), 0.34 * len(names))
    figure = signed_bars(names, panels, size, caption, (FOR, FOR), ("white", AGAINST))
    for axes in figure.axes[: len(times)]:
        for bar in axes.patches:
            bar.set(facecolor=BLUE, edgecolor=BLUE)
        axes.axvline(1, color="black", linewidth=1.5, linestyle="--")
        axes.set_xlabel("1 is chance", fontsize=SMALL)
    return figure


def signed_bars(
    names: Sequence[str],
    panels: Mapping[str, Sequence[float | None]],
    size: tuple[float, float],  # of a panel, in inches
    caption: str,
    above: tuple[str, str],  # face and edge of a bar
    below: tuple[str, str],
) -> Figure:
    figure, every = diagrams(len(panels), len(panels), size, (1, 0.9), caption, sharey=True)
    for axes, (title, values) in zip(every, panels.items(), strict=True):
        for row, value in enumerate(values):
            if value is None:
                axes.text(0, row, " not measured", va="center", fontsize=SMALL, color=GREY)
                continue
            face, edge = above if value >= 0 else below
            axes.barh(row, value, 0.75, facecolor=face, edgecolor=edge, hatch="" if value >= 0 else "////")
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_title(title, fontsize=LARGE)
        axes.tick_params(labelsize=SMALL)
    every[0].set_yticks(range(len(names)), names, fontsize=LARGE)
    every[0].invert_yaxis()
    return figure


def effects(said: Mapping[str, Sequence[float]], truth: Sequence[float], *, caption: str = "") -> Figure:
    """What each method says of a part over what the part truly adds to the score: orange dots where it truly speaks
    for the label, purple crosses where it speaks against it. One panel for each method, on a scale of its own.

    >>> plots.effects({"saliency": [0.9, 0.2], "LIME": [1.5, -0.2]}, truth=[3.1, -0.5])
    <Drawing size ... with 2 Axes>
    """
    change = np.asarray(truth)
    figure, every = diagrams(len(said), 3, (3.9, 3.2), (0, 0.5), caption)
    look: dict[str, Any] = {"s": 40, "alpha": 0.8} if len(change) < 200 else {"s": 14, "alpha": 0.5, "linewidths": 0.8}
    for axes, (name, values) in zip(every, said.items(), strict=True):
        for chosen, colour, marker in ((change > 0, FOR, "o"), (change <= 0, AGAINST, "x")):
            axes.scatter(change[chosen], np.asarray(values)[chosen], color=colour, marker=marker, **look)
        for line in (axes.axvline, axes.axhline):
            line(0, color="#9aa1ab", linewidth=0.8, zorder=0)
        axes.tick_params(labelsize=SMALL)
        axes.set_title(name, fontsize=LARGE)
    figure.supxlabel("true change of the score", fontsize=LARGE)
    figure.supylabel("sum of the map on the part", fontsize=LARGE)
    return figure


def trust(table: TrustTable, *, caption: str = "") -> Figure:
    """A panel for each measure: means with intervals, full where the method clears the bar (dashed), hollow where not;
    controls are grey squares.

    >>> plots.trust(trust_table({"hits": {"good": [1.0, 0.9], "random": [0.5, 0.1]}, "leads": {"random": [0.2, 0.3]}}))
    <Drawing size ... with 2 Axes>
    """
    columns = 2 if len(table.intervals) <= 8 else 3
    size = (10.8 / columns, 0.7 + 0.26 * len(table.methods))
    figure, every = diagrams(len(table.intervals), columns, size, (0.6 * (columns - 2), 0.5), caption)
    for number, (axes, (measure, by_method)) in enumerate(zip(every, table.intervals.items(), strict=True)):
        axes.axvline(table.bars[measure], color=GREY, linestyle="--", linewidth=1)
        for row, method in enumerate(table.methods):
            if method not in by_method:
                axes.text(0.03, row, "not measured", transform=axes.get_yaxis_transform(), va="center", fontsize=SMALL,
                          color=GREY, bbox={"facecolor": "white", "linewidth": 0, "pad": 1})  # fmt: skip
                continue
            control = method in table.controls
            colour = GREY if control else BLUE
            mean, low, high = by_method[method]
            axes.plot([low, high], [row, row], color=colour, linewidth=1.5)
            full = control or method in table.trusted(measure)
            axes.plot(mean, row, "s" if control else "o", color=colour, markerfacecolor=colour if full else "white")
        axes.set_title(measure, fontsize=LARGE)
        axes.set_yticks(range(len(table.methods)), table.methods if number % columns == 0 else [], fontsize=SMALL)
        axes.set_ylim(len(table.methods) - 0.4, -0.6)
        axes.tick_params(labelsize=SMALL)
        axes.tick_params(axis="y", length=0)
    handles = [
        Line2D([], [], color=BLUE, marker="o", label="clears the bar"),
        Line2D([], [], color=BLUE, marker="o", markerfacecolor="white", label="does not"),
        Line2D([], [], color=GREY, marker="s", label="control"),
        Line2D([], [], color=GREY, linestyle="--", label="bar"),
    ]
    legend(figure, 4, handles)
    return figure


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
    <Drawing size ... with 3 Axes>
    """
    count = len(next(iter(panels.values())))
    names = [str(i) for i in range(1, count + 1)] if names is None else names
    side = (0.5 if numbers else 0.24) * count + 0.4
    figure, every = sheet(len(panels), columns, (side, side + 0.2), (0.8, 0.3), caption)
    turned = 90 if max(map(len, names)) > 2 else 0
    for axes, (title, values) in zip(every, panels.items(), strict=True):
        scale = torch.cat([one.flatten() for one in panels.values()]) if one_scale else values
        low, high = float(scale.min()), float(scale.max())
        image = axes.imshow(values.numpy(), cmap="viridis", vmin=low, vmax=high)
        for (i, j), value in np.ndenumerate(values.numpy() if numbers else np.empty((0, 0))):
            colour = "black" if value > (low + high) / 2 else "white"
            axes.text(j, i, f"{value:.2f}", ha="center", va="center", fontsize=SMALL, color=colour)
        axes.set_xticks(range(count), names, fontsize=SMALL, rotation=turned)
        axes.set_yticks(range(count), names, fontsize=SMALL)
        axes.tick_params(length=0)
        axes.set_title(title, fontsize=LARGE)
        if split is not None:
            axes.axhline(split - 0.5, color="white", linewidth=2.5)
            axes.axvline(split - 0.5, color="white", linewidth=2.5)
        if not one_scale:
            figure.colorbar(image, ax=axes, fraction=0.046, pad=0.02)
    if one_scale:
        figure.colorbar(image, ax=every, fraction=0.046, pad=0.02)
    return figure
