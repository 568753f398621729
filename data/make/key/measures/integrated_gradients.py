"""Q18 to Q20: the path from black to the picture."""

from __future__ import annotations

import torch
from torch import Tensor

from data.make.key.claims import Measured, lead
from data.make.key.exhibits import Exhibits, once
from data.make.key.measures.maps import CAKE, correlation, most_for_its_area
from hw9_xai.cnn.integrated_gradients import generate_images_on_linear_path, integrated_gradients
from hw9_xai.quiz.bank import Question

FEW_STEPS, MANY_STEPS = 10, 100
PICTURES = 5  # the first, as in the notebook; Q20 asks about picture 3


@once
def integrated_maps(exhibits: Exhibits, seed: int, steps: int) -> Tensor:  # (PICTURES,H,W) without the sign
    images, labels = exhibits.images(seed)[:PICTURES], exhibits.labels[:PICTURES]
    return integrated_gradients(exhibits.model, images, labels, steps=steps)[0].sum(1).abs()


def q18(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """The correlation of the maps of few and of many steps, and the brightness of their spots."""
    few, many = (integrated_maps(exhibits, seed, steps) for steps in (FEW_STEPS, MANY_STEPS))
    alike = min(correlation(a, b) for a, b in zip(few, many, strict=True))
    peaks = {
        steps: float((maps.flatten(1).quantile(0.99, dim=1) / maps.flatten(1).mean(1)).mean())
        for steps, maps in ((FEW_STEPS, few), (MANY_STEPS, many))
    }
    return Measured(
        {"A": lead(2.0, peaks[MANY_STEPS]), "B": 2 * alike - 1, "C": 1 - 2 * alike, "D": -alike},
        {"lowest correlation": alike, **{f"bright spots, {steps} steps": peak for steps, peak in peaks.items()}},
        f"{FEW_STEPS} and {MANY_STEPS} steps correlate by {alike:.2f} or more in {PICTURES} pictures; bright spots "
        f"(99th percentile) are {peaks[FEW_STEPS]:.1f} and {peaks[MANY_STEPS]:.1f} times the mean.",
    )


def q19(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """A demonstration: the pictures on the path, their ends, their steps, and the same again."""
    image = exhibits.images(seed)[2]
    alphas = torch.linspace(0, 1, 9)
    path, again = (generate_images_on_linear_path(image, 0.0, alphas) for _ in range(2))
    ends = float((path[0].abs() + (path[-1] - image).abs()).mean())  # 0: from the baseline to the picture
    steps = float(path.diff(dim=0).flatten(1).norm(dim=1).std() / image.norm())  # 0: all alike
    random = float((path - again).abs().mean())
    still = correlation(path[1], image)  # a picture that moved would not fit itself
    return Measured(
        {"A": 1 - 2 * (ends + steps), "B": 2 * random - 1 if random else -1.0, "C": 1 - 2 * still, "D": 2 * ends - 1},
        {"off at the ends": ends, "unevenness": steps, "differs on repetition": random, "still in place": still},
        f"{len(path)} pictures, from the baseline to the picture (off by {ends:.2f}) in equal steps (uneven by "
        f"{steps:.2f}), the same every time (off by {random:.2f}), and nothing moves (correlation {still:.2f}).",
    )


def q20(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """Each part's share of the map of many steps over its share of the picture."""
    parts = {"A": ("table",), "B": ("plate",), "C": ("fork",), "D": CAKE}
    return most_for_its_area(question, exhibits, 3, integrated_maps(exhibits, seed, MANY_STEPS)[3], parts)


MEASURES = {"Q18": q18, "Q19": q19, "Q20": q20}
