"""Q10 to Q13: SmoothGrad beside the single gradient."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy

from hw9_xai.cnn.normalize import normalize
from hw9_xai.cnn.parts import concentration
from hw9_xai.cnn.smoothgrad import smoothgrad
from hw9_xai.quiz.bank import Question, Text
from hw9_xai.quiz.measures.maps import Watched, correlation, most_for_its_area, saliency_maps, smoothgrad_maps
from hw9_xai.quiz.measuring import GREY_LEVEL, Assets, Measured, lead, numbers_in

MOVED = 0.2  # of the emphasis: less than that is still the same emphasis
BRIGHTEST = 0.1  # of a map's pixels are where its emphasis is
VISIBLE_BRIGHTNESS = 0.1  # of white: darker is black on most screens


def q10(question: Question, assets: Assets, seed: int) -> Measured:
    """A demonstration: what the network is fed, and what of it is averaged."""
    watched, images, labels = Watched(assets.model), assets.images(seed)[:3], assets.labels[:3]
    explained = smoothgrad(watched, images[2:], labels[2:], samples=8, seed=seed)[0]  # (3,H,W)
    fed = torch.cat(watched.fed)  # (n,3,H,W)
    nearest = torch.cdist(fed.flatten(1), images.flatten(1)).argmin(1)
    same = float((nearest == 2).float().mean())
    noise = float((fed - images[2]).std())
    own = torch.stack([saliency_of_noisy(assets.model, copy, labels[2:]) for copy in fed]).mean(0)
    averaged = correlation(own, explained)
    one_picture, noisy, gradients = 2 * same - 1, lead(noise, GREY_LEVEL), 2 * averaged - 1
    return Measured(
        {
            "A": min(-one_picture, -gradients), "B": min(one_picture, noisy, -gradients),
            "C": min(-one_picture, gradients), "D": min(one_picture, noisy, gradients),
        },
        {"copies fed": len(fed), "of the same picture": same, "noise": noise, "mean of their gradients": averaged},
        Text(
            f"{len(fed)} copies were fed, {same:.0%} of them of the one picture, with noise of {noise:.2f}; the result "
            f"correlates by {averaged:.3f} with the mean of their gradients.",
            f"餵入 {len(fed)} 份副本，其中 {same:.0%} 是同一張圖，雜訊的標準差為 {noise:.2f}；"
            f"結果與各份梯度平均的相關係數是 {averaged:.3f}。",
        ),
    )  # fmt: skip


def saliency_of_noisy(model: nn.Module, picture: Tensor, label: Tensor) -> Tensor:  # (3,H,W)
    """The absolute gradient of the loss; noise has taken these pixels out of [0, 1], where `saliency` would stop."""
    with torch.enable_grad():
        picture = picture[None].clone().requires_grad_()
        return torch.autograd.grad(cross_entropy(model(picture), label), picture)[0][0].abs()


def q11(question: Question, assets: Assets, seed: int) -> Measured:
    """Clear is a map that tells food from the rest: its correlation with the food's mask. The mass on food alone would
    praise a few bright points that happen to lie there."""
    maps = {"saliency": saliency_maps(assets, seed), "SmoothGrad": smoothgrad_maps(assets, seed)}
    food = [assets.food(picture) for picture in range(len(assets.pictures))]

    def mean_over_pictures(measure: Callable[[Tensor, Tensor], float], values: Tensor) -> float:
        return sum(measure(one, mask) for one, mask in zip(values, food, strict=True)) / len(food)

    def mass(values: Tensor, mask: Tensor) -> float:
        return concentration(values, {"food": mask})["food"]

    clear = {name: mean_over_pictures(correlation, values) for name, values in maps.items()}
    masses = {f"mass on food, {name}": mean_over_pictures(mass, values) for name, values in maps.items()}
    clearer = (clear["SmoothGrad"] - clear["saliency"]) / 2
    pictures = {letter: int(numbers_in(question.options[letter])[0]) for letter in "AD"}
    moved = {letter: emphasis_moved(assets, seed, picture) for letter, picture in pictures.items()}
    return Measured(
        {"A": lead(MOVED, moved["A"]), "B": -clearer, "C": clearer, "D": lead(moved["D"], MOVED)},
        clear | masses | {f"emphasis moved, picture {pictures[letter]}": share for letter, share in moved.items()},
        Text(
            f"Over the ten pictures SmoothGrad correlates with the food by {clear['SmoothGrad']:.2f}, saliency by "
            f"{clear['saliency']:.2f}; of the emphasis {moved['A']:.0%} moves to other parts in picture "
            f"{pictures['A']}, {moved['D']:.0%} in picture {pictures['D']}.",
            f"十張圖平均，與食物範圍的相關係數：SmoothGrad {clear['SmoothGrad']:.2f}，顯著圖 {clear['saliency']:.2f}；"
            f"強調處移到別的部分的比例：圖片 {pictures['A']} {moved['A']:.0%}，圖片 {pictures['D']} {moved['D']:.0%}。",
        ),
    )


def emphasis_moved(assets: Assets, seed: int, picture: int) -> float:
    """The share of the brightest places that lie on one part in the saliency map and on another in SmoothGrad."""
    masks = assets.pictures.masks[picture]
    shares = []
    for maps in (saliency_maps(assets, seed), smoothgrad_maps(assets, seed)):
        smooth = avg_pool2d(maps[picture][None], 9, 1, 4, count_include_pad=False)[0]
        brightest = smooth >= smooth.flatten().quantile(1 - BRIGHTEST)
        shares.append({name: float((brightest & mask).sum() / brightest.sum()) for name, mask in masks.items()})
    return 1 - sum(min(share[name] for share in shares) for name in masks)


def q12(question: Question, assets: Assets, seed: int) -> Measured:
    raw = smoothgrad_maps(assets, seed)
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
        Text(
            f"On the scale from 0 to 1 the bright spots (99th percentile, median of ten) reach {brightness:.3f}; the "
            f"places stay (correlation {same_places:.2f}).",
            f"以 0 到 1 的尺度來畫，亮點（第 99 百分位，十張的中位數）只到 {brightness:.3f}；"
            f"位置不變（相關係數 {same_places:.2f}）。",
        ),
    )


def q13(question: Question, assets: Assets, seed: int) -> Measured:
    parts = {"A": ("plate",), "B": ("noodles",), "C": ("vegetable",), "D": ("sausage",)}
    return most_for_its_area(question, assets, 7, smoothgrad_maps(assets, seed)[7], parts)


MEASURES = {"Q10": q10, "Q11": q11, "Q12": q12, "Q13": q13}
