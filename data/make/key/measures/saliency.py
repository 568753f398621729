"""Q5 to Q9: where the gradient of the loss is large."""

from __future__ import annotations

from math import log10

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, max_pool2d
from torchvision.transforms.functional import gaussian_blur

from data.make.key.claims import Measured, lead, numbers_in, ranked, winner
from data.make.key.exhibits import GREY_LEVEL, Exhibits
from data.make.key.measures.maps import correlation, limes, most_for_its_area, saliency_maps
from data.make.key.measures.solids import outlines
from hw9_xai.cnn.normalize import normalize
from hw9_xai.quiz.bank import Question
from hw9_xai.trust import rank_correlation

SOLIDS = ("pyramid", "sphere", "box", "cylinder", "tetrahedron")  # options A to E of Q8
NOTICEABLE = 0.1  # a change of contrast


def q5(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """A demonstration: what normalising each map does to the scales of the ten, and what within one of them."""
    maps = saliency_maps(exhibits, seed)
    after = normalize(maps)

    def orders(of: Tensor) -> float:  # of magnitude between the pictures' largest values
        largest = of.flatten(1).amax(1)
        return log10(float(largest.max() / largest.min()))

    def contrast(of: Tensor) -> float:  # standard deviation over mean within a picture, on average
        return float((of.flatten(1).std(1) / of.flatten(1).mean(1)).mean())

    spread, left = orders(maps), orders(after)
    sharper = contrast(after) / contrast(maps) - 1
    return Measured(
        {
            "A": lead(left, spread), "B": lead(left, spread), "C": lead(max(sharper, 0.0), NOTICEABLE),
            "D": lead(spread, left), "E": lead(max(-sharper, 0.0), NOTICEABLE),
        },
        {"orders before": spread, "orders after": left, "change of contrast": sharper},
        f"The ten maxima span {spread:.1f} orders of magnitude before and {left:.1f} after; the contrast within a "
        f"picture changes by {sharper:+.1%}.",
    )  # fmt: skip


def q6(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """Each part's share of the saliency map over its share of the picture."""
    parts = {"A": ("salmon",), "B": ("table",), "C": ("chopsticks",), "D": ("plate",)}
    return most_for_its_area(question, exhibits, 8, saliency_maps(exhibits, seed)[8], parts)


def q7(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """A demonstration: change single pixels a little, and see whether the loss moves as the map says."""
    image, label, values = exhibits.images(seed)[2], exhibits.labels[2:3], saliency_maps(exhibits, seed)[2]
    step = GREY_LEVEL / 2
    order = values.flatten().argsort()
    chosen = order[torch.linspace(0, len(order) - 1, 12).long()]  # from the smallest to the largest
    moved = image.repeat(len(chosen), 3, 2, 1, 1, 1)  # (pixels,channels,up or down,3,H,W)
    for row, pixel in enumerate(chosen.tolist()):
        y, x = divmod(pixel, image.shape[-1])
        for channel in range(3):
            moved[row, channel, 0, channel, y, x] += step
            moved[row, channel, 1, channel, y, x] -= step
    with torch.no_grad():
        logits = torch.cat([exhibits.model(batch) for batch in moved.flatten(0, 2).split(12)]).double()
    losses = cross_entropy(logits, label.expand(len(logits)), reduction="none").reshape(moved.shape[:3])
    slopes = ((losses[..., 0] - losses[..., 1]) / (2 * step)).abs().amax(1)  # (pixels,)
    agreement = correlation(slopes, values.flatten()[chosen])
    parameters = sum(parameter.numel() for parameter in exhibits.model.parameters())
    return Measured(
        {"A": agreement},
        {"correlation": agreement, "pixels": values.numel(), "parameters": parameters},
        f"Moving {len(chosen)} single pixels changes the loss as the map says (correlation {agreement:.2f}); the "
        f"map has a value for each of {values.numel()} pixels, not for each of {parameters} parameters.",
    )


def q8(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How well the map follows the outline of a solid: of the block whose mask is known, and of others in its place."""
    values, elsewhere = saliency_maps(exhibits, seed)[1], ~exhibits.part(1, "slices")  # they lean on the block
    shapes = outlines(exhibits.part(1, "butter"))
    fits = {
        letter: correlation(values[elsewhere], outline(shapes[name])[elsewhere])
        for letter, name in zip("ABCDE", SOLIDS, strict=True)
    }
    first, second = ranked(fits)[:2]
    solid = {letter: question.options[letter].text for letter in (first, second)}
    return Measured(
        winner({letter: fit * abs(fit) for letter, fit in fits.items()}),  # the share of the map's variance
        dict(zip(SOLIDS, fits.values(), strict=True)),
        f"Of five solids in the block's place the map follows best the outline of: {solid[first].en.lower()} "
        f"(correlation {fits[first]:.3f}); next: {solid[second].en.lower()} ({fits[second]:.3f}).",
    )


def outline(shape: Tensor) -> Tensor:  # (H,W) bool -> (H,W) float
    """The line around it, as unsharp as a map of a network is."""
    filled = shape.float()[None]
    line = max_pool2d(filled, 3, 1, 1) + max_pool2d(-filled, 3, 1, 1) > 0  # within a pixel of the edge
    return gaussian_blur(line.float(), 13, 1.5)[0]


def q9(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """The rank correlation of LIME's positive weights with the saliency of the same segments, picture by picture."""
    pictures = {letter: int(numbers_in(option)[0]) for letter, option in question.options.items()}
    agreement = {letter: agreement_of_lime(exhibits, seed, picture) for letter, picture in pictures.items()}
    second, first = ranked(agreement)[-2:]
    return Measured(
        {
            letter: (min(r for rival, r in agreement.items() if rival != letter) - agreement[letter]) / 2
            for letter in agreement
        },
        {f"picture {pictures[letter]}": r for letter, r in agreement.items()},
        f"Rank correlation of LIME's positive weights with the segments' mean saliency: lowest in picture "
        f"{pictures[first]} ({agreement[first]:.2f}), then in {pictures[second]} ({agreement[second]:.2f}).",
    )


def agreement_of_lime(exhibits: Exhibits, seed: int, picture: int) -> float:
    """Do LIME's positive segments and the saliency of the same segments rank the pixels alike?"""
    explanation, values = limes(exhibits, seed)[picture], saliency_maps(exhibits, seed)[picture]
    pieces = explanation.segments.flatten()
    sums = values.new_zeros(len(explanation.weights)).index_add(0, pieces, values.flatten())
    by_piece = (sums / pieces.bincount())[explanation.segments]  # (H,W)
    return float(rank_correlation(explanation.heatmap().clamp(min=0)[None], by_piece[None]))


MEASURES = {"Q5": q5, "Q6": q6, "Q7": q7, "Q8": q8, "Q9": q9}
