"""Topic I, Q1 to Q20: what the classifier does with the ten pictures, measured part by part."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from math import log10

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy, interpolate, max_pool2d

from hw9_xai.cnn.agreement import rank_correlation
from hw9_xai.cnn.filters import filter_activation
from hw9_xai.cnn.integrated_gradients import generate_images_on_linear_path, integrated_gradients
from hw9_xai.cnn.lime import LimeExplanation, lime
from hw9_xai.cnn.normalize import normalize
from hw9_xai.cnn.parts import concentration, part_means, part_sums
from hw9_xai.cnn.saliency import saliency
from hw9_xai.cnn.smoothgrad import smoothgrad
from hw9_xai.cnn.visualization import filter_visualization
from hw9_xai.quiz.bank import Question, Text
from hw9_xai.quiz.measuring import (
    GREY_LEVEL,
    Assets,
    Measured,
    Unmeasurable,
    lead,
    least,
    numbers_in,
    once,
    ranked,
    winner,
)
from hw9_xai.quiz.solids import likeness

# Fewer samples than the notebooks draw: enough for these answers, and all of it runs in a minute.
LIME_SAMPLES = 512
SMOOTHGRAD_SAMPLES = 64
FEW_STEPS, MANY_STEPS = 10, 100
LIME_PICTURES = range(2, 9)  # those that Q1, Q4 and Q9 ask about

OVERLAY = {"segments": 11, "min_weight": 0.05}  # what the homework paints
SOLIDS = ("pyramid", "sphere", "box", "cylinder", "tetrahedron")  # options A to E of Q8
CAKE = ("cake", "cream", "strawberry")  # one piece of cake to us
VISIBLE_AREA = 0.05  # of a part: less of a colour is easily missed
VISIBLE_BRIGHTNESS = 0.1  # of white: darker is black on most screens
NOTICEABLE = 0.1  # a change of contrast
MOVED = 0.2  # of the emphasis: less than that is still the same emphasis
BRIGHTEST = 0.1  # of a map's pixels are where its emphasis is
EARLY, MIDDLE, LATE = 6, 15, 23  # cnnid
OTHER_PARTS = ("shadow", "strawberries", "background")  # options B to D of Q14
ROUGHLY_THE_SAME = 0.2  # correlation of active places


# --- measurements that questions share -------------------------------------------------------------------------------


@once
def limes(assets: Assets, seed: int) -> dict[int, LimeExplanation]:  # by picture
    images, labels = assets.images(seed)[LIME_PICTURES], assets.labels[LIME_PICTURES]
    explanations = lime(assets.model, images, labels, samples=LIME_SAMPLES, seed=16 + seed)
    return dict(zip(LIME_PICTURES, explanations, strict=True))


@once
def saliency_maps(assets: Assets, seed: int) -> Tensor:  # (N,H,W)
    return saliency(assets.model, assets.images(seed), assets.labels)


@once
def smoothgrad_maps(assets: Assets, seed: int) -> Tensor:  # (N,H,W) the strongest colour channel, as in saliency
    return smoothgrad(assets.model, assets.images(seed), assets.labels, samples=SMOOTHGRAD_SAMPLES, seed=seed).amax(1)


@once
def integrated_maps(assets: Assets, seed: int, steps: int) -> Tensor:  # (N,H,W) without the sign
    return integrated_gradients(assets.model, assets.images(seed), assets.labels, steps=steps)[0].sum(1).abs()


@once
def activations(assets: Assets, seed: int, cnnid: int) -> Tensor:  # (N,H,W) of filter 0, enlarged to the pictures
    maps = filter_activation(assets.model, assets.images(seed), cnnid, 0)
    return interpolate(maps[:, None], assets.pictures.images.shape[-2:], mode="bilinear")[:, 0]


def correlation(a: Tensor, b: Tensor) -> float:
    return float(torch.corrcoef(torch.stack([a.flatten(), b.flatten()]).double())[0, 1])


def most_for_its_area(question: Question, assets: Assets, picture: int, values: Tensor, parts: Mapping) -> Measured:
    """Which of the parts (their names by option) has the largest share of the picture's map over its share of the
    area."""
    masks = {letter: assets.part(picture, *names) for letter, names in parts.items()}
    shares = concentration(values, masks, least=0)
    first, second = ranked(shares)[:2]
    option = {letter: question.options[letter].text for letter in (first, second)}
    return Measured(
        winner(shares),
        {"+".join(names): shares[letter] for letter, names in parts.items()},
        Text(
            f"{option[first].en}: {shares[first]:.2f} times its share of the area; next, "
            f"{option[second].en[0].lower()}{option[second].en[1:]}: {shares[second]:.2f} times.",
            f"「{option[first].zh}」的占比是面積占比的 {shares[first]:.2f} 倍；"
            f"其次是「{option[second].zh}」，{shares[second]:.2f} 倍。",
        ),
    )


# --- LIME ------------------------------------------------------------------------------------------------------------


def q1(question: Question, assets: Assets, seed: int) -> Measured:
    explanation = limes(assets, seed)[2]
    sums = part_sums(explanation.density(), {name: assets.part(2, name) for name in ("jug", "strawberries")})
    jug, strawberries = sums["jug"], sums["strawberries"]
    return Measured(
        winner({"A": -strawberries, "B": jug, "C": strawberries, "D": -jug}),
        {"jug": jug, "strawberries": strawberries, "r2": explanation.r2},
        Text(
            f"LIME's weights sum to {strawberries:+.2f} on the strawberries and to {jug:+.2f} on the jug.",
            f"LIME 的權重在草莓上總和為 {strawberries:+.2f}，在牛奶壺上為 {jug:+.2f}。",
        ),
    )


def q2(question: Question, assets: Assets, seed: int) -> Measured:
    """A demonstration: what the overlay does to segments that raise the score, and to those that lower it."""
    gains: dict[tuple[str, str], list[float]] = {}
    for explanation in limes(assets, seed).values():
        overlay = explanation.overlay(len(explanation.weights))  # every segment
        for piece, weight in enumerate(explanation.weights.tolist()):
            change = (overlay - explanation.image)[:, explanation.segments == piece].mean(1)
            for channel, gain in zip(("red", "green"), change.tolist(), strict=False):
                gains.setdefault(("positive" if weight > 0 else "negative", channel), []).append(gain)
    mean = {key: sum(values) / len(values) for key, values in gains.items()}
    if len(mean) < 4:
        raise Unmeasurable("no segment of these pictures speaks against its class, or none for it")
    red, green = ({sign: mean[sign, channel] for sign in ("negative", "positive")} for channel in ("red", "green"))
    against, favour = lead(red["negative"], green["negative"]), lead(green["positive"], red["positive"])
    return Measured(
        {"A": against, "B": -against, "C": -favour, "D": favour},
        {f"{channel}, {sign} weight": value for (sign, channel), value in mean.items()},
        Text(
            f"Segments of negative weight gain {red['negative']:.2f} of red and {green['negative']:.2f} of green; "
            f"those of positive weight {red['positive']:.2f} and {green['positive']:.2f}.",
            f"負權重的區塊，紅色增加 {red['negative']:.2f}、綠色增加 {green['negative']:.2f}；"
            f"正權重的區塊則為 {red['positive']:.2f} 與 {green['positive']:.2f}。",
        ),
    )


def q3(question: Question, assets: Assets, seed: int) -> Measured:
    """A demonstration: what the network is fed, and whether anything but its answer is asked for."""
    watched = Watched(assets.model)
    explanation = lime(watched, assets.images(seed)[2:3], assets.labels[2:3], samples=64, seed=16 + seed)[0]
    fed = torch.cat(watched.fed)  # (n,3,H,W)
    pixels = explanation.segments.flatten().bincount()
    differs = (fed != explanation.image).any(1).flatten(1).float()  # (n,H*W)
    per_piece = differs.new_zeros(len(fed), len(pixels)).index_add(1, explanation.segments.flatten(), differs) / pixels
    # A piece that is hidden differs nearly everywhere, one that is shown nowhere; noise would leave no piece whole.
    whole = float(((per_piece == 0) | (per_piece > 0.5)).float().mean())
    shown = float((per_piece == 0).float().mean())
    gradient = float(watched.gradients)
    pieces = min(2 * whole - 1, lead(shown, 0.1), lead(1 - shown, 0.1))
    return Measured(
        {"A": -pieces, "C": min(pieces, 1 - 2 * gradient), "D": min(-pieces, 2 * gradient - 1)},
        {"pictures fed": len(fed), "pieces shown": shown, "pieces whole": whole, "gradients asked for": gradient},
        Text(
            f"{len(fed)} pictures were fed: {shown:.0%} of the pieces shown, {whole:.0%} of all pieces shown or hidden "
            f"as a whole, gradients asked for: {gradient:.0f}.",
            f"餵入 {len(fed)} 張圖：{shown:.0%} 的小塊露出，{whole:.0%} 的小塊是整塊露出或整塊遮住，"
            f"要求梯度的次數：{gradient:.0f}。",
        ),
    )


def q4(question: Question, assets: Assets, seed: int) -> Measured:
    explanation, cake = limes(assets, seed)[3], assets.part(3, *CAKE)
    lit = explanation.strongest(**OVERLAY)
    signs = torch.zeros_like(explanation.weights).index_copy(0, lit, explanation.weights[lit].sign())
    painted = signs[explanation.segments][cake]
    green, red = float((painted > 0).float().mean()), float((painted < 0).float().mean())
    on, against = lead(green, VISIBLE_AREA), lead(red, VISIBLE_AREA)
    return Measured(
        {"A": min(-on, against), "B": min(on, -against), "C": min(-on, -against), "D": min(on, against)},
        {"green": green, "red": red, "r2": explanation.r2},
        Text(
            f"Of the cake's area {green:.0%} are green in the overlay and {red:.0%} red.",
            f"疊圖中，蛋糕的面積有 {green:.0%} 是綠色，{red:.0%} 是紅色。",
        ),
    )


# --- saliency --------------------------------------------------------------------------------------------------------


def q5(question: Question, assets: Assets, seed: int) -> Measured:
    """A demonstration: what normalising each map does to the scales of the ten, and what within one of them."""
    maps = saliency_maps(assets, seed)
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
        Text(
            f"The ten maxima span {spread:.1f} orders of magnitude before and {left:.1f} after; the contrast within a "
            f"picture changes by {sharper:+.1%}.",
            f"十張圖的最大值在 normalize 前相差 {spread:.1f} 個數量級，之後 {left:.1f} 個；"
            f"圖內的對比只改變 {sharper:+.1%}。",
        ),
    )  # fmt: skip


def q6(question: Question, assets: Assets, seed: int) -> Measured:
    parts = {"A": ("salmon",), "B": ("table",), "C": ("chopsticks",), "D": ("plate",)}
    return most_for_its_area(question, assets, 8, saliency_maps(assets, seed)[8], parts)


def q7(question: Question, assets: Assets, seed: int) -> Measured:
    """A demonstration: change single pixels a little, and see whether the loss moves as the map says."""
    image, label, values = assets.images(seed)[2], assets.labels[2:3], saliency_maps(assets, seed)[2]
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
        logits = torch.cat([assets.model(batch) for batch in moved.flatten(0, 2).split(12)]).double()
    losses = cross_entropy(logits, label.expand(len(logits)), reduction="none").reshape(moved.shape[:3])
    slopes = ((losses[..., 0] - losses[..., 1]) / (2 * step)).abs().amax(1)  # (pixels,)
    agreement = correlation(slopes, values.flatten()[chosen])
    parameters = sum(parameter.numel() for parameter in assets.model.parameters())
    return Measured(
        {"A": agreement},
        {"correlation": agreement, "pixels": values.numel(), "parameters": parameters},
        Text(
            f"Moving {len(chosen)} single pixels changes the loss as the map says (correlation {agreement:.2f}); the "
            f"map has a value for each of {values.numel()} pixels, not for each of {parameters} parameters.",
            f"單獨改動 {len(chosen)} 個像素，loss 的變化與顯著圖一致（相關係數 {agreement:.2f}）；"
            f"圖上是 {values.numel()} 個像素各一個值，而不是 {parameters} 個參數各一個值。",
        ),
    )


def q8(question: Question, assets: Assets, seed: int) -> Measured:
    """The outline alone is compared: inner edges that a student sees as well would only add to it."""
    slices = assets.part(1, "slices")  # they lean on the block, and are no part of its shape
    found = likeness(saliency_maps(assets, seed)[1], ~slices, seed)
    fits = dict(zip("ABCDE", (found[name] for name in SOLIDS), strict=True))
    unexplained = {letter: 1 - fit**2 for letter, fit in fits.items()}  # the share of the map's variance
    first, second = ranked(fits)[:2]
    solid = {letter: question.options[letter].text for letter in (first, second)}
    return Measured(
        least(unexplained),
        found,
        Text(
            f"Of the outlines of five standing solids the map fits best to: {solid[first].en.lower()} (correlation "
            f"{fits[first]:.3f}); next: {solid[second].en.lower()} ({fits[second]:.3f}).",
            f"五種直立的立體中，輪廓與顯著圖最相符的是{solid[first].zh}（相關係數 {fits[first]:.3f}），"
            f"其次是{solid[second].zh}（{fits[second]:.3f}）。",
        ),
    )


def q9(question: Question, assets: Assets, seed: int) -> Measured:
    pictures = {letter: int(numbers_in(option)[0]) for letter, option in question.options.items()}
    agreement = {letter: agreement_of_lime(assets, seed, picture) for letter, picture in pictures.items()}
    second, first = ranked(agreement)[-2:]
    return Measured(
        {
            letter: (min(r for rival, r in agreement.items() if rival != letter) - agreement[letter]) / 2
            for letter in agreement
        },
        {f"picture {pictures[letter]}": r for letter, r in agreement.items()},
        Text(
            f"Rank correlation of LIME's positive weights with the segments' mean saliency: lowest in picture "
            f"{pictures[first]} ({agreement[first]:.2f}), then in {pictures[second]} ({agreement[second]:.2f}).",
            f"LIME 正權重與各區塊平均顯著值的等級相關：最低的是圖片 {pictures[first]}（{agreement[first]:.2f}），"
            f"其次是圖片 {pictures[second]}（{agreement[second]:.2f}）。",
        ),
    )


def agreement_of_lime(assets: Assets, seed: int, picture: int) -> float:
    """Do LIME's positive segments and the saliency of the same segments rank the pixels alike?"""
    explanation, values = limes(assets, seed)[picture], saliency_maps(assets, seed)[picture]
    pieces = explanation.segments.flatten()
    sums = values.new_zeros(len(explanation.weights)).index_add(0, pieces, values.flatten())
    by_piece = (sums / pieces.bincount())[explanation.segments]  # (H,W)
    return float(rank_correlation(explanation.heatmap().clamp(min=0)[None], by_piece[None]))


# --- SmoothGrad ------------------------------------------------------------------------------------------------------


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


# --- filters ---------------------------------------------------------------------------------------------------------


def q14(question: Question, assets: Assets, seed: int) -> Measured:
    jug = assets.part(2, "jug").float()[None]
    outline = (max_pool2d(jug, 5, 1, 2) + max_pool2d(-jug, 5, 1, 2))[0] > 0  # within two pixels of its edge
    parts = {"A": outline, **{letter: assets.part(2, name) for letter, name in zip("BCD", OTHER_PARTS, strict=True)}}
    means = part_means(filter_activation(assets.model, assets.images(seed)[2:3], MIDDLE, 0)[0], parts)
    second, first = ranked(means)[-2:]
    part = {letter: question.options[letter].text for letter in (first, second)}
    return Measured(
        least(means),
        {name: means[letter] for letter, name in zip("ABCD", ("outline of the jug", *OTHER_PARTS), strict=True)},
        Text(
            f"The mean activation is lowest on {part[first].en.lower()} ({means[first]:.3f}), then on "
            f"{part[second].en.lower()} ({means[second]:.3f}).",
            f"平均活化值最低的是{part[first].zh}（{means[first]:.3f}），其次是{part[second].zh}（{means[second]:.3f}）。",
        ),
    )


def q15(question: Question, assets: Assets, seed: int) -> Measured:
    early, late = activations(assets, seed, EARLY), activations(assets, seed, LATE)
    sharp = {cnnid: sharpness(maps) for cnnid, maps in ((EARLY, early), (LATE, late))}
    places = torch.stack([active_places(maps) for maps in (early, late)])  # (2,N,h*w)
    alike = torch.corrcoef(places.flatten(0, 1).double())[: len(early), len(early) :]  # (N,N) early against late
    same, others = float(alike.diag().mean()), float(alike[~torch.eye(len(alike), dtype=torch.bool)].mean())
    vaguer, roughly = lead(sharp[EARLY], sharp[LATE]), lead(same, ROUGHLY_THE_SAME)
    return Measured(
        {"A": -roughly, "B": vaguer, "C": roughly, "D": -vaguer},
        {
            "sharpness early": sharp[EARLY],
            "sharpness late": sharp[LATE],
            "same picture": same,
            "other pictures": others,
        },
        Text(
            f"Sharpness {sharp[EARLY]:.3f} at cnnid {EARLY} and {sharp[LATE]:.3f} at {LATE}; their active places "
            f"correlate by {same:.2f} within a picture, by {others:.2f} between pictures.",
            f"銳利度：cnnid {EARLY} 為 {sharp[EARLY]:.3f}，{LATE} 為 {sharp[LATE]:.3f}；"
            f"兩層活化位置的相關係數，同一張圖 {same:.2f}，不同的圖 {others:.2f}。",
        ),
    )


def sharpness(maps: Tensor) -> float:  # (N,H,W)
    """The mean step from a pixel to the next, in standard deviations of the map."""
    down, right = maps.diff(dim=1).abs().mean((1, 2)), maps.diff(dim=2).abs().mean((1, 2))
    return float(((down + right) / 2 / maps.flatten(1).std(1)).mean())


def active_places(maps: Tensor) -> Tensor:  # (N,H,W) -> (N,32*32)
    """How far each place stands out from the rest of its map, in either direction: a filter may answer by less."""
    off = (maps - maps.flatten(1).median(1).values[:, None, None]).abs()
    return avg_pool2d(off[:, None], maps.shape[-1] // 32).flatten(1)


def q16(question: Question, assets: Assets, seed: int) -> Measured:
    """A demonstration: what goes into the two functions, and what comes out of them."""
    asked = {
        name for method in (filter_activation, filter_visualization) for name in inspect.signature(method).parameters
    }
    layer_given, class_given = "cnnid" in asked, "labels" in asked
    image = assets.images(seed)[2:3]
    moved = filter_activation(assets.model, image.roll(16, -1), EARLY, 0)
    follows = correlation(filter_activation(assets.model, image, EARLY, 0).roll(16 * moved.shape[-1] // 128, -1), moved)
    start = filter_visualization(assets.model, EARLY, 0, steps=1, size=64, seed=seed)
    climbed = filter_visualization(assets.model, EARLY, 0, steps=12, size=64, seed=seed)
    low, high = (float(filter_activation(assets.model, one, EARLY, 0).mean()) for one in (start, climbed))
    return Measured(
        {"A": -1.0 if layer_given else 1.0, "B": 1.0 if class_given else -1.0, "C": lead(high, low), "D": follows},
        {
            "layer given": layer_given,
            "class given": class_given,
            "first step": low,
            "step 12": high,
            "follows": follows,
        },
        Text(
            f"Shift the picture and the activation follows (correlation {follows:.2f}); twelve steps of ascent take it "
            f"from {low:.2f} to {high:.2f}. The layer is an argument, and there is none for the class.",
            f"把圖平移，活化圖跟著平移（相關係數 {follows:.2f}）；十二步 gradient ascent 讓活化從 {low:.2f} 升到 "
            f"{high:.2f}。哪一層是參數，而沒有類別這個參數。",
        ),
    )


def q17(question: Question, assets: Assets, seed: int) -> Measured:
    kind = type(assets.model.cnn[21]).__name__
    return Measured(
        {letter: 1.0 if option.text.en == kind else -1.0 for letter, option in question.options.items()},
        {"modules": len(assets.model.cnn)},
        Text(
            f"model.cnn[21] is a {kind}, of {len(assets.model.cnn)} modules.",
            f"model.cnn 共有 {len(assets.model.cnn)} 個模組，[21] 是 {kind}。",
        ),
    )


# --- integrated gradients --------------------------------------------------------------------------------------------


def q18(question: Question, assets: Assets, seed: int) -> Measured:
    few, many = (integrated_maps(assets, seed, steps) for steps in (FEW_STEPS, MANY_STEPS))
    alike = min(correlation(a, b) for a, b in zip(few, many, strict=True))
    peaks = {
        steps: float((maps.flatten(1).quantile(0.99, dim=1) / maps.flatten(1).mean(1)).mean())
        for steps, maps in ((FEW_STEPS, few), (MANY_STEPS, many))
    }
    return Measured(
        {"A": lead(2.0, peaks[MANY_STEPS]), "B": 2 * alike - 1, "C": 1 - 2 * alike, "D": -alike},
        {"lowest correlation": alike, **{f"bright spots, {steps} steps": peak for steps, peak in peaks.items()}},
        Text(
            f"{FEW_STEPS} and {MANY_STEPS} steps correlate by {alike:.2f} or more in all ten pictures; bright spots "
            f"(99th percentile) are {peaks[FEW_STEPS]:.1f} and {peaks[MANY_STEPS]:.1f} times the mean.",
            f"{FEW_STEPS} 步與 {MANY_STEPS} 步的圖，十張的相關係數都在 {alike:.2f} 以上；"
            f"亮點（第 99 百分位）分別是平均的 {peaks[FEW_STEPS]:.1f} 與 {peaks[MANY_STEPS]:.1f} 倍。",
        ),
    )


def q19(question: Question, assets: Assets, seed: int) -> Measured:
    """A demonstration: the pictures that it returns."""
    image = assets.images(seed)[2]
    alphas = torch.linspace(0, 1, 9)
    path, again = (generate_images_on_linear_path(image, 0.0, alphas) for _ in range(2))
    ends = float((path[0].abs() + (path[-1] - image).abs()).mean())  # 0: from the baseline to the picture
    steps = float(path.diff(dim=0).flatten(1).norm(dim=1).std() / image.norm())  # 0: all alike
    random = float((path - again).abs().mean())
    still = correlation(path[1], image)  # a picture that moved would not fit itself
    return Measured(
        {"A": 1 - 2 * (ends + steps), "B": 2 * random - 1 if random else -1.0, "C": 1 - 2 * still, "D": 2 * ends - 1},
        {"off at the ends": ends, "unevenness": steps, "differs on repetition": random, "still in place": still},
        Text(
            f"{len(path)} pictures, from the baseline to the picture (off by {ends:.2f}) in equal steps (uneven by "
            f"{steps:.2f}), the same every time (off by {random:.2f}), and nothing moves (correlation {still:.2f}).",
            f"共 {len(path)} 張，從 baseline 到原圖（誤差 {ends:.2f}），每步等距（不均 {steps:.2f}），"
            f"每次都一樣（差異 {random:.2f}），物體沒有移動（相關係數 {still:.2f}）。",
        ),
    )


def q20(question: Question, assets: Assets, seed: int) -> Measured:
    parts = {"A": ("table",), "B": ("plate",), "C": ("fork",), "D": CAKE}
    return most_for_its_area(question, assets, 3, integrated_maps(assets, seed, MANY_STEPS)[3], parts)


class Watched(nn.Module):
    """A network that keeps what it is fed."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.fed: list[Tensor] = []
        self.gradients = 0  # in how many calls somebody wants to differentiate by the pictures

    def forward(self, pictures: Tensor) -> Tensor:
        self.fed.append(pictures.detach().clone())
        self.gradients += pictures.requires_grad
        return self.network(pictures)


MEASURES: dict[str, Callable[[Question, Assets, int], Measured]] = {
    "Q1": q1, "Q2": q2, "Q3": q3, "Q4": q4, "Q5": q5, "Q6": q6, "Q7": q7, "Q8": q8, "Q9": q9, "Q10": q10, "Q11": q11,
    "Q12": q12, "Q13": q13, "Q14": q14, "Q15": q15, "Q16": q16, "Q17": q17, "Q18": q18, "Q19": q19, "Q20": q20,
}  # fmt: skip
