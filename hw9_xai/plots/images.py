"""Figures of pictures: what explains them stands underneath, or beside one or two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from torch import Tensor

from hw9_xai.cnn.lime import LimeExplanation
from hw9_xai.plots.figure import AGAINST, BRIGHT, FOR, LARGE, PALE, SIGNED, SMALL, Draw, legend, note, rows, show


def pictures(images: Tensor, *, titles: Sequence[str] | None = None, caption: str = "") -> Figure:
    """Pictures in rows of four, numbered as the questions number them where no titles are given.

    >>> plots.pictures(torch.rand(2, 3, 128, 128), titles=["bread", "egg"])
    <Drawing size ... with 2 Axes>
    """
    return rows(len(images), [("", _drawn(images))], titles, caption)


def maps(
    images: Tensor | None,
    maps: Mapping[str, Tensor],
    *,
    titles: Sequence[str] | None = None,
    caption: str = "",
    stretch: bool = True,
    over: bool = False,
) -> Figure:
    """With each picture its maps: (N,H,W) as brightness, (N,3,H,W) as colour; `over` lays them over the greyed photo.
    Without pictures (None) the maps stand alone.

    Each map is stretched on its own, from its least value to its 99th percentile; without `stretch` it is shown as it
    is, 0 black and 1 bright.

    >>> plots.maps(torch.rand(2, 3, 128, 128), {"saliency": torch.rand(2, 128, 128)})
    <Drawing size ... with 4 Axes>
    """

    def drawer(of: Tensor) -> Draw:
        shown = (brightness(of) if stretch else of.clamp(0, 1)).cpu()
        if not over or images is None:
            return lambda axes, i: show(axes, shown[i], cmap=BRIGHT, vmin=0, vmax=1)
        alone = shown if shown.ndim == 3 else shown.mean(1)  # (N,H,W)
        return lambda axes, i: show(axes, torch.lerp(0.55 * _greyed(images[i]), _painted(alone[i], BRIGHT), alone[i]))

    drawers = {name: drawer(of) for name, of in maps.items()}
    if images is None:
        figure = rows(len(next(iter(maps.values()))), [*drawers.items()], titles, caption)
    else:
        figure = _with(images, drawers, titles, caption)
    if stretch:
        note(figure, "each map: black is the least, bright the 99th percentile")
    return figure


def signed_maps(
    images: Tensor,
    maps: Mapping[str, Tensor],
    *,
    titles: Sequence[str] | None = None,
    caption: str = "",
    over: bool = False,
    ends: tuple[str, str] = ("against", "for"),
) -> Figure:
    """With each picture its signed maps, colours summed: orange speaks for the label, purple against it, white is 0;
    `over` lays them over the greyed photo, and `ends` names what purple and orange mean where it is something else.

    Each map's scale ends at the 99th percentile of its absolute values, and is symmetric about 0.

    >>> plots.signed_maps(torch.rand(2, 3, 128, 128), {"integrated gradients": torch.randn(2, 3, 128, 128)})
    <Drawing size ... with 5 Axes>
    """

    drawers = {name: _signed(of, images if over else None) for name, of in maps.items()}
    figure = _with(images, drawers, titles, caption)
    figure.set_figwidth(figure.get_figwidth() + 1)
    bar = figure.colorbar(ScalarMappable(Normalize(-1, 1), SIGNED), ax=figure.axes, fraction=0.01, pad=0.01)
    bar.set_ticks([-1, 0, 1], labels=[ends[0], "0", ends[1]], fontsize=LARGE)
    note(figure, "each map: both ends at the 99th percentile of its absolute values")
    return figure


def brightness(map: Tensor) -> Tensor:
    """From the least value to the 99th percentile, per picture, as [0, 1]: one hot pixel must not blacken the rest."""
    flat = map.detach().flatten(1).double()
    low = flat.amin(1, keepdim=True)
    high = torch.quantile(flat, 0.99, dim=1, keepdim=True)
    return ((flat - low) / (high - low).clamp(min=1e-300)).clamp(0, 1).reshape(map.shape)


def from_median(activations: Tensor) -> Tensor:  # (N,H,W)
    """How far each place stands out from most of its map: a filter may answer by less as well as by more."""
    return activations - activations.flatten(1).median(1).values[:, None, None]


def _signed(of: Tensor, over: Tensor | None = None) -> Draw:
    values = (of.sum(1) if of.ndim == 4 else of).detach().cpu().double()  # (N,H,W)
    high = torch.quantile(values.abs().flatten(1), 0.99, dim=1)
    ends = torch.where(high > 0, high, 1.0).tolist()  # a map of nothing is white
    if over is None:
        return lambda axes, i: show(axes, values[i], cmap=SIGNED, vmin=-ends[i], vmax=ends[i])
    shown = [(one / end).clamp(-1, 1) for one, end in zip(values, ends, strict=True)]  # (H,W) each
    return lambda axes, i: show(
        axes, torch.lerp(0.3 + 0.6 * _greyed(over[i]), _painted(shown[i] / 2 + 0.5, SIGNED), shown[i].abs())
    )


def _painted(values: Tensor, colours: str) -> Tensor:  # (H,W) in [0, 1] -> (3,H,W)
    return torch.from_numpy(colormaps[colours](values.double().numpy())[..., :3]).permute(2, 0, 1)


def _greyed(picture: Tensor) -> Tensor:  # (3,H,W) -> (3,H,W)
    return picture.detach().cpu().double().mean(0, keepdim=True).expand(3, -1, -1)


def lime(
    explanations: Sequence[LimeExplanation] | Mapping[str, Sequence[LimeExplanation]],
    *,
    strongest: int = 11,
    min_weight: float = 0.05,
    titles: Sequence[str] | None = None,
    caption: str = "",
) -> Figure:
    """The strongest segments of each picture keep their colours, the rest is greyed: outlined in orange where they
    speak for the label, in dashed purple and hatched where they speak against it. Several explanations of the same
    pictures, by name, are one row each.

    Underneath: how much of the score's variance the linear model explains, and how many of the samples count.

    >>> plots.lime(lime(FoodCNN(width=8).eval(), torch.rand(1, 3, 128, 128), labels=3, samples=20, segments=4))
    <Drawing size ... with 2 Axes>
    """
    named = explanations if isinstance(explanations, Mapping) else {"LIME": explanations}
    first = next(iter(named.values()))

    def drawer(several: Sequence[LimeExplanation]) -> Draw:
        return lambda axes, i: _segments(axes, several[i], strongest, min_weight)

    pictures = [one.image for one in first]
    figure = _with(pictures, {name: drawer(of) for name, of in named.items()}, titles, caption, below=0.2)
    handles = [
        Patch(facecolor="white", edgecolor=FOR, linewidth=2, label="speaks for the label"),
        Patch(facecolor="white", edgecolor=AGAINST, hatch="////", linestyle="dashed", label="speaks against it"),
    ]
    legend(figure, 2, handles)
    return figure


def _segments(axes: Axes, explanation: LimeExplanation, strongest: int, min_weight: float) -> None:
    chosen = explanation.strongest(strongest, min_weight)
    signs = torch.zeros_like(explanation.weights).index_copy(0, chosen, explanation.weights[chosen].sign())
    sign = signs[explanation.segments].cpu()  # (H,W) -1, 0, 1
    picture = explanation.image.detach().cpu().double()
    show(axes, torch.where(sign != 0, picture, 0.35 + 0.5 * _greyed(picture)))
    if (sign > 0).any():
        axes.contour(sign > 0, [0.5], colors=FOR, linewidths=2)
    if (sign < 0).any():
        hatched = axes.contourf(sign < 0, [0.5, 1.5], colors="none", hatches=["////"])
        hatched.set_edgecolor(AGAINST)
        hatched.set_linewidth(0)
        axes.contour(sign < 0, [0.5], colors=AGAINST, linewidths=2, linestyles="dashed")
    axes.set_xlabel(f"R² {explanation.r2:.2f} · {explanation.effective_samples:.0f} effective", fontsize=SMALL)


def filters(
    images: Tensor,
    activations: Tensor,
    visualization: Tensor,
    *,
    titles: Sequence[str] | None = None,
    caption: str = "",
) -> Figure:
    """Picture, where the filter answers to it by more (orange) or less (purple) than at most places, and what it likes
    best: (N,H,W) activations; one visualisation (1,3,H,W), which stands beside the last picture, or one for each.

    >>> plots.filters(torch.rand(2, 3, 128, 128), torch.rand(2, 64, 64), torch.rand(1, 3, 128, 128))
    <Drawing size ... with 6 Axes>
    """
    liked, answers = visualization.clamp(0, 1), _signed(from_median(activations))
    under: dict[str, Draw] = {"activation": lambda axes, i: answers(axes, i) if i < len(activations) else None}
    if len(liked) == len(images):
        under["liked best"] = lambda axes, i: show(axes, liked[i])
        return _with(images, under, titles, caption)
    titles = [str(i) for i in range(len(images))] if titles is None else titles
    return _with([*images, liked[0]], under, [*titles, "liked best"], caption)


def top_classes(images: Tensor, probabilities: Tensor, labels: Tensor, classes: Sequence[str], top: int = 3) -> Figure:
    """Under each picture the `top` classes the model thinks most likely; the label's bar is blue and starred.

    >>> probabilities, labels = torch.tensor([[0.7, 0.2, 0.1]]), torch.tensor([0])
    >>> plots.top_classes(torch.rand(1, 3, 128, 128), probabilities, labels, ["Bread", "Egg", "Soup"])
    <Drawing size ... with 2 Axes>
    """

    def bars(axes: Axes, i: int) -> None:
        likely = probabilities[i].argsort(descending=True)[:top].tolist()
        label = int(labels[i])
        for place, number in enumerate(likely):
            p = float(probabilities[i, number])
            axes.barh(place, p, 0.9, color="#8fc1e8" if number == label else PALE)
            axes.text(0.03, place, f"{'★ ' * (number == label)}{classes[number]} {p:.0%}", va="center", fontsize=LARGE)
        axes.set(xlim=(0, 1), ylim=(top - 0.4, -0.6))

    titles = [f"{i} · {classes[label]}" for i, label in enumerate(labels.tolist())]
    return rows(len(images), [("", _drawn(images)), ("", bars)], titles, "", heights=(1, 0.1 * top))


def _drawn(images: Tensor | Sequence[Tensor]) -> Draw:
    return lambda axes, i: show(axes, images[i])


def _with(
    images: Tensor | Sequence[Tensor],
    drawers: Mapping[str, Draw],
    titles: Sequence[str] | None,
    caption: str,
    below: float = 0.0,
) -> Figure:
    """The pictures, and with each what these draw of it."""
    return rows(len(images), [("picture", _drawn(images)), *drawers.items()], titles, caption, below=below)
