"""The figures of the notebooks: pictures in a row, what explains them underneath. Every function returns the Figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from torch import Tensor

from hw9_xai.cnn.lime import LimeExplanation
from hw9_xai.cnn.normalize import normalize

Draw = Callable[[Axes, int], object]
TILE = 1.7  # inches
FOR, AGAINST = "#00a651", "#d7263d"  # told apart by hatching too


def pictures(images: Tensor, *, titles: Sequence[str] | None = None, caption: str = "") -> Figure:
    """Pictures in a row, numbered as the questions number them."""
    return _rows(len(images), [("", lambda axes, i: _show(axes, images[i]))], titles, caption)


def maps(
    images: Tensor, maps: Mapping[str, Tensor], *, titles: Sequence[str] | None = None, caption: str = ""
) -> Figure:
    """Under each picture its maps, each stretched to [0, 1] on its own: (N,H,W) as brightness, (N,3,H,W) as colour."""

    def drawer(of: Tensor) -> Draw:
        stretched = normalize(of).cpu()
        return lambda axes, i: _show(axes, stretched[i], cmap="inferno")

    rows = [("picture", lambda axes, i: _show(axes, images[i]))]
    return _rows(len(images), rows + [(name, drawer(of)) for name, of in maps.items()], titles, caption)


def signed_maps(
    images: Tensor, maps: Mapping[str, Tensor], *, titles: Sequence[str] | None = None, caption: str = ""
) -> Figure:
    """Under each picture its signed maps, colours summed: orange speaks for the label, purple against it, white is 0.

    Each map's scale ends at the 99th percentile of its absolute values, and is symmetric about 0.
    """

    def drawer(of: Tensor) -> Draw:
        values = (of.sum(1) if of.ndim == 4 else of).detach().cpu().double()  # (N,H,W)
        ends = torch.quantile(values.abs().flatten(1), 0.99, dim=1).clamp(min=1e-300).tolist()
        return lambda axes, i: _show(axes, values[i], cmap="PuOr_r", vmin=-ends[i], vmax=ends[i])

    rows = [("picture", lambda axes, i: _show(axes, images[i]))]
    figure = _rows(len(images), rows + [(name, drawer(of)) for name, of in maps.items()], titles, caption)
    bar = figure.colorbar(ScalarMappable(Normalize(-1, 1), "PuOr_r"), ax=figure.axes, fraction=0.01, pad=0.01)
    bar.set_ticks([-1, 0, 1], labels=["against", "0", "for"])
    return figure


def lime(
    explanations: Sequence[LimeExplanation],
    *,
    strongest: int = 11,
    min_weight: float = 0.05,
    titles: Sequence[str] | None = None,
    caption: str = "",
) -> Figure:
    """The strongest segments of each picture: green and outlined where they speak for the label, red and hatched
    where they speak against it."""

    def draw(axes: Axes, i: int) -> None:
        explanation = explanations[i]
        _show(axes, explanation.overlay(strongest, min_weight))
        chosen = explanation.strongest(strongest, min_weight)
        signs = torch.zeros_like(explanation.weights).index_copy(0, chosen, explanation.weights[chosen].sign())
        sign = signs[explanation.segments].cpu().numpy()  # (H,W) -1, 0, 1
        if (sign > 0).any():
            axes.contour(sign > 0, [0.5], colors=FOR, linewidths=0.8)
        if (sign < 0).any():
            hatched = axes.contourf(sign < 0, [0.5, 1.5], colors="none", hatches=["////"])
            hatched.set_edgecolor(AGAINST)
            hatched.set_linewidth(0)
            axes.contour(sign < 0, [0.5], colors=AGAINST, linewidths=0.8, linestyles="dashed")
        axes.set_xlabel(f"R² {explanation.r2:.2f}", fontsize=8)

    rows = [("picture", lambda axes, i: _show(axes, explanations[i].image)), ("LIME", draw)]
    figure = _rows(len(explanations), rows, titles, caption)
    figure.legend(
        handles=[
            Patch(facecolor="white", edgecolor=FOR, label="speaks for the label"),
            Patch(facecolor="white", edgecolor=AGAINST, hatch="////", linestyle="dashed", label="speaks against it"),
        ],
        loc="outside lower right", ncols=2, frameon=False, fontsize=8,
    )  # fmt: skip
    return figure


def filters(
    images: Tensor,
    activations: Tensor,
    visualization: Tensor,
    *,
    titles: Sequence[str] | None = None,
    caption: str = "",
) -> Figure:
    """Picture, where the filter answers to it, and what the filter likes best: (N,H,W) activations; one
    visualisation (1,3,H,W), or one for each picture."""
    lit = normalize(activations).cpu()
    rows = [
        ("picture", lambda axes, i: _show(axes, images[i])),
        ("activation", lambda axes, i: _show(axes, lit[i], cmap="inferno")),
    ]
    if len(visualization) == len(images):
        rows.append(("liked best", lambda axes, i: _show(axes, visualization[i].clamp(0, 1))))
        return _rows(len(images), rows, titles, caption)
    figure = _rows(len(images), rows, titles, caption)
    figure.set_size_inches(figure.get_figwidth() + 2 * TILE, figure.get_figheight())
    axes = figure.add_axes((1 - 1.9 * TILE / figure.get_figwidth(), 0.1, 1.8 * TILE / figure.get_figwidth(), 0.75))
    figure.get_layout_engine().set(rect=(0, 0, 1 - 2 * TILE / figure.get_figwidth(), 1))
    _show(axes, visualization[0].clamp(0, 1))
    axes.set_title("liked best", fontsize=9)
    return figure


def curves(lines: Mapping[str, Sequence[float]], xlabel: str, ylabel: str, *, caption: str = "") -> Figure:
    """Named curves over 1, 2, 3, ..., told apart by line style as well as by colour."""
    figure, axes = plt.subplots(figsize=(5.5, 3), layout="constrained")
    styles = ("-", "--", ":", "-.")
    for (name, values), style in zip(lines.items(), styles * len(lines), strict=False):
        axes.add_line(Line2D(range(1, len(values) + 1), list(values), linestyle=style, label=name))
    for line, colour in zip(axes.lines, plt.get_cmap("viridis")(np.linspace(0, 0.85, len(axes.lines))), strict=True):
        line.set_color(colour)
    axes.autoscale_view()
    axes.set(xlabel=xlabel, ylabel=ylabel, title=caption)
    axes.legend(frameon=False)
    plt.close(figure)
    return figure


def _rows(count: int, rows: Sequence[tuple[str, Draw]], titles: Sequence[str] | None, caption: str) -> Figure:
    if count == 0:
        raise ValueError("images: expected at least one picture, got none")
    size = (TILE * count + 0.5, (TILE + 0.1) * len(rows) + 0.5)
    figure, grid = plt.subplots(len(rows), count, figsize=size, squeeze=False, layout="constrained")
    for (name, draw), line in zip(rows, grid, strict=True):
        for i, axes in enumerate(line):
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
            draw(axes, i)
        line[0].set_ylabel(name, fontsize=9)
    for i, axes in enumerate(grid[0]):
        axes.set_title(f"{i}" if titles is None else f"{i} · {titles[i]}", fontsize=9)
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)  # a notebook shows what a cell returns; left open, it would be shown twice
    return figure


def _show(axes: Axes, picture: Tensor, **style) -> None:  # (H,W), (1,H,W) or (3,H,W)
    array = picture.detach().float().cpu()
    if array.ndim == 3:
        array = array.permute(1, 2, 0) if len(array) == 3 else array[0]
    axes.imshow(array.numpy(), **({"cmap": "gray"} if array.ndim == 2 and not style else style))
