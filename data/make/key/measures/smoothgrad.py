"""Q10 to Q13: SmoothGrad beside the single gradient."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy

from data.make.key.claims import Measured, lead, numbers_in
from data.make.key.exhibits import GREY_LEVEL, Exhibits
from data.make.key.measures.maps import (
    Watched,
    correlation,
    most_for_its_area,
    plain_saliency_maps,
    smoothgrad_maps,
)
from hw9_xai.cnn.normalize import normalize
from hw9_xai.cnn.smoothgrad import smoothgrad
from hw9_xai.quiz.bank import Question
from hw9_xai.trust import rank_accuracy

MOVED = 0.2  # of the emphasis: less than that is still the same emphasis
BRIGHTEST = 0.1  # of a map's pixels are where its emphasis is
VISIBLE_BRIGHTNESS = 0.1  # of white: darker is black on most screens


def q10(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """A demonstration: what the network is fed, and what of it is averaged."""
    watched, images, labels = Watched(exhibits.plain), exhibits.images(seed)[:3], exhibits.labels[:3]
    explained = smoothgrad(watched, images[2:], labels[2:], samples=8, seed=seed)[0]  # (3,H,W)
    fed = torch.cat(watched.fed)  # (n,3,H,W)
    nearest = torch.cdist(fed.flatten(1), images.flatten(1)).argmin(1)
    same = float((nearest == 2).float().mean())
    noise = float((fed - images[2]).std())
    own = torch.stack([saliency_of_noisy(exhibits.plain, copy, labels[2:]) for copy in fed]).mean(0)
    averaged = correlation(own, explained)
    one_picture, noisy, gradients = 2 * same - 1, lead(noise, GREY_LEVEL), 2 * averaged - 1
    return Measured(
        {
            "A": min(-one_picture, -gradients), "B": min(one_picture, noisy, -gradients),
            "C": min(-one_picture, gradients), "D": min(one_picture, noisy, gradients),
        },
        {"copies fed": len(fed), "of the same picture": same, "noise": noise, "mean of their gradients": averaged},
        f"{len(fed)} copies were fed, {same:.0%} of them of the one picture, with noise of {noise:.2f}; the result "
        f"correlates by {averaged:.3f} with the mean of their gradients.",
    )  # fmt: skip


def saliency_of_noisy(model: nn.Module, picture: Tensor, label: Tensor) -> Tensor:  # (3,H,W)
    """The absolute gradient of the loss; noise has taken these pixels out of [0, 1], where `saliency` would stop."""
    with torch.enable_grad():
        picture = picture[None].clone().requires_grad_()
        return torch.autograd.grad(cross_entropy(model(picture), label), picture)[0][0].abs()


def q11(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How well each method's map tells the food from the rest: its correlation with the food's mask, and how many of
    the brightest pixels, as many as the food has, lie on food. And how far the emphasis moves between the two."""
    plain, smooth = plain_saliency_maps(exhibits, seed), smoothgrad_maps(exhibits, seed)
    food = [exhibits.food(picture) for picture in range(len(exhibits.pictures))]
    clear, hits = (
        torch.tensor([[measure(*pair) for pair in zip(maps, food, strict=True)] for maps in (plain, smooth)])
        for measure in (clearness, rank_accuracy)
    )  # (2,N) each
    saliency_fit, smooth_fit = clear.mean(1).tolist()
    more = float((hits[1] > hits[0]).double().mean())
    clearer = (smooth_fit - saliency_fit) / 2
    pictures = {letter: int(numbers_in(question.options[letter])[0]) for letter in "AD"}
    moved = {letter: emphasis_moved(exhibits, seed, picture) for letter, picture in pictures.items()}
    return Measured(
        {
            "A": lead(MOVED, moved["A"]), "B": min(-clearer, 1 - 2 * more), "C": min(clearer, 2 * more - 1),
            "D": lead(moved["D"], MOVED),
        },
        {"saliency and food": saliency_fit, "SmoothGrad and food": smooth_fit, "more on food": more}
        | {f"emphasis moved, picture {pictures[letter]}": share for letter, share in moved.items()},
        f"SmoothGrad correlates with the food by {smooth_fit:.2f}, saliency by {saliency_fit:.2f}, and has more of its "
        f"brightest pixels on food in {more:.0%} of the pictures; of the emphasis {moved['A']:.0%} moves to other "
        f"parts in picture {pictures['A']}, {moved['D']:.0%} in {pictures['D']}.",
    )  # fmt: skip


def clearness(values: Tensor, food: Tensor) -> float:
    return correlation(values, food.float())


def emphasis_moved(exhibits: Exhibits, seed: int, picture: int) -> float:
    """The share of the brightest places that lie on one part in the saliency map and on another in SmoothGrad."""
    masks = exhibits.pictures.masks[picture]
    shares = []
    for maps in (plain_saliency_maps(exhibits, seed), smoothgrad_maps(exhibits, seed)):
        smooth = avg_pool2d(maps[picture][None], 9, 1, 4, count_include_pad=False)[0]
        brightest = smooth >= smooth.flatten().quantile(1 - BRIGHTEST)
        shares.append({name: float((brightest & mask).sum() / brightest.sum()) for name, mask in masks.items()})
    return 1 - sum(min(share[name] for share in shares) for name in masks)


def q12(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How bright the spots of the raw maps are on a scale of 0 to 1, and what normalising them changes."""
    raw = smoothgrad_maps(exhibits, seed)
    stretched = normalize(raw)
    bright, dark = (raw.flatten(1).quantile(q, dim=1) for q in (0.99, 0.5))
    brightness = float(bright.median())
    same_places = sum(correlation(a, b) for a, b in zip(raw, stretched, strict=True)) / len(raw)
    outlines = float((bright - dark).mean())
    outlines_before = float(
        (stretched.flatten(1).quantile(0.99, dim=1) - stretched.flatten(1).quantile(0.5, dim=1)).mean()
    )
    unseen = lead(VISIBLE_BRIGHTNESS, brightness)
    return Measured(
        {"A": unseen, "B": -same_places, "C": -same_places, "D": lead(outlines, outlines_before), "E": -unseen},
        {"bright spots": brightness, "same places": same_places, "contrast": outlines, "normalised": outlines_before},
        f"On the scale from 0 to 1 the bright spots (99th percentile, median of ten) reach {brightness:.3f}; the "
        f"places stay (correlation {same_places:.2f}).",
    )


def q13(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """Each part's share of the SmoothGrad map over its share of the picture."""
    parts = {"A": ("plate",), "B": ("noodles",), "C": ("egg",), "D": ("sausage",)}
    return most_for_its_area(question, exhibits, 7, smoothgrad_maps(exhibits, seed)[7], parts)


MEASURES = {"Q10": q10, "Q11": q11, "Q12": q12, "Q13": q13}
