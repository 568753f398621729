"""The truth to hold an explanation against: the same scene, rendered once more with a part taken out."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from hw9_xai.arguments import choice, class_labels
from hw9_xai.assets import DATA
from hw9_xai.cnn.pictures import load_picture
from hw9_xai.cnn.predict import predict

CASES = {"strawberries": "Dairy product", "bowl": "Soup"}  # what is taken out, and the class of the scenes


def load_without(name: str) -> dict[str, Tensor]:
    """One of the ten pictures with a part taken out: (3,128,128) by the part, or by parts as "jug+milk".

    `name` is the picture's, as in `Pictures.names`. A picture that is not the kit's has none.

    >>> sorted(load_without("2_4.png"))
    ['plate', 'waffle']
    """
    stem = name.split(".")[0]
    return {
        path.name.removeprefix(f"{stem}.without_").removesuffix(".png"): load_picture(path)
        for path in sorted((DATA / "pictures").glob(f"{stem}.without_*.png"))
        if (path.parent / name).is_file()
    }


def true_effects(
    model: nn.Module, image: Tensor, label: int | str | Tensor, without: Mapping[str, Tensor]
) -> dict[str, float]:
    """What each part truly adds to the label's score: the picture's score less its score without the part.

    >>> black = torch.zeros(3, 128, 128)
    >>> true_effects(FoodCNN(width=8).eval(), black, label=0, without={"nothing": black})
    {'nothing': 0.0}
    """
    if not without:
        return {}
    label = int(class_labels(label, image[None], model))
    others = torch.stack(list(without.values())).to(image)
    scores = predict(model, torch.cat([image[None], others]), label)[:, label]
    return {part: float(scores[0] - score) for part, score in zip(without, scores[1:], strict=True)}


def load_interventions(case: str) -> tuple[Tensor, Tensor]:  # (N,3,128,128) whole, (N,3,128,128) without
    """Held-out scenes that no training or validation picture shows: milk jugs with and without "strawberries", soups
    with and without their "bowl". The two of a pair differ in nothing else.

    >>> whole, without = load_interventions("bowl")
    >>> whole.shape == without.shape
    True
    """
    scenes = (DATA / "interventions").glob(f"{choice(case, 'case', tuple(CASES))}_*.without.jpg")
    without = sorted(scenes, key=lambda path: int(path.name.split(".")[0].split("_")[1]))
    if not without:
        raise FileNotFoundError(f"case: expected scenes in {DATA / 'interventions'}, as a clone has them, found none")
    whole = torch.stack([load_picture(path.with_name(path.name.replace(".without", ""))) for path in without])
    return whole, torch.stack([load_picture(path) for path in without])
