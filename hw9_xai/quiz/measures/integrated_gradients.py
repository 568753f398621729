"""Q18 to Q20: the path from black to the picture."""

from __future__ import annotations

import torch
from torch import Tensor

from hw9_xai.cnn.integrated_gradients import generate_images_on_linear_path, integrated_gradients
from hw9_xai.quiz.bank import Question, Text
from hw9_xai.quiz.measures.maps import CAKE, correlation, most_for_its_area
from hw9_xai.quiz.measuring import Assets, Measured, lead, once

FEW_STEPS, MANY_STEPS = 10, 100
PICTURES = 5  # the first, as in the notebook; Q20 asks about picture 3


@once
def integrated_maps(assets: Assets, seed: int, steps: int) -> Tensor:  # (PICTURES,H,W) without the sign
    images, labels = assets.images(seed)[:PICTURES], assets.labels[:PICTURES]
    return integrated_gradients(assets.model, images, labels, steps=steps)[0].sum(1).abs()


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
            f"{FEW_STEPS} and {MANY_STEPS} steps correlate by {alike:.2f} or more in {PICTURES} pictures; bright spots "
            f"(99th percentile) are {peaks[FEW_STEPS]:.1f} and {peaks[MANY_STEPS]:.1f} times the mean.",
            f"{FEW_STEPS} 步與 {MANY_STEPS} 步的圖，{PICTURES} 張的相關係數都在 {alike:.2f} 以上；"
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


MEASURES = {"Q18": q18, "Q19": q19, "Q20": q20}
