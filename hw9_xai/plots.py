"""The figures of the notebooks: pictures in a row, what explains them underneath. Every function returns the Figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from torch import Tensor

from hw9_xai.cnn.lime import LimeExplanation
from hw9_xai.cnn.normalize import normalize

if TYPE_CHECKING:
    from hw9_xai.bert.corpus import CorpusSearch
    from hw9_xai.bert.heads import HeadFunctions
    from hw9_xai.bert.hidden import HiddenStates
    from hw9_xai.bert.projection import Projection
    from hw9_xai.bert.similarity import Comparison

Draw = Callable[[Axes, int], object]
TILE = 1.7  # inches
FOR, AGAINST = "#00a651", "#d7263d"  # told apart by hatching too
HEADS = {  # colour and sign of each function of a head
    "next": ("#0b63a5", ">"), "previous": ("#7a3a9e", "<"), "self": ("#00694a", "="), "special": ("#a14300", "*"),
    "period": ("#a3195b", "."), "mixed": ("#e9ecf1", ""),
}  # fmt: skip


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
    figure.set_figwidth(figure.get_figwidth() + 0.8)
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
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.set_title("liked best", fontsize=9)
    return figure


def curves(
    lines: Mapping[str, Sequence[float]], xlabel: str, ylabel: str, *, first: int = 1, caption: str = ""
) -> Figure:
    """Named curves over `first`, `first` + 1, ..., told apart by line style as well as by colour."""
    figure, axes = plt.subplots(figsize=(5.5, 3), layout="constrained")
    styles = ("-", "--", ":", "-.")
    for (name, values), style in zip(lines.items(), styles * len(lines), strict=False):
        axes.add_line(Line2D(range(first, first + len(values)), list(values), linestyle=style, label=name))
    for line, colour in zip(axes.lines, plt.get_cmap("viridis")(np.linspace(0, 0.85, len(axes.lines))), strict=True):
        line.set_color(colour)
    axes.autoscale_view()
    axes.set(xlabel=xlabel, ylabel=ylabel, title=caption)
    axes.legend(frameon=False)
    plt.close(figure)
    return figure


def heads(functions: HeadFunctions) -> Figure:
    """What each head does: layers run down, heads across, both counted from 1."""
    labels, names = functions.label, list(HEADS)
    numbers = np.array([[names.index(label) for label in row] for row in labels])
    figure, axes = plt.subplots(figsize=(0.32 * len(labels[0]) + 0.8, 0.32 * len(labels) + 1.3), layout="constrained")
    axes.imshow(numbers, cmap=ListedColormap([colour for colour, _ in HEADS.values()]), vmin=0, vmax=len(names) - 1)
    for (layer, head), number in np.ndenumerate(numbers):
        axes.text(head, layer, HEADS[names[number]][1], color="white", ha="center", va="center", weight="bold")
    axes.set(xlabel="head", ylabel="layer", xticks=range(len(labels[0])), yticks=range(len(labels)))
    axes.set(xticklabels=range(1, len(labels[0]) + 1), yticklabels=range(1, len(labels) + 1))
    axes.tick_params(length=0, labelsize=8)
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(-0.5, len(labels[0])), minor=True)
    axes.set_yticks(np.arange(-0.5, len(labels)), minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="minor", length=0)
    handles = [Patch(facecolor=colour, label=f"{sign} {name}".strip()) for name, (colour, sign) in HEADS.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    verdict = f"{functions.sentences} sentence{'s' * (functions.sentences > 1)}{', weak' * functions.weak}"
    figure.suptitle(f"functions of the heads ({verdict})", fontsize=9)
    plt.close(figure)
    return figure


def parts_of_speech(searches: Sequence[CorpusSearch], *, most: int = 6, caption: str = "") -> Figure:
    """The parts of speech of the nearest tokens at each layer, beside their shares of the whole corpus.

    The `most` commonest have a colour each; the rest is grey.
    """
    rates = [{pos: count / len(one.hits) for pos, count in one.pos_counts.items()} for one in searches]
    columns = [*rates, searches[0].base_rate]
    tags = sorted({tag for column in columns for tag in column}, key=lambda tag: -sum(c.get(tag, 0) for c in columns))
    places = [*range(len(rates)), len(rates) + 0.6]
    figure, axes = plt.subplots(figsize=(0.42 * len(places) + 2.2, 3.2), layout="constrained")
    colours = [*plt.get_cmap("viridis")(np.linspace(0, 0.95, min(most, len(tags)))), "#c4c8ce"]
    bottom = np.zeros(len(columns))
    for number, tag in enumerate([*tags[:most], "others"] if len(tags) > most else tags):
        chosen = tags[most:] if tag == "others" else [tag]
        heights = np.array([sum(column.get(one, 0) for one in chosen) for column in columns])
        axes.bar(places, heights, 0.86, bottom, color=colours[min(number, most)], label=tag, edgecolor="white")
        bottom += heights
    axes.set(xlabel="layer", ylabel=f"share of the {len(searches[0].hits)} nearest", ylim=(0, 1), title=caption)
    axes.set_xticks(places, [*(str(one.layer) for one in searches), "corpus"])
    axes.spines[["top", "right"]].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside right upper", frameon=False, fontsize=8)
    plt.close(figure)
    return figure


def layers(
    projection: Projection, hidden: HiddenStates, *, chosen: Sequence[int] | None = None, caption: str = ""
) -> Figure:
    """Tokens in the plane, a panel for each layer: question red dots, context green crosses, answer blue diamonds.

    `hidden` tells what each projected token is. Axes differ between the panels and have no meaning across them.
    """
    chosen = range(1, len(projection.points)) if chosen is None else chosen
    columns = min(4, len(chosen))
    rows = -(-len(chosen) // columns)
    size = (2.6 * columns, 2.4 * rows + 0.5)
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    answer, segments = set(hidden.answer), hidden.segments
    groups = {
        "question": ([i for i, s in enumerate(segments) if s == 0], {"color": "#d7263d", "marker": "o", "s": 14}),
        "context": ([i for i, s in enumerate(segments) if s == 1 and i not in answer],
                    {"color": "#2e8b57", "marker": "x", "s": 14, "linewidths": 0.9}),
        "answer": (sorted(answer), {"color": "#1450c8", "marker": "D", "s": 34, "zorder": 3}),
    }  # fmt: skip
    for axes in grid.flat[len(chosen) :]:
        axes.set_axis_off()
    for axes, layer in zip(grid.flat, chosen, strict=False):
        for name, (members, style) in groups.items():
            axes.scatter(*projection.points[layer, members].T.numpy(), label=name, **style)
        axes.set(xticks=[], yticks=[])
        axes.set_title(f"layer {layer} · {projection.explained[layer].sum():.0%} of the variance", fontsize=8)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)
    return figure


def similarities(comparison: Comparison, *, names: Sequence[str] | None = None, caption: str = "") -> Figure:
    """One layer's comparison of every sentence with every other: as it is, and against the layer's baseline."""
    count = len(comparison.values)
    names = [str(i) for i in range(1, count + 1)] if names is None else names
    figure, both = plt.subplots(1, 2, figsize=(0.84 * count + 2.4, 0.42 * count + 1.2), layout="constrained")
    titles = (comparison.metric, "minus the baseline" if comparison.metric == "cosine" else "over the baseline")
    for axes, values, title in zip(both, (comparison.values, comparison.against_baseline), titles, strict=True):
        image = axes.imshow(values.numpy(), cmap="viridis")
        middle = float(values.min() + values.max()) / 2
        for (i, j), value in np.ndenumerate(values.numpy()):
            colour = "black" if value > middle else "white"
            axes.text(j, i, f"{value:.2f}", ha="center", va="center", fontsize=6.5, color=colour)
        axes.set_xticks(range(count), names, fontsize=8)
        axes.set_yticks(range(count), names, fontsize=8)
        axes.tick_params(length=0)
        axes.set_title(title, fontsize=9)
        figure.colorbar(image, ax=axes, fraction=0.046, pad=0.02)
    if caption:
        figure.suptitle(caption, fontsize=10)
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
