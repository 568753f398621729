"""Small pictures without words that stand for a page, as PNG; drawings are seen on a light and on a dark ground."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import torch
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Curve
from PIL import Image, ImageOps
from torch import Tensor

from hw9_xai.plots.figure import BRIGHT

SIZE = (480, 300)
GAP = 4
COLOURS = ("#d0564b", "#3f9a63", "#3d8fd1")  # of kinds; the last one stands out
MARKS = ("o", "x", "D")
VISIBLE = 0.05  # of a token's attention


def curves(weights: Tensor) -> bytes:  # (T,T)
    """From each token to those that it attends to."""
    (figure, axes), count = _empty(), len(weights)
    axes.set(xlim=(-0.06, 1.06), ylim=(count - 0.2, -0.8))
    for i, j in (weights > VISIBLE).nonzero().tolist():
        weight = min(1.0, float(weights[i, j]))
        way = Curve([(0, i), (0.5, i), (0.5, j), (1, j)], [Curve.MOVETO, *[Curve.CURVE4] * 3])
        axes.add_patch(
            PathPatch(way, fill=False, linewidth=3 * weight, edgecolor=COLOURS[-1], alpha=0.2 + 0.8 * weight)
        )
    axes.plot([0] * count, range(count), "o", [1] * count, range(count), "o", color=COLOURS[-1], markersize=3)
    return _png(figure)


def marks(points: Tensor, kinds: Sequence[int]) -> bytes:  # (T,2)
    """Points in the plane, by their kind."""
    figure, axes = _empty()
    for kind, (colour, mark) in enumerate(zip(COLOURS, MARKS, strict=True)):
        x, y = points[[i for i, one in enumerate(kinds) if one == kind]].T
        axes.scatter(x, y, 60, color=colour, marker=mark, linewidths=2)
    axes.margins(0.1)
    return _png(figure)


def halves(picture: Tensor, relevance: Tensor) -> bytes:  # (3,H,W), (H,W) in [0, 1]
    """A picture, and what of it matters: the left half of the one, the right half of the other."""
    shown = torch.from_numpy(colormaps[BRIGHT](relevance.numpy())[..., :3])  # (H,W,3)
    middle = picture.shape[2] // 2
    shown[:, :middle] = picture.permute(1, 2, 0)[:, :middle]
    image = Image.fromarray((shown * 255).byte().numpy())
    return _small(ImageOps.fit(image, SIZE, Image.Resampling.BICUBIC))


def mosaic(pictures: Sequence[Path]) -> bytes:
    """The middle of each, five in a row."""
    tile = SIZE[0] // 5, SIZE[1] // -(-len(pictures) // 5)
    whole = Image.new("RGB", SIZE, "white")
    for number, path in enumerate(pictures):
        with Image.open(path) as picture:
            place = number % 5 * tile[0], number // 5 * tile[1]
            within = ImageOps.fit(picture.convert("RGB"), (tile[0] - GAP, tile[1] - GAP), Image.Resampling.LANCZOS)
            whole.paste(within, place)
    return _small(whole)


def _empty() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    return figure, axes


def _png(figure: Figure) -> bytes:
    drawn = BytesIO()
    figure.savefig(drawn, format="png", transparent=True)
    return drawn.getvalue()


def _small(image: Image.Image) -> bytes:
    drawn = BytesIO()
    image.quantize(128).save(drawn, format="png", optimize=True)
    return drawn.getvalue()
