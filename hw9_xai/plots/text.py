"""Figures of topic II: heads, predictions and hidden states."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from torch import Tensor

from hw9_xai.plots.figure import AGAINST, FOR, LARGE, PALE, SIGNED, SMALL, bare, diagrams, legend, sheet
from hw9_xai.plots.numbers import signed_bars

if TYPE_CHECKING:  # loading these would load transformers, which takes seconds
    from hw9_xai.bert.attention import Attention
    from hw9_xai.bert.coreference import Coreference
    from hw9_xai.bert.corpus import CorpusSearch
    from hw9_xai.bert.heads import HeadFunctions
    from hw9_xai.bert.hidden import HiddenStates
    from hw9_xai.bert.prediction import MaskedPlace
    from hw9_xai.bert.projection import Projection

HEADS = {  # colour and sign of each function of a head
    "next": ("#0b63a5", ">"), "previous": ("#7a3a9e", "<"), "self": ("#00694a", "="), "special": ("#a14300", "*"),
    "period": ("#a3195b", "."), "mixed": ("#e9ecf1", ""),
}  # fmt: skip
KINDS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")  # Okabe and Ito's, for any eyes


def heads(functions: HeadFunctions) -> Figure:
    """What each head does: layers run down, heads across, both counted from 1.

    >>> plots.heads(head_functions(attention(load_bert("kit-en"), "The nurse smiled.")))
    <Drawing size ... with 1 Axes>
    """
    labels, names = functions.label, list(HEADS)
    numbers = np.array([[names.index(label) for label in row] for row in labels])
    figure, (axes,) = sheet(1, 1, (0.46 * len(labels[0]), 0.4 * len(labels)), (0.8, 1.3))
    axes.imshow(numbers, cmap=ListedColormap([colour for colour, _ in HEADS.values()]), vmin=0, vmax=len(names) - 1)
    for (layer, head), number in np.ndenumerate(numbers):
        axes.text(head, layer, HEADS[names[number]][1], color="white", ha="center", va="center", weight="bold")
    _number_heads(axes, (len(labels), len(labels[0])))
    handles = [Patch(facecolor=colour, label=f"{sign} {name}".strip()) for name, (colour, sign) in HEADS.items()]
    legend(figure, 3, handles)
    verdict = f"{functions.sentences} sentence{'s' * (functions.sentences > 1)}{', weak' * functions.weak}"
    figure.suptitle(f"functions of the heads ({verdict})", fontsize=LARGE)
    return figure


def head_lifts(functions: HeadFunctions, *, caption: str = "") -> Figure:
    """A panel for each function: orange heads do it more than a head that attends evenly, purple ones less. The best
    is framed.

    >>> plots.head_lifts(head_functions(attention(load_bert("kit-en"), "The nurse smiled.")))
    <Drawing size ... Axes>
    """
    lifts = {name: lift.numpy() for name, lift in functions.lift.items() if lift is not None}  # (L,H) each
    layers, heads = functions.entropy.shape
    figure, every = sheet(len(lifts), 3, (0.26 * heads, 0.22 * layers + 0.65), (1.2, 0.3), caption)
    for axes, (name, lift) in zip(every, lifts.items(), strict=True):
        image = axes.imshow(lift, cmap=SIGNED, norm=LogNorm(1 / 8, 8, clip=True))
        layer, head = _framed_best(axes, lift)
        axes.set_title(f"{name}\nlayer {layer + 1} head {head + 1}", fontsize=SMALL)
        axes.set_xticks([0, heads - 1], ["1", str(heads)], fontsize=SMALL)
        axes.set_yticks([0, layers - 1], ["1", str(layers)], fontsize=SMALL)
        bare(axes)
    every[0].set_ylabel("layer", fontsize=SMALL, labelpad=-6)
    every[0].set_xlabel("head", fontsize=SMALL, labelpad=-6)
    bar = figure.colorbar(image, ax=every, fraction=0.03, pad=0.02)
    bar.set_ticks([1 / 8, 1, 8], labels=["1/8", "1 even", "x8"], fontsize=SMALL)
    bar.minorticks_off()
    return figure


def coreference(found: Coreference, *, caption: str = "") -> Figure:
    """How often each head, asked whom a pronoun means, is right, in percent; the best is framed.

    Colours part at the better of the two baselines, chance and the nearest mention: up to it grey, beyond it green.

    >>> text, pronoun = load_pronouns()[0]
    >>> plots.coreference(coreference([attention(load_bert("kit-en"), text).by_word()], [pronoun]))
    <Drawing size ... with 2 Axes>
    """
    accuracy = found.accuracy.numpy()  # (L,H)
    baseline = max(found.chance, found.nearest)
    figure, (axes,) = sheet(1, 1, (0.6 * accuracy.shape[1], 0.42 * len(accuracy)), (1.8, 1), caption)
    colours = ListedColormap(["#eceef1", *plt.get_cmap("YlGn")(np.linspace(0.15, 0.85, 7))])
    edges = [0, *np.linspace(baseline, 1, 8)]
    image = axes.imshow(accuracy, cmap=colours, norm=BoundaryNorm(edges, colours.N))
    best = _framed_best(axes, accuracy, linewidth=2)
    for (layer, head), share in np.ndenumerate(accuracy):
        weight = "bold" if (layer, head) == best else "normal"
        colour = "white" if share > edges[-3] else "black"
        axes.text(
            head, layer, f"{100 * share:.0f}", ha="center", va="center", fontsize=SMALL, color=colour, weight=weight
        )
    _number_heads(axes, accuracy.shape)
    bar = figure.colorbar(image, ax=axes, fraction=0.05, pad=0.02, spacing="proportional")
    bar.set_ticks([0, baseline, 1], labels=["0 %", f"baseline {baseline:.0%}", "100 %"], fontsize=SMALL)
    return figure


def attention_maps(
    attention: Attention, heads: Mapping[str, tuple[int, int]], *, columns: int = 2, caption: str = ""
) -> Figure:
    """The weights of chosen heads, (layer, head) from 1: each token's row shows where it attends. The darkest cell of
    a panel is its largest weight.

    >>> plots.attention_maps(attention(load_bert("kit-en"), "The nurse smiled."), {"first": (1, 1), "last": (12, 12)})
    <Drawing size ... with 2 Axes>
    """
    count = len(attention.tokens)
    side = 0.17 * count + 0.9
    figure, every = sheet(len(heads), columns, (side, side + 0.25), (0, 0.3), caption)
    for axes, (name, (layer, head)) in zip(every, heads.items(), strict=True):
        weights = attention.weights[layer - 1, head - 1].numpy()
        axes.imshow(weights, cmap="Blues", vmin=0)
        axes.set_title(f"{name} · layer {layer} head {head}\nlargest weight {weights.max():.2f}", fontsize=SMALL)
        axes.set_xticks(range(count), attention.tokens, rotation=90, fontsize=SMALL)
        axes.set_yticks(range(count), attention.tokens, fontsize=SMALL)
        axes.tick_params(length=0, pad=1)
        axes.spines[:].set_color("#b8bec8")
    return figure


def masked_words(places: Mapping[str, MaskedPlace], *, caption: str = "") -> Figure:
    """The watched tokens of one place: with nothing hidden first, then as named. Bars carry their probability.

    >>> found = predict_masked(load_bert("kit-en"), "The nurse smiled as she was tired.", "she", watch=["she", "he"])
    >>> plots.masked_words({"she hidden": found["she"]})
    <Drawing size ... with 1 Axes>
    """
    first = next(iter(places.values()))
    rows = {"nothing hidden": [one.probability - one.change for one in first.watched]}
    rows |= {name: [one.probability for one in place.watched] for name, place in places.items()}
    tokens = [one.token for one in first.watched]
    figure, (axes,) = diagrams(1, 1, (2.2 * len(tokens), 4), (2, 0), caption)
    width = 0.84 / len(rows)
    colours = plt.get_cmap("viridis")(np.linspace(0.1, 0.85, len(rows)))
    for number, ((name, values), colour) in enumerate(zip(rows.items(), colours, strict=True)):
        at = np.arange(len(tokens)) + (number - (len(rows) - 1) / 2) * width
        hatch = ("", "//", "..", "xx")[number % 4]
        bars = axes.bar(at, values, width * 0.94, color=colour, label=name, hatch=hatch, edgecolor="white")
        axes.bar_label(bars, fmt="%.2f", fontsize=SMALL, padding=1)
    axes.set_xticks(range(len(tokens)), tokens)
    axes.set(ylim=(0, 1.12), yticks=[0, 0.5, 1], ylabel="probability")
    legend(figure, len(rows))
    return figure


def token_bars(tokens: Sequence[str], panels: Mapping[str, Tensor], *, caption: str = "") -> Figure:
    """A panel for each name, a bar for each token; one without a value (NaN) has none. Negative bars are hatched.

    >>> plots.token_bars(["The", "cat", "sleeps"], {"drop": torch.tensor([0.1, torch.nan, -0.2])})
    <Drawing size ... with 1 Axes>
    """
    numbers = {name: values.nan_to_num().tolist() for name, values in panels.items()}
    return signed_bars(tokens, numbers, (3.6, 0.26 * len(tokens)), caption, (FOR, FOR), ("white", AGAINST))


def parts_of_speech(searches: Sequence[CorpusSearch], *, most: int = 6, caption: str = "") -> Figure:
    """The parts of speech of the nearest tokens at each layer, beside their shares of the whole corpus.

    The `most` commonest have a colour and a hatching each; the rest is grey.

    >>> from hw9_xai.bert.corpus import Corpus
    >>> corpus = Corpus([(["She", "reads", "."], ["PRON", "VERB", "PUNCT"])])
    >>> plots.parts_of_speech(search_corpus_by_layer(load_bert("kit-en"), "He smiled.", "He", top=2, corpus=corpus))
    <Drawing size ... with 1 Axes>
    """
    rates = [{pos: count / len(one.hits) for pos, count in one.pos_counts.items()} for one in searches]
    columns = [*rates, searches[0].base_rate]
    tags = sorted({tag for column in columns for tag in column}, key=lambda tag: -sum(c.get(tag, 0) for c in columns))
    places = [*range(len(rates)), len(rates) + 0.6]
    figure, (axes,) = diagrams(1, 1, (0.62 * len(places), 4.5), (2.4, 0), caption)
    colours = [*KINDS[: min(most, len(tags))], PALE]
    bottom = np.zeros(len(columns))
    for number, tag in enumerate([*tags[:most], "others"] if len(tags) > most else tags):
        chosen = tags[most:] if tag == "others" else [tag]
        heights = np.array([sum(column.get(one, 0) for one in chosen) for column in columns])
        axes.bar(places, heights, 0.86, bottom, color=colours[min(number, most)], label=tag, edgecolor="white",
                 hatch=("", "//", "..", "xx", "\\\\", "--", "")[min(number, most)])  # fmt: skip
        bottom += heights
    axes.set(xlabel="layer", ylabel=f"share of the {len(searches[0].hits)} nearest", ylim=(0, 1))
    axes.set_xticks(places, [*(str(one.layer) for one in searches), "corpus"])
    legend(figure, 1, axes.get_legend_handles_labels()[0][::-1], "right upper")
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
    <Drawing size ... with 3 Axes>
    """
    chosen = range(1, len(projection.points)) if chosen is None else chosen
    figure, every = sheet(len(chosen), columns, (3.9, 3.7), (0, 0.5), caption)
    answer, segments = set(hidden.answer), hidden.segments
    groups: dict[str, tuple[list[int], dict[str, Any]]] = {
        "question": ([i for i, s in enumerate(segments) if s == 0], {"color": "#b3261e", "marker": "o", "s": 26}),
        "context": ([i for i, s in enumerate(segments) if s == 1 and i not in answer],
                    {"color": "#2e8b57", "marker": "x", "s": 26, "linewidths": 1.2}),
        "answer": (sorted(answer), {"color": "#1450c8", "marker": "D", "s": 60, "zorder": 3}),
    }  # fmt: skip
    for axes, layer in zip(every, chosen, strict=True):
        for name, (members, style) in groups.items():
            axes.scatter(*projection.points[layer, members].T.numpy(), label=name, **style)
        axes.margins(0.2)
        colours = {i: groups["question" if segments[i] == 0 else "answer" if i in answer else "context"][1]["color"]
                   for i in named}  # fmt: skip
        _name(axes, {i: projection.points[layer, i].tolist() for i in named}, hidden.tokens, colours)
        axes.set(xticks=[], yticks=[])
        axes.set_title(f"layer {layer} · {projection.explained[layer].sum():.0%} of the variance", fontsize=SMALL)
    legend(figure, 3)
    return figure


def _name(axes: Axes, points: Mapping[int, Sequence[float]], tokens: Sequence[str], colours: Mapping[int, str]) -> None:
    """Tokens beside their points; where another is written already a little further away, with a line to the point."""
    across, up = (np.ptp(axes.dataLim.intervalx) or 1, np.ptp(axes.dataLim.intervaly) or 1)
    taken: list[tuple[float, float, float]] = []  # points of the page: left, base, width
    for i, (x, y) in points.items():
        at, wide = (x / across * 190, y / up * 170), 6.5 * len(tokens[i])  # 190 and 170 points: the panel's room
        for dx, dy in PLACES:
            left, base = at[0] + dx - (wide if dx < 0 else 0), at[1] + dy
            if all(left + wide < other or other + w < left or abs(base - height) > 11 for other, height, w in taken):
                break
        taken.append((left, base, wide))
        line = {"arrowstyle": "-", "color": colours[i], "linewidth": 0.6} if abs(dy) > 12 else None
        axes.annotate(tokens[i], (x, y), (dx, dy), textcoords="offset points", ha="right" if dx < 0 else "left",
                      color=colours[i], fontsize=SMALL, zorder=4, arrowprops=line)  # fmt: skip


PLACES = [(side, height) for height in (3, -9, 16, -22, 29, -35, 42, -48, 55) for side in (5, -5)]


def _framed_best(axes: Axes, values: np.ndarray, linewidth: float = 1) -> tuple[int, int]:
    """Layer and head of the largest value, from 0."""
    layer, head = divmod(int(values.argmax()), values.shape[1])
    corner = (head - 0.5, layer - 0.5)
    axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor="black", linewidth=linewidth, clip_on=False))
    return layer, head


def _number_heads(axes: Axes, shape: tuple[int, int]) -> None:
    """Layers down and heads across, counted from 1, in separate cells."""
    layers, heads = shape
    axes.set(xlabel="head", ylabel="layer", xticks=range(heads), yticks=range(layers))
    axes.set(xticklabels=range(1, heads + 1), yticklabels=range(1, layers + 1))
    axes.tick_params(labelsize=SMALL)
    bare(axes)
    axes.set_xticks(np.arange(-0.5, heads), minor=True)
    axes.set_yticks(np.arange(-0.5, layers), minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="minor", length=0)
