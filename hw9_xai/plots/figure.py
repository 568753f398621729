"""How every figure is laid out: panels in rows, a caption above, a legend outside, pictures with what explains them.

One language for all of them:

* **Relevance without a sign** is brightness: black is nothing, yellow-white the most. It ends at the 99th percentile
  of its own map, so that one hot pixel does not blacken the rest. Over a photo it is the photo, greyed, that lights up.
* **Relevance with a sign** is orange for the label and purple against it; 0 is white, and both ends are equally far
  away, at the 99th percentile of what there is.
* **For and against the label**, of pieces, bars and points: orange, solid, dots; purple, hatched, dashed, crosses.
  (LIME's own package paints green and red; only `LimeExplanation.overlay` does, as the course's slides did.)
* **What is counted against chance**, a map's share on a part over the part's share of the picture: blue, with a dashed
  line at 1.
* **Controls and what was not measured**: grey. **What is best**: a black frame. **Kinds** (parts of speech, functions
  of a head) have a set of distinct colours and a sign or a place each.

Nothing is told by colour alone. Letters have at least SMALL points.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from torch import Tensor

Draw = Callable[[Axes, int], object]
TILE = 3.0  # inches: at DPI, two pixels of the screen for each of a picture of 128
PER_ROW = 4  # so many pictures fill a screen of 1280; more go on below
DPI = 90  # given to every figure, so that it has the same size wherever a notebook runs
SMALL, LARGE = 10, 14  # points
FOR, AGAINST = "#d95f02", "#542788"
BLUE, GREY, PALE = "#0b63a5", "#6b7280", "#c4c8ce"
BRIGHT, SIGNED = "inferno", "PuOr_r"  # colour maps


class Drawing(Figure):
    """A notebook keeps photographs as JPEG, to the eye the same and a fifth of the PNG's size, and all else as PNG; and
    for those who do not see them, the words that are written in it."""

    photographs = False

    def draw(self, renderer: Any) -> None:
        self.take_words_as_they_are()
        super().draw(renderer)

    def take_words_as_they_are(self) -> None:
        """A file may be called $_$.png: that is no mathematics."""
        for text in self.findobj(Text):
            text.set_parse_math(False)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        kind = "jpeg" if self.photographs else "png"
        drawn, layout = BytesIO(), self.get_layout_engine()
        self.take_words_as_they_are()
        for engine in [layout, layout] if layout else []:  # it settles only the second time
            engine.execute(self)
        self.set_layout_engine("none")  # or savefig would draw all of it three times over
        quality = {"quality": 85} if self.photographs else {}
        self.savefig(drawn, format=kind, bbox_inches=self.get_tightbbox().padded(0.1), pil_kwargs=quality)
        self.set_layout_engine(layout)
        data = {f"image/{kind}": b64encode(drawn.getvalue()).decode(), "text/plain": repr(self)}
        display(data, metadata={f"image/{kind}": {"alt": self.words()}}, raw=True)

    def words(self) -> str:
        """What is written in the figure, once each: caption, titles, axes, legend."""
        written = [self.get_suptitle(), self.get_supxlabel(), self.get_supylabel()]
        for axes in filter(Axes.get_visible, self.axes):
            written += [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()]
        written += [text.get_text() for legend in self.legends for text in legend.get_texts()]
        return "; ".join(dict.fromkeys(" ".join(words.split()) for words in written if words)) or "pictures"


def sheet(
    count: int, columns: int, panel: tuple[float, float], margin: tuple[float, float], caption: str = "", **how: Any
) -> tuple[Drawing, list[Axes]]:
    """`count` panels of `panel` inches in rows of `columns`, and `margin` inches beside and below all of them; what is
    left of the last row stays empty."""
    columns = min(columns, count)
    lines = -(-count // columns)
    size = (panel[0] * columns + margin[0], panel[1] * lines + margin[1])
    how |= {"FigureClass": Drawing, "layout": "constrained", "squeeze": False}
    figure, grid = plt.subplots(lines, columns, figsize=size, dpi=DPI, **how)
    for axes in grid.flat[count:]:
        axes.remove()
    if caption:
        figure.suptitle(caption, fontsize=LARGE)
    plt.close(figure)  # a notebook shows what a cell returns; left open, it would be shown twice
    return figure, [*grid.flat[:count]]


def legend(
    figure: Figure, columns: int, handles: Sequence[Any] | None = None, where: str = "lower center", **style: Any
) -> None:
    """Outside of the panels; what it names is labelled in the first of them unless given."""
    named = list(figure.axes[0].get_legend_handles_labels()[0] if handles is None else handles)
    style |= {"loc": f"outside {where}", "ncols": columns, "frameon": False, "fontsize": SMALL}
    figure.legend(handles=named, **style)


def diagrams(*layout: Any, **how: Any) -> tuple[Figure, list[Axes]]:
    """A `sheet` whose panels are open above and to the right."""
    figure, every = sheet(*layout, **how)
    for axes in every:
        axes.spines[["top", "right"]].set_visible(False)
    return figure, every


def bare(axes: Axes) -> None:
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def empty(axes: Axes) -> None:
    """Room for a picture."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def show(axes: Axes, picture: Tensor, **style: Any) -> None:  # (H,W), (1,H,W) or (3,H,W)
    """A photo is enlarged smoothly, or it would look like a mosaic; a map shows each of its pixels."""
    array = picture.detach().float().cpu()
    if array.ndim == 3:
        array = array.permute(1, 2, 0) if len(array) == 3 else array[0]
    usual = {"interpolation": "bicubic"} if array.ndim == 3 else {"cmap": "gray"}
    axes.imshow(array.numpy(), **(style or usual))


def rows(
    count: int,
    kinds: Sequence[tuple[str, Draw]],  # what is drawn of every picture: its name, and what draws it
    titles: Sequence[str] | None,
    caption: str,
    heights: Sequence[float] | None = None,  # of the kinds, in tiles
    below: float = 0.0,  # inches for what `draw` writes under each panel
) -> Figure:
    """A row of each kind; where the pictures fill more than one band, each band has all kinds. One or two pictures
    lie down instead: their kinds stand side by side, or they would be a narrow column."""
    if count == 0:
        raise ValueError("images: expected at least one picture, got none")
    titles = [str(i) for i in range(count)] if titles is None else titles
    lie = heights is None and len(kinds) > 1 and (count == 1 or (count == 2 and len(kinds) <= PER_ROW))
    abreast = len(kinds) if lie else count
    columns = -(-abreast // -(-abreast // PER_ROW))  # as even as can be
    bands = -(-abreast // columns) * (count if lie else 1)
    lines = 1 if lie else len(kinds)  # of panels, in a band
    tile = min(1.45, PER_ROW / columns) * TILE
    heights = [1.0] * lines if heights is None else list(heights)
    written = 0.24 * (1 + max(title.count("\n") for title in titles)) + 0.15  # inches
    height = (tile * sum(heights) + written) / lines + below
    how = {"height_ratios": heights * bands}
    figure, grid = sheet(bands * lines * columns, columns, (tile, height), (0.5, 0.3 * bool(caption)), caption, **how)
    figure.photographs = True
    for place, axes in enumerate(grid):
        empty(axes)
        row, column = divmod(place, columns)
        i, k = divmod(place, len(kinds)) if lie else (row // lines * columns + column, row % lines)
        if i >= count:
            axes.remove()
            continue
        name, draw = kinds[k]
        draw(axes, i)
        above, beside = (name, titles[i] * (k == 0)) if lie else (titles[i] * (k == 0), name)
        if column == 0:
            axes.set_ylabel(beside, fontsize=LARGE)
        axes.set_title(above, fontsize=LARGE, pad=12 if row >= lines and not lie else 6)
    return figure


def note(figure: Figure, words: str) -> None:
    """How to read it, under the panels."""
    figure.supxlabel(words, fontsize=SMALL, color=GREY)
