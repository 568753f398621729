"""Q14 to Q17: what single filters answer to."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate, max_pool2d

from data.make.key.claims import Measured, lead, least, ranked
from data.make.key.exhibits import Exhibits, once
from data.make.key.measures.maps import correlation
from hw9_xai.cnn.filters import filter_activation
from hw9_xai.cnn.parts import part_means
from hw9_xai.cnn.visualization import filter_visualization
from hw9_xai.quiz.bank import Question

EARLY, MIDDLE, LATE = 6, 15, 23  # cnnid
OTHER_PARTS = ("shadow", "strawberries", "background")  # options B to D of Q14


@once
def activations(exhibits: Exhibits, seed: int, cnnid: int) -> Tensor:  # (N,H,W) of filter 0, enlarged to the pictures
    maps = filter_activation(exhibits.model, exhibits.images(seed), cnnid, 0)
    return interpolate(maps[:, None], exhibits.pictures.images.shape[-2:], mode="bilinear")[:, 0]


def q14(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How far the filter's answer on each part, and on the outline of the jug, lies from what most places get, on
    average: a filter may answer by less as well as by more."""
    jug = exhibits.part(2, "jug").float()[None]
    outline = (max_pool2d(jug, 5, 1, 2) + max_pool2d(-jug, 5, 1, 2))[0] > 0  # within two pixels of its edge
    parts = {"A": outline, **{letter: exhibits.part(2, name) for letter, name in zip("BCD", OTHER_PARTS, strict=True)}}
    answers = filter_activation(exhibits.model, exhibits.images(seed)[2:3], MIDDLE, 0)[0]  # (h,w)
    means = part_means((answers - answers.median()).abs(), parts)
    second, first = ranked(means)[-2:]
    part = {letter: question.options[letter].text for letter in (first, second)}
    return Measured(
        least(means),
        {name: means[letter] for letter, name in zip("ABCD", ("outline of the jug", *OTHER_PARTS), strict=True)},
        f"The answer is nearest to the map's median on {part[first].en.lower()} ({means[first]:.3f}), then on "
        f"{part[second].en.lower()} ({means[second]:.3f}).",
    )


def q15(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """The sharpness of early and of late maps, and whether a late map lies more like the early map of its own picture
    than like another's."""
    early, late = activations(exhibits, seed, EARLY), activations(exhibits, seed, LATE)
    sharp = {cnnid: sharpness(maps) for cnnid, maps in ((EARLY, early), (LATE, late))}
    places = torch.stack([active_places(maps) for maps in (early, late)])  # (2,N,h*w)
    alike = torch.corrcoef(places.flatten(0, 1).double())[: len(early), len(early) :]  # (N,N) early against late
    same = alike.diag()
    others = alike[~torch.eye(len(alike), dtype=torch.bool)].reshape(len(alike), -1)  # (N,N-1)
    nearer = float((same[:, None] > others).double().mean())
    vaguer, roughly = lead(sharp[EARLY], sharp[LATE]), 2 * nearer - 1
    return Measured(
        {"A": -roughly, "B": vaguer, "C": roughly, "D": -vaguer},
        {
            "sharpness early": sharp[EARLY], "sharpness late": sharp[LATE], "own picture nearer": nearer,
            "correlation, own picture": float(same.mean()), "another picture": float(others.mean()),
        },
        f"Sharpness {sharp[EARLY]:.3f} at cnnid {EARLY} and {sharp[LATE]:.3f} at {LATE}; active places lie nearer "
        f"to those of the same picture in {nearer:.0%} of the comparisons (chance 50%).",
    )  # fmt: skip


def sharpness(maps: Tensor) -> float:  # (N,H,W)
    """The mean step from a pixel to the next, in standard deviations of the map."""
    down, right = maps.diff(dim=1).abs().mean((1, 2)), maps.diff(dim=2).abs().mean((1, 2))
    return float(((down + right) / 2 / maps.flatten(1).std(1)).mean())


def active_places(maps: Tensor) -> Tensor:  # (N,H,W) -> (N,32*32)
    """How far each place stands out from the rest of its map, in either direction: a filter may answer by less."""
    off = (maps - maps.flatten(1).median(1).values[:, None, None]).abs()
    return avg_pool2d(off[:, None], maps.shape[-1] // 32).flatten(1)


def q16(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """A demonstration: what goes into the two functions, and what comes out of them."""
    asked = {
        name for method in (filter_activation, filter_visualization) for name in inspect.signature(method).parameters
    }
    layer_given, class_given = "cnnid" in asked, "labels" in asked
    image = exhibits.images(seed)[2:3]
    moved = filter_activation(exhibits.model, image.roll(16, -1), EARLY, 0)
    follows = correlation(
        filter_activation(exhibits.model, image, EARLY, 0).roll(16 * moved.shape[-1] // 128, -1), moved
    )
    start = filter_visualization(exhibits.model, EARLY, 0, steps=1, size=64, seed=seed)
    climbed = filter_visualization(exhibits.model, EARLY, 0, steps=12, size=64, seed=seed)
    low, high = (float(filter_activation(exhibits.model, one, EARLY, 0).mean()) for one in (start, climbed))
    return Measured(
        {"A": -1.0 if layer_given else 1.0, "B": 1.0 if class_given else -1.0, "C": lead(high, low), "D": follows},
        {
            "layer given": layer_given,
            "class given": class_given,
            "first step": low,
            "step 12": high,
            "follows": follows,
        },
        f"Shift the picture and the activation follows (correlation {follows:.2f}); twelve steps of ascent take it "
        f"from {low:.2f} to {high:.2f}. The layer is an argument, and there is none for the class.",
    )


def q17(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """The class of the module itself."""
    cnn: Any = exhibits.model.cnn
    kind = type(cnn[21]).__name__
    return Measured(
        {letter: 1.0 if option.text.en == kind else -1.0 for letter, option in question.options.items()},
        {"modules": len(cnn)},
        f"model.cnn[21] is a {kind}, of {len(cnn)} modules.",
    )


MEASURES = {"Q14": q14, "Q15": q15, "Q16": q16, "Q17": q17}
