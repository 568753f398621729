"""The figures of the notebooks: pictures in a row, what explains them underneath. Every function returns the Figure."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, ListedColormap, LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from PIL import Image
from torch import Tensor

from hw9_xai.cnn.lime import LimeExplanation
from hw9_xai.cnn.normalize import normalize

if TYPE_CHECKING:
    from hw9_xai.bert.attention import Attention
    from hw9_xai.bert.coreference import Coreference
    from hw9_xai.bert.corpus import CorpusSearch
    from hw9_xai.bert.heads import HeadFunctions
    from hw9_xai.bert.hidden import HiddenStates
    from hw9_xai.bert.prediction import MaskedPlace
    from hw9_xai.bert.projection import Projection
    from hw9_xai.bert.similarity import Comparison
    from hw9_xai.verdict import TrustTable

Draw = Callable[[Axes, int], object]
TILE = 1.5  # inches: at DPI, about a pixel of the screen for each of a picture
PER_ROW = 5  # more pictures go on in a second row: ten in one row are stamps on a phone
DPI = 90  # given to every figure, so that it has the same size wherever a notebook runs
FOR, AGAINST = "#00a651", "#d7263d"  # told apart by hatching too
HEADS = {  # colour and sign of each function of a head
    "next": ("#0b63a5", ">"), "previous": ("#7a3a9e", "<"), "self": ("#00694a", "="), "special": ("#a14300", "*"),
    "period": ("#a3195b", "."), "mixed": ("#e9ecf1", ""),
}  # fmt: skip


class Sheet(Figure):
    """A figure of many pictures. A notebook keeps it in 256 dithered colours: as good to look at, a third in size."""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        drawn = BytesIO()
        self.draw_without_rendering()  # the layout settles only when drawn a second time
        self.savefig(drawn, bbox_inches="tight")
        picture = Image.open(drawn).convert("RGB")
        palette = picture.quantize(255, kmeans=1)
        few = picture.quantize(256, palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
        paper = Image.fromarray((np.asarray(picture) == 255).all(-1))  # the dither would make it off-white
        few.putpalette([*(palette.getpalette() or [])[: 3 * 255], 255, 255, 255])
        few.paste(255, mask=paper)
        small = BytesIO()
        few.save(small, "PNG", optimize=True)
        display({"image/png": b64encode(small.getvalue()).decode(), "text/plain": repr(self)}, raw=True)


def pictures(images: Tensor, *, titles: Sequence[str] | None = None, caption: str = "", tile: float = TILE) -> Figure:
    """Pictures in rows of five, numbered as the questions number them where no titles are given.

    >>> plots.pictures(torch.rand(2, 3, 128, 128), titles=["bread", "egg"])
    <Sheet size ... with 2 Axes>
    """
    return _rows(len(images), [("", lambda axes, i: _show(axes, images[i]))], titles, caption, tile)


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
    <Sheet size ... with 4 Axes>
    """

    def drawer(of: Tensor) -> Draw:
        shown = (normalize(of) if stretch else of.clamp(0, 1)).cpu()
        return lambda axes, i: _show(axes, shown[i], cmap="inferno", vmin=0, vmax=1)

    rows = [("picture", lambda axes, i: _show(axes, images[i]))]
    return _rows(len(images), rows + [(name, drawer(of)) for name, of in maps.items()], titles, caption, tile)


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
    <Sheet size ... with 5 Axes>
    """

    def drawer(of: Tensor) -> Draw:
        values = (of.sum(1) if of.ndim == 4 else of).detach().cpu().double()  # (N,H,W)
        ends = torch.quantile(values.abs().flatten(1), 0.99, dim=1).clamp(min=1e-300).tolist()
        return lambda axes, i: _show(axes, values[i], cmap="PuOr_r", vmin=-ends[i], vmax=ends[i])

    rows = [("picture", lambda axes, i: _show(axes, images[i]))]
    figure = _rows(len(images), rows + [(name, drawer(of)) for name, of in maps.items()], titles, caption, tile)
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

    >>> plots.lime(lime(FoodCNN(width=8).eval(), torch.rand(1, 3, 128, 128), labels=3, samples=20, segments=4))
    <Sheet size ... with 2 Axes>
    """
    named = explanations if isinstance(explanations, Mapping) else {"LIME": explanations}
    first = next(iter(named.values()))

    def drawer(several: Sequence[LimeExplanation]) -> Draw:
        return lambda axes, i: _segments(axes, several[i], strongest, min_weight)

    rows: list[tuple[str, Draw]] = [("picture", lambda axes, i: _show(axes, first[i].image))]
    rows += [(name, drawer(several)) for name, several in named.items()]
    figure = _rows(len(first), rows, titles, caption, below=0.12)
    figure.legend(
        handles=[
            Patch(facecolor="white", edgecolor=FOR, label="speaks for the label"),
            Patch(facecolor="white", edgecolor=AGAINST, hatch="////", linestyle="dashed", label="speaks against it"),
        ],
        loc="outside lower right", ncols=2 if len(first) > 2 else 1, frameon=False, fontsize=8,
    )  # fmt: skip
    return figure


def _segments(axes: Axes, explanation: LimeExplanation, strongest: int, min_weight: float) -> None:
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
    <Sheet size ... with 5 Axes>
    """
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
    figure.set_layout_engine("constrained", rect=(0, 0, 1 - 2 * TILE / figure.get_figwidth(), 1))
    _show(axes, visualization[0].clamp(0, 1))
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.set_title("liked best", fontsize=9)
    return figure


def top_classes(images: Tensor, probabilities: Tensor, labels: Tensor, classes: Sequence[str], top: int = 3) -> Figure:
    """Under each picture the `top` classes the model thinks most likely; the label's bar is green and starred.

    >>> probabilities, labels = torch.tensor([[0.7, 0.2, 0.1]]), torch.tensor([0])
    >>> plots.top_classes(torch.rand(1, 3, 128, 128), probabilities, labels, ["Bread", "Egg", "Soup"])
    <Sheet size ... with 2 Axes>
    """

    def bars(axes: Axes, i: int) -> None:
        likely = probabilities[i].argsort(descending=True)[:top].tolist()
        label = int(labels[i])
        for place, number in enumerate(likely):
            p = float(probabilities[i, number])
            axes.barh(place, p, 0.9, color=FOR if number == label else "#c4c8ce")
            axes.text(0.03, place, f"{'★ ' * (number == label)}{classes[number]} {p:.0%}", va="center", fontsize=7.5)
        axes.set(xlim=(0, 1), ylim=(top - 0.4, -0.6))

    titles = [f"{i} · {classes[label]}" for i, label in enumerate(labels.tolist())]
    rows = [("", lambda axes, i: _show(axes, images[i])), ("", bars)]
    return _rows(len(images), rows, titles, "", heights=(1, 0.17 * top))


def confusion(matrix: Tensor, classes: Sequence[str], *, caption: str = "") -> Figure:
    """Truth runs down, answers across: how many pictures of each class got each answer, and how many the right one.

    >>> plots.confusion(torch.tensor([[8, 2], [1, 9]]), ["Bread", "Egg"])
    <Figure size ... with 2 Axes>
    """
    share = (matrix / matrix.sum(1, keepdim=True)).numpy()
    figure, (grid, bars) = plt.subplots(
        1, 2, figsize=(8.5, 5), dpi=DPI, width_ratios=(3, 1), sharey=True, layout="constrained"
    )
    grid.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(matrix.numpy()):
        if count:
            colour = "white" if share[row, column] > 0.5 else "black"
            grid.text(column, row, count, ha="center", va="center", fontsize=8, color=colour)
    grid.set_xticks(range(len(classes)), classes, rotation=45, ha="right", fontsize=8)
    grid.set_yticks(range(len(classes)), classes, fontsize=8)
    grid.set(xlabel="the model's answer", ylabel="truth")
    right = share.diagonal()
    bars.barh(range(len(classes)), right, color="#0b63a5")
    for row, value in enumerate(right):
        inside = value > 0.5
        bars.text(value + (-0.03 if inside else 0.03), row, f"{value:.0%}", va="center", fontsize=8,
                  ha="right" if inside else "left", color="white" if inside else "black")  # fmt: skip
    bars.set(xlim=(0, 1), xticks=[], xlabel="right")
    for axes in (grid, bars):
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)
    return figure


def parts(values: Mapping[str, Mapping[str, float]], *, caption: str = "") -> Figure:
    """Numbers by part, one panel for each name: what is above zero is green, what is below is red and hatched.

    The first panel sets the order of the parts.

    >>> plots.parts({"saliency": {"egg": 2.3, "plate": 0.4}, "LIME": {"egg": 1.5, "plate": -0.2}})
    <Figure size ... with 2 Axes>
    """
    names = list(dict.fromkeys(part for of in values.values() for part in of))
    size = (1 + 2.4 * len(values), 0.9 + 0.28 * len(names))
    figure, panels = plt.subplots(
        1, len(values), figsize=size, dpi=DPI, sharey=True, squeeze=False, layout="constrained"
    )
    for axes, (title, of) in zip(panels[0], values.items(), strict=True):
        for row, part in enumerate(names):
            value = of.get(part)
            if value is None:
                axes.text(0, row, " not measured", va="center", fontsize=8, color="#6b7280")
            elif value >= 0:
                axes.barh(row, value, 0.7, color=FOR)
            else:
                axes.barh(row, value, 0.7, facecolor="white", edgecolor=AGAINST, hatch="////")
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_title(title, fontsize=9)
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0, 0].set_yticks(range(len(names)), names)
    panels[0, 0].invert_yaxis()
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)
    return figure


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
    figure, axes = plt.subplots(figsize=(5.5, 3), dpi=DPI, layout="constrained")
    styles: tuple[Literal["-", "--", ":", "-."], ...] = ("-", "--", ":", "-.")
    for (name, values), style in zip(lines.items(), styles * len(lines), strict=False):
        places = range(first, first + len(values)) if x is None else list(x)
        axes.add_line(Line2D(places, list(values), linestyle=style, linewidth=1.8, label=name))
    for line, colour in zip(axes.lines, plt.get_cmap("viridis")(np.linspace(0, 0.75, len(axes.lines))), strict=True):
        line.set_color(colour)
    axes.set(xlabel=xlabel, ylabel=ylabel, xscale=scale, yscale=scale)
    axes.set_title(caption, fontsize=10)
    axes.autoscale_view()
    if x is None:
        axes.locator_params(axis="x", integer=True)
    elif scale == "log":
        axes.set_xticks(list(x), [f"{place:g}" for place in x])
        axes.minorticks_off()
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=min(4, len(lines)), frameon=False, fontsize=8, handlelength=3)
    plt.close(figure)
    return figure


def effects(said: Mapping[str, Sequence[float]], truth: Sequence[float], *, caption: str = "") -> Figure:
    """What each method says of a part over what the part truly adds to the score: green dots where it truly speaks for
    the label, red crosses where it speaks against it. One panel for each method, on a scale of its own.

    >>> plots.effects({"saliency": [0.9, 0.2], "LIME": [1.5, -0.2]}, truth=[3.1, -0.5])
    <Figure size ... with 2 Axes>
    """
    change = np.asarray(truth)
    figure, panels = _panels(len(said), 2, (3.4, 2.5))
    for axes, (name, values) in zip(panels, said.items(), strict=False):
        for chosen, colour, marker in ((change > 0, FOR, "o"), (change <= 0, AGAINST, "x")):
            axes.scatter(change[chosen], np.asarray(values)[chosen], s=22, color=colour, marker=marker, alpha=0.8)
        for line in (axes.axvline, axes.axhline):
            line(0, color="#9aa1ab", linewidth=0.8, zorder=0)
        axes.set_title(name, fontsize=9)
    figure.supxlabel("true change of the score", fontsize=9)
    figure.supylabel("sum of the map on the part", fontsize=9)
    if caption:
        figure.suptitle(caption, fontsize=10)
    return figure


def trust(table: TrustTable, *, caption: str = "") -> Figure:
    """A panel for each measure: means with intervals, full where the method clears the bar (dashed), hollow where not;
    controls are grey squares.

    >>> plots.trust(trust_table({"hits": {"good": [1.0, 0.9], "random": [0.5, 0.1]}, "leads": {"random": [0.2, 0.3]}}))
    <Figure size ... with 2 Axes>
    """
    figure, panels = _panels(len(table.intervals), 2, (3.4, 0.6 + 0.2 * len(table.methods)))
    for number, (axes, (measure, by_method)) in enumerate(zip(panels, table.intervals.items(), strict=False)):
        axes.axvline(table.bars[measure], color="#6b7280", linestyle="--", linewidth=1)
        for row, method in enumerate(table.methods):
            if method not in by_method:
                axes.text(0.03, row, "not measured", transform=axes.get_yaxis_transform(), va="center", fontsize=7,
                          color="#6b7280", bbox={"facecolor": "white", "linewidth": 0, "pad": 1})  # fmt: skip
                continue
            control = method in table.controls
            colour = "#6b7280" if control else "#0b63a5"
            mean, low, high = by_method[method]
            axes.plot([low, high], [row, row], color=colour, linewidth=1.5)
            full = control or method in table.trusted(measure)
            axes.plot(mean, row, "s" if control else "o", color=colour, markerfacecolor=colour if full else "white")
        axes.set_title(measure, fontsize=9)
        axes.set_yticks(range(len(table.methods)), table.methods if number % 2 == 0 else [], fontsize=8)
        axes.set_ylim(len(table.methods) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
    handles = [
        Line2D([], [], color="#0b63a5", marker="o", label="clears the bar"),
        Line2D([], [], color="#0b63a5", marker="o", markerfacecolor="white", label="does not"),
        Line2D([], [], color="#6b7280", marker="s", label="control"),
        Line2D([], [], color="#6b7280", linestyle="--", label="bar"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    if caption:
        figure.suptitle(caption, fontsize=10)
    return figure


def heads(functions: HeadFunctions) -> Figure:
    """What each head does: layers run down, heads across, both counted from 1.

    >>> plots.heads(head_functions(attention(load_bert("kit-en"), "The nurse smiled.")))
    <Figure size ... with 1 Axes>
    """
    labels, names = functions.label, list(HEADS)
    numbers = np.array([[names.index(label) for label in row] for row in labels])
    figure, axes = plt.subplots(
        figsize=(0.32 * len(labels[0]) + 0.8, 0.32 * len(labels) + 1.3), dpi=DPI, layout="constrained"
    )
    axes.imshow(numbers, cmap=ListedColormap([colour for colour, _ in HEADS.values()]), vmin=0, vmax=len(names) - 1)
    for (layer, head), number in np.ndenumerate(numbers):
        axes.text(head, layer, HEADS[names[number]][1], color="white", ha="center", va="center", weight="bold")
    _number_heads(axes, (len(labels), len(labels[0])))
    handles = [Patch(facecolor=colour, label=f"{sign} {name}".strip()) for name, (colour, sign) in HEADS.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    verdict = f"{functions.sentences} sentence{'s' * (functions.sentences > 1)}{', weak' * functions.weak}"
    figure.suptitle(f"functions of the heads ({verdict})", fontsize=9)
    plt.close(figure)
    return figure


def head_lifts(functions: HeadFunctions, *, caption: str = "") -> Figure:
    """A panel for each function: orange heads do it more than a head that attends evenly, purple ones less. The best
    is framed.

    >>> plots.head_lifts(head_functions(attention(load_bert("kit-en"), "The nurse smiled.")))
    <Figure size ... Axes>
    """
    lifts = {name: lift.numpy() for name, lift in functions.lift.items() if lift is not None}  # (L,H) each
    layers, heads = functions.entropy.shape
    columns = min(3, len(lifts))
    rows = -(-len(lifts) // columns)
    size = (0.145 * heads * columns + 1.2, (0.145 * layers + 0.55) * rows + 0.3)
    figure, grid = plt.subplots(rows, columns, figsize=size, dpi=DPI, squeeze=False, layout="constrained")
    for axes in grid.flat[len(lifts) :]:
        axes.set_axis_off()
    for axes, (name, lift) in zip(grid.flat, lifts.items(), strict=False):
        image = axes.imshow(lift, cmap="PuOr_r", norm=LogNorm(1 / 8, 8, clip=True))
        layer, head = divmod(int(lift.argmax()), heads)
        axes.add_patch(Rectangle((head - 0.5, layer - 0.5), 1, 1, fill=False, edgecolor="black", clip_on=False))
        axes.set_title(f"{name}\nlayer {layer + 1} head {head + 1}", fontsize=8)
        axes.set_xticks([0, heads - 1], [1, heads], fontsize=7)
        axes.set_yticks([0, layers - 1], [1, layers], fontsize=7)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    grid[0, 0].set_ylabel("layer", fontsize=8, labelpad=-6)
    grid[0, 0].set_xlabel("head", fontsize=8, labelpad=-6)
    bar = figure.colorbar(image, ax=grid, fraction=0.03, pad=0.02)
    bar.set_ticks([1 / 8, 1, 8], labels=["1/8", "1 even", "x8"], fontsize=7)
    bar.minorticks_off()
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)
    return figure


def coreference(found: Coreference, *, caption: str = "") -> Figure:
    """How often each head, asked whom a pronoun means, is right, in percent; the best is framed.

    Colours part at the better of the two baselines, chance and the nearest mention: up to it grey, beyond it green.

    >>> text, pronoun = load_pronouns()[0]
    >>> plots.coreference(coreference([attention(load_bert("kit-en"), text).by_word()], [pronoun]))
    <Figure size ... with 2 Axes>
    """
    accuracy = found.accuracy.numpy()  # (L,H)
    baseline = max(found.chance, found.nearest)
    figure, axes = plt.subplots(
        figsize=(0.42 * accuracy.shape[1] + 1.6, 0.34 * len(accuracy) + 1), dpi=DPI, layout="constrained"
    )
    colours = ListedColormap(["#eceef1", *plt.get_cmap("YlGn")(np.linspace(0.15, 0.85, 7))])
    edges = [0, *np.linspace(baseline, 1, 8)]
    image = axes.imshow(accuracy, cmap=colours, norm=BoundaryNorm(edges, colours.N))
    best = divmod(int(accuracy.argmax()), accuracy.shape[1])
    for (layer, head), share in np.ndenumerate(accuracy):
        weight = "bold" if (layer, head) == best else "normal"
        colour = "white" if share > edges[-3] else "black"
        axes.text(head, layer, f"{100 * share:.0f}", ha="center", va="center", fontsize=8, color=colour, weight=weight)
    _number_heads(axes, accuracy.shape)
    corner = (best[1] - 0.5, best[0] - 0.5)
    axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor="black", linewidth=2, clip_on=False))
    bar = figure.colorbar(image, ax=axes, fraction=0.05, pad=0.02, spacing="proportional")
    bar.set_ticks([0, baseline, 1], labels=["0 %", f"baseline {baseline:.0%}", "100 %"], fontsize=8)
    axes.set_title(caption, fontsize=9)
    plt.close(figure)
    return figure


def attention_maps(attention: Attention, heads: Mapping[str, tuple[int, int]], *, caption: str = "") -> Figure:
    """The weights of chosen heads, (layer, head) from 1: each token's row shows where it attends. The darkest cell of
    a panel is its largest weight.

    >>> plots.attention_maps(attention(load_bert("kit-en"), "The nurse smiled."), {"first": (1, 1), "last": (12, 12)})
    <Figure size ... with 2 Axes>
    """
    columns = min(2, len(heads))
    rows, count = -(-len(heads) // columns), len(attention.tokens)
    side = 0.125 * count + 0.75
    size = (columns * side, rows * (side + 0.25) + 0.3)
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, dpi=DPI, layout="constrained")
    for axes in grid.flat[len(heads) :]:
        axes.set_axis_off()
    for axes, (name, (layer, head)) in zip(grid.flat, heads.items(), strict=False):
        weights = attention.weights[layer - 1, head - 1].numpy()
        axes.imshow(weights, cmap="Blues", vmin=0)
        axes.set_title(f"{name} · layer {layer} head {head}\nlargest weight {weights.max():.2f}", fontsize=8)
        axes.set_xticks(range(count), attention.tokens, rotation=90, fontsize=6.5)
        axes.set_yticks(range(count), attention.tokens, fontsize=6.5)
        axes.tick_params(length=0, pad=1)
        axes.spines[:].set_color("#b8bec8")
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)
    return figure


def masked_words(places: Mapping[str, MaskedPlace], *, caption: str = "") -> Figure:
    """The watched tokens of one place: with nothing hidden first, then as named. Bars carry their probability.

    >>> found = predict_masked(load_bert("kit-en"), "The nurse smiled as she was tired.", "she", watch=["she", "he"])
    >>> plots.masked_words({"she hidden": found["she"]})
    <Figure size ... with 1 Axes>
    """
    first = next(iter(places.values()))
    rows = {"nothing hidden": [one.probability - one.change for one in first.watched]}
    rows |= {name: [one.probability for one in place.watched] for name, place in places.items()}
    tokens = [one.token for one in first.watched]
    figure, axes = plt.subplots(figsize=(1.5 * len(tokens) + 1.5, 3), dpi=DPI, layout="constrained")
    width = 0.84 / len(rows)
    colours = plt.get_cmap("viridis")(np.linspace(0.1, 0.85, len(rows)))
    for number, ((name, values), colour) in enumerate(zip(rows.items(), colours, strict=True)):
        at = np.arange(len(tokens)) + (number - (len(rows) - 1) / 2) * width
        hatch = ("", "//", "..", "xx")[number % 4]
        bars = axes.bar(at, values, width * 0.94, color=colour, label=name, hatch=hatch, edgecolor="white")
        axes.bar_label(bars, fmt="%.2f", fontsize=8, padding=1)
    axes.set_xticks(range(len(tokens)), tokens)
    axes.set(ylim=(0, 1.12), yticks=[0, 0.5, 1], ylabel="probability", title=caption)
    axes.title.set_fontsize(10)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=len(rows), frameon=False, fontsize=8)
    plt.close(figure)
    return figure


def token_bars(tokens: Sequence[str], panels: Mapping[str, Tensor], *, caption: str = "") -> Figure:
    """A panel for each name, a bar for each token; one without a value (NaN) has none. Negative bars are hatched.

    >>> plots.token_bars(["The", "cat", "sleeps"], {"drop": torch.tensor([0.1, torch.nan, -0.2])})
    <Figure size ... with 1 Axes>
    """
    size = (2.6 * len(panels) + 1, 0.2 * len(tokens) + 0.9)
    figure, row = plt.subplots(1, len(panels), figsize=size, squeeze=False, sharey=True, dpi=DPI, layout="constrained")
    for axes, (name, values) in zip(row.flat, panels.items(), strict=True):
        bars = axes.barh(range(len(tokens)), values.nan_to_num().numpy(), 0.8, color="#31688e", edgecolor="white")
        for bar, value in zip(bars, values.tolist(), strict=True):
            if value < 0:
                bar.set(hatch="////", color="#d98c5f", edgecolor="white")
        axes.margins(y=0.01)
        axes.axvline(0, color="#8a8f98", linewidth=0.8)
        axes.set_title(name, fontsize=9)
        axes.tick_params(axis="x", labelsize=7)
        axes.tick_params(axis="y", length=0, labelsize=8)
        axes.spines[["top", "right", "left"]].set_visible(False)
    row[0, 0].set_yticks(range(len(tokens)), tokens)
    row[0, 0].invert_yaxis()
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)
    return figure


def parts_of_speech(searches: Sequence[CorpusSearch], *, most: int = 6, caption: str = "") -> Figure:
    """The parts of speech of the nearest tokens at each layer, beside their shares of the whole corpus.

    The `most` commonest have a colour each; the rest is grey.

    >>> from hw9_xai.bert.corpus import Corpus
    >>> corpus = Corpus([(["She", "reads", "."], ["PRON", "VERB", "PUNCT"])])
    >>> plots.parts_of_speech(search_corpus_by_layer(load_bert("kit-en"), "He smiled.", "He", top=2, corpus=corpus))
    <Figure size ... with 1 Axes>
    """
    rates = [{pos: count / len(one.hits) for pos, count in one.pos_counts.items()} for one in searches]
    columns = [*rates, searches[0].base_rate]
    tags = sorted({tag for column in columns for tag in column}, key=lambda tag: -sum(c.get(tag, 0) for c in columns))
    places = [*range(len(rates)), len(rates) + 0.6]
    figure, axes = plt.subplots(figsize=(0.42 * len(places) + 2.2, 3.2), dpi=DPI, layout="constrained")
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
    projection: Projection,
    hidden: HiddenStates,
    *,
    chosen: Sequence[int] | None = None,
    columns: int = 3,
    named: Collection[int] = (),
    caption: str = "",
) -> Figure:
    """Tokens in the plane, a panel for each layer: question red dots, context green crosses, answer blue diamonds.

    `hidden` tells what each projected token is. `named`: positions of tokens that are written beside their points.
    Axes differ between the panels and have no meaning across them.

    >>> hidden = hidden_states(load_bert("kit-qa"), "Who smiled?", "The nurse smiled.", answer="nurse")
    >>> plots.layers(project(hidden), hidden, chosen=[1, 6, 12], named=hidden.answer)
    <Figure size ... with 3 Axes>
    """
    chosen = range(1, len(projection.points)) if chosen is None else chosen
    columns = min(columns, len(chosen))
    rows = -(-len(chosen) // columns)
    size = (2.6 * columns, 2.4 * rows + 0.5)
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, dpi=DPI, layout="constrained")
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
        for i in named:
            colour = groups["question" if segments[i] == 0 else "answer" if i in answer else "context"][1]["color"]
            style = {"color": colour, "fontsize": 7, "textcoords": "offset points", "xytext": (3, 2), "zorder": 4}
            axes.annotate(hidden.tokens[i], projection.points[layer, i].tolist(), **style)
        axes.margins(0.12)
        axes.set(xticks=[], yticks=[])
        axes.set_title(f"layer {layer} · {projection.explained[layer].sum():.0%} of the variance", fontsize=8)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)
    return figure


def similarities(comparison: Comparison, *, names: Sequence[str] | None = None, caption: str = "") -> Figure:
    """One layer's comparison of every sentence with every other: as it is, and against the layer's baseline.

    >>> sentences = ["今天買了蘋果來吃", "蘋果手機的股價跌了"]
    >>> plots.similarities(compare_embeddings(load_bert("kit-zh"), sentences, "果", layer=12))
    <Figure size ... with 4 Axes>
    """
    count = len(comparison.values)
    names = [str(i) for i in range(1, count + 1)] if names is None else names
    figure, both = plt.subplots(1, 2, figsize=(0.84 * count + 2.4, 0.42 * count + 1.2), dpi=DPI, layout="constrained")
    titles = (comparison.metric, "minus the baseline" if comparison.metric == "cosine" else "over the baseline")
    for axes, values, title in zip(both, (comparison.values, comparison.against_baseline), titles, strict=True):
        image = _matrix(axes, values, names, title, float(values.min()), float(values.max()), numbers=True)
        figure.colorbar(image, ax=axes, fraction=0.046, pad=0.02)
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)
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
    <Figure size ... with 3 Axes>
    """
    count = len(next(iter(panels.values())))
    names = [str(i) for i in range(1, count + 1)] if names is None else names
    columns = min(columns, len(panels))
    rows, side = -(-len(panels) // columns), (0.42 if numbers else 0.19) * count + 0.3
    size = (columns * side + 0.8, rows * (side + 0.2) + 0.3)
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, dpi=DPI, layout="constrained")
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    for axes, (title, values) in zip(grid.flat, panels.items(), strict=False):
        scale = torch.cat([one.flatten() for one in panels.values()]) if one_scale else values
        image = _matrix(axes, values, names, title, float(scale.min()), float(scale.max()), numbers)
        if split is not None:
            axes.axhline(split - 0.5, color="white", linewidth=2.5)
            axes.axvline(split - 0.5, color="white", linewidth=2.5)
        if not one_scale:
            figure.colorbar(image, ax=axes, fraction=0.046, pad=0.02)
    if one_scale:
        figure.colorbar(image, ax=grid, fraction=0.046, pad=0.02)
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)
    return figure


def _matrix(
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


def _number_heads(axes: Axes, shape: tuple[int, int]) -> None:
    """Layers down and heads across, counted from 1, in separate cells."""
    layers, heads = shape
    axes.set(xlabel="head", ylabel="layer", xticks=range(heads), yticks=range(layers))
    axes.set(xticklabels=range(1, heads + 1), yticklabels=range(1, layers + 1))
    axes.tick_params(length=0, labelsize=8)
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(-0.5, heads), minor=True)
    axes.set_yticks(np.arange(-0.5, layers), minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="minor", length=0)


def _panels(count: int, columns: int, size: tuple[float, float]) -> tuple[Figure, Sequence[Axes]]:
    """`count` diagrams in rows of `columns`, each of `size` inches."""
    rows = -(-count // columns)
    figure, grid = plt.subplots(
        rows, columns, figsize=(size[0] * columns, size[1] * rows + 0.5), dpi=DPI, squeeze=False, layout="constrained"
    )
    for axes in grid.flat:
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    for axes in grid.flat[count:]:
        axes.set_axis_off()
    plt.close(figure)
    return figure, [*grid.flat[:count]]


def _rows(
    count: int,
    rows: Sequence[tuple[str, Draw]],
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
    heights = [1.0] * len(rows) if heights is None else list(heights)
    lines = 1 + max((title.count("\n") for title in titles or ()), default=0)
    band = tile * sum(heights) + below * len(rows) + 0.18 * lines + 0.1  # inches
    figure, grid = plt.subplots(
        bands * len(rows), columns, figsize=(tile * columns + 0.5, band * bands + 0.3 * bool(caption)), dpi=DPI,
        squeeze=False, height_ratios=heights * bands, layout="constrained", FigureClass=Sheet,
    )  # fmt: skip
    for axes in grid.flat:
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    for i in range(bands * columns):
        band, column = divmod(i, columns)
        for (name, draw), axes in zip(rows, grid[band * len(rows) :, column], strict=False):
            if i >= count:
                axes.set_axis_off()
                continue
            draw(axes, i)
            if column == 0:
                axes.set_ylabel(name, fontsize=9)
        if i < count:
            title = f"{i}" if titles is None else titles[i]
            grid[band * len(rows), column].set_title(title, fontsize=9, pad=12 if band else 6)
    if caption:
        figure.suptitle(caption, fontsize=10)
    plt.close(figure)  # a notebook shows what a cell returns; left open, it would be shown twice
    return figure


def _show(axes: Axes, picture: Tensor, **style: Any) -> None:  # (H,W), (1,H,W) or (3,H,W)
    array = picture.detach().float().cpu()
    if array.ndim == 3:
        array = array.permute(1, 2, 0) if len(array) == 3 else array[0]
    axes.imshow(array.numpy(), **({"cmap": "gray"} if array.ndim == 2 and not style else style))
