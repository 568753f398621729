"""Are these the course's own files? Its classifier gives its ten pictures ten scores that nothing else gives."""

from __future__ import annotations

from typing import NamedTuple

import torch

from hw9_xai.assets import added
from hw9_xai.cnn.classifier import load_classifier
from hw9_xai.cnn.pictures import load_pictures

TOLERANCE = 0.05


class Original(NamedTuple):
    file: str
    size: tuple[int, int]
    logit: float  # of its own class


ORIGINALS = (
    Original("0_0.jpg", (512, 512), 10.333),
    Original("1_1.jpg", (849, 565), 19.785),
    Original("1_2.jpg", (1294, 1300), 7.808),
    Original("2_3.jpg", (512, 341), 9.011),
    Original("2_4.jpg", (512, 512), 12.215),
    Original("3_5.jpg", (512, 512), 12.385),
    Original("5_6.jpg", (512, 512), 22.956),
    Original("6_7.jpg", (512, 512), 11.447),
    Original("8_8.jpg", (512, 512), 13.015),
    Original("9_9.jpg", (512, 384), 14.118),
)


def differences() -> list[str]:
    """How the classifier and the pictures that were added differ from the course's; [] if they are the course's."""
    model = load_classifier(added("classifier").folder / "food_cnn.safetensors")
    pictures = load_pictures(added("pictures").folder)
    expected = [original.file for original in ORIGINALS]
    if pictures.names != expected:
        return [
            f"the pictures are {', '.join(pictures.names[:3])} ..., expected {', '.join(expected[:3])} ..., ten of them"
        ]
    if model.fc[3].out_features <= max(pictures.labels):
        return [f"the classifier knows {model.fc[3].out_features} classes, expected 11"]
    with torch.no_grad():
        logits = torch.cat([model(image[None]) for image in pictures.images])  # one by one: memory
    scores = logits.gather(1, pictures.labels[:, None])[:, 0].tolist()
    return [
        f"{original.file}: its score is {score:.3f}, expected {original.logit:.3f}"
        for original, score in zip(ORIGINALS, scores, strict=True)
        if not abs(score - original.logit) <= TOLERANCE
    ]
