"""Figures of pictures: what explains them stands underneath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from torch import Tensor

from hw9_xai.cnn.lime import LimeExplanation
from hw9_xai.cnn.normalize import normalize
from hw9_xai.plots.figure import AGAINST, FOR, PALE, TILE, Draw, legend, rows, show


def pictures(images: Tensor, *, titles: Sequence[str] | None = None, caption: str = "", tile: float = TILE) -> Figure:
    """Pictures in rows of five, numbered as the questions number them where no titles are given.

    >>> plots.pictures(torch.rand(2, 3, 128, 128), titles=["bread", "egg"])
    <Figure size ... with 2 Axes>
    """
    return rows(len(images), [("", _drawn(images))], titles, caption, tile)


def maps(
    images: Tensor,
    maps: Mapping[str, Tensor],
    *,
    titles: Sequence[str] | None = None,
    caption: str = "",
    stretch: bool = True,
    tile: float = TILE,
) -> Figure:
    """Under each picture its maps: (N,H,W) as brightness, (N,3,H,W) as colour.

    Each map is stretched to [0, 1] on its own; without `stretch` it is shown as it is, 0 black and 1 bright.

    >>> plots.maps(torch.rand(2, 3, 128, 128), {"saliency": torch.rand(2, 128, 128)})
    <Figure size ... with 4 Axes>
    """

    def drawer(of: Tensor) -> Draw:
        shown = (normalize(of) if stretch else of.clamp(0, 1)).cpu()
        return lambda axes, i: show(axes, shown[i], cmap="inferno", vmin=0, vmax=1)

    return _under(images, {name: drawer(of) for name, of in maps.items()}, titles, caption, tile)


def signed_maps(
    images: Tensor,
    maps: Mapping[str, Tensor],
    *,
    titles: Sequence[str] | None = None,
    caption: str = "",
    tile: float = TILE,
) -> Figure:
    """Under each picture its signed maps, colours summed: orange speaks for the label, purple against it, white is 0.

    Each map's scale ends at the 99th percentile of its absolute values, and is symmetric about 0.

    >>> plots.signed_maps(torch.rand(2, 3, 128, 128), {"integrated gradients": torch.randn(2, 3, 128, 128)})
    <Figure size ... with 5 Axes>
    """

    def drawer(of: Tensor) -> Draw:
        values = (of.sum(1) if of.ndim == 4 else of).detach().cpu().double()  # (N,H,W)
        ends = torch.quantile(values.abs().flatten(1), 0.99, dim=1).clamp(min=1e-300).tolist()
        return lambda axes, i: show(axes, values[i], cmap="PuOr_r", vmin=-ends[i], vmax=ends[i])

    figure = _under(images, {name: drawer(of) for name, of in maps.items()}, titles, caption, tile)
    figure.set_figwidth(figure.get_figwidth() + 0.8)
    bar = figure.colorbar(ScalarMappable(Normalize(-1, 1), "PuOr_r"), ax=figure.axes, fraction=0.01, pad=0.01)
    bar.set_ticks([-1, 0, 1], labels=["against", "0", "for"])
    return figure


def lime(
    explanations: Sequence[LimeExplanation] | Mapping[str, Sequence[LimeExplanation]],
    *,
    strongest: int = 11,
    min_weight: float = 0.05,
    titles: Sequence[str] | None = None,
    caption: str = "",
) -> Figure:
    """The strongest segments of each picture: green and outlined where they speak for the label, red and hatched
    where they speak against it. Several explanations of the same pictures, by name, are one row each.

    Underneath: how much of the score's variance the linear model explains, and how many of the samples count.

    >>> plots.lime(lime(FoodCNN(width=8).eval(), torch.rand(1, 3, 128, 128), labels=3, samples=20, segments=4))
    <Figure size ... with 2 Axes>
    """
    named = explanations if isinstance(explanations, Mapping) else {"LIME": explanations}
    first = next(iter(named.values()))

    def drawer(several: Sequence[LimeExplanation]) -> Draw:
        return lambda axes, i: _segments(axes, several[i], strongest, min_weight)

    pictures = [one.image for one in first]
    figure = _under(pictures, {name: drawer(of) for name, of in named.items()}, titles, caption, below=0.12)
    handles = [
        Patch(facecolor="white", edgecolor=FOR, label="speaks for the label"),
        Patch(facecolor="white", edgecolor=AGAINST, hatch="////", linestyle="dashed", label="speaks against it"),
    ]
    legend(figure, 2 if len(first) > 2 else 1, handles, "lower right")
    return figure


def _segments(axes: Axes, explanation: LimeExplanation, strongest: int, min_weight: float) -> None:
    show(axes, explanation.overlay(strongest, min_weight))
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
    axes.set_xlabel(f"R² {explanation.r2:.2f} · {explanation.effective_samples:.0f} effective", fontsize=7.5)


def filters(
    images: Tensor,
    activations: Tensor,
    visualization: Tensor,
    *,
    titles: Sequence[str] | None = None,
    caption: str = "",
) -> Figure:
    """Picture, where the filter answers to it, and what the filter likes best: (N,H,W) activations; one
    visualisation (1,3,H,W), or one for each picture.

    >>> plots.filters(torch.rand(2, 3, 128, 128), torch.rand(2, 64, 64), torch.rand(1, 3, 128, 128))
    <Figure size ... with 5 Axes>
    """
    lit = normalize(activations).cpu()
    under: dict[str, Draw] = {"activation": lambda axes, i: show(axes, lit[i], cmap="inferno")}
    if len(visualization) == len(images):
        under["liked best"] = lambda axes, i: show(axes, visualization[i].clamp(0, 1))
        return _under(images, under, titles, caption)
    figure = _under(images, under, titles, caption)
    width = figure.get_figwidth() + 2 * TILE
    figure.set_figwidth(width)
    axes = figure.add_axes((1 - 1.9 * TILE / width, 0.1, 1.8 * TILE / width, 0.75))
    figure.set_layout_engine("constrained", rect=(0, 0, 1 - 2 * TILE / width, 1))
    show(axes, visualization[0].clamp(0, 1))
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.set_title("liked best", fontsize=9)
    return figure


def top_classes(images: Tensor, probabilities: Tensor, labels: Tensor, classes: Sequence[str], top: int = 3) -> Figure:
    """Under each picture the `top` classes the model thinks most likely; the label's bar is green and starred.

    >>> probabilities, labels = torch.tensor([[0.7, 0.2, 0.1]]), torch.tensor([0])
    >>> plots.top_classes(torch.rand(1, 3, 128, 128), probabilities, labels, ["Bread", "Egg", "Soup"])
    <Figure size ... with 2 Axes>
    """

    def bars(axes: Axes, i: int) -> None:
        likely = probabilities[i].argsort(descending=True)[:top].tolist()
        label = int(labels[i])
        for place, number in enumerate(likely):
            p = float(probabilities[i, number])
            axes.barh(place, p, 0.9, color=FOR if number == label else PALE)
            axes.text(0.03, place, f"{'★ ' * (number == label)}{classes[number]} {p:.0%}", va="center", fontsize=7.5)
        axes.set(xlim=(0, 1), ylim=(top - 0.4, -0.6))

    titles = [f"{i} · {classes[label]}" for i, label in enumerate(labels.tolist())]
    return rows(len(images), [("", _drawn(images)), ("", bars)], titles, "", heights=(1, 0.17 * top))


def _drawn(images: Tensor | Sequence[Tensor]) -> Draw:
    return lambda axes, i: show(axes, images[i])


def _under(
    images: Tensor | Sequence[Tensor],
    drawers: Mapping[str, Draw],
    titles: Sequence[str] | None,
    caption: str,
    tile: float = TILE,
    below: float = 0.0,
) -> Figure:
    """The pictures, and under each what these draw of it."""
    return rows(len(images), [("picture", _drawn(images)), *drawers.items()], titles, caption, tile, below=below)
