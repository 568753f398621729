"""The picture page: lay any method over a picture, and take pieces and parts away to see what truly happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from hw9_xai.arguments import Labels, classes_of, labelled, seed_number, whole_number
from hw9_xai.cnn.parts import Masks
from hw9_xai.pages.page import Page
from hw9_xai.pages.picture.exploration import COUNTS, NOISES, exploration, rounded
from hw9_xai.progress import progress_bar

HERE = Path(__file__).parent
MOST_CLASSES = 20
MOST = 16  # pictures: more would not stay within 3 MB, and one need not compute them to know


def explore_picture(
    model: nn.Module,
    images: Tensor,
    labels: Labels,
    *,
    titles: Sequence[str] | None = None,
    masks: Sequence[Masks] | None = None,
    without: Sequence[Mapping[str, Tensor]] | None = None,
    samples: int = 1000,
    seed: int = 16,
) -> Page:
    """Lay saliency, SmoothGrad, integrated gradients and LIME over pictures, and hold them against what truly happens.

    `without`: for each picture the same scene without one of its parts, as `load_without` gives it; `masks`: where the
    parts are, as `load_pictures().masks`. Without these there is nothing to take out: a photo of your own has none.
    `samples` are LIME's, and most of the time it takes.

    >>> page = explore_picture(FoodCNN(width=8).eval(), torch.rand(1, 3, 128, 128), labels=3)
    >>> page.html.startswith("<!DOCTYPE html>")
    True
    """
    images, labels = labelled(images, labels, model)
    if len(images) > MOST:
        raise ValueError(f"images: expected at most {MOST} on one page, got {len(images)}")
    samples, seed = whole_number(samples, "samples"), seed_number(seed)
    titles = [str(number) for number in range(len(images))] if titles is None else list(titles)
    masks = [{}] * len(images) if masks is None else list(masks)
    without = [{}] * len(images) if without is None else list(without)
    for name, given in (("titles", titles), ("masks", masks), ("without", without)):
        if len(given) != len(images):
            raise ValueError(f"{name}: expected one for each of {len(images)} pictures, got {len(given)}")
    shown: list[dict[str, Any]] = []
    with progress_bar(total=len(images), desc="pictures") as progress:
        for title, image, label, parts, less in zip(titles, images, labels.tolist(), masks, without, strict=True):
            shown.append({"title": title} | exploration(model, image, label, parts, less, samples, seed))
            progress.update()
    count = len(shown[0]["scores"])
    classes = list(classes_of(model, count))
    data = {
        "classes": classes if count <= MOST_CLASSES else _fewer(shown, classes),
        "size": list(images.shape[2:]),
        "counts": COUNTS,
        "noises": NOISES,
        "pictures": shown,
    }
    return Page(HERE, "Picture explorer 圖片瀏覽器", data, _plain(data), height=900, argument="images")


def _fewer(shown: list[dict[str, Any]], classes: list[str]) -> list[str]:
    """Of a thousand classes the labels and the likeliest; all others as one, whose score keeps the probabilities."""
    scores = torch.tensor([one["scores"] for one in shown])  # (pictures,classes)
    labels = {one["label"] for one in shown}
    likely = [number for number in scores.amax(0).argsort(descending=True).tolist() if number not in labels]
    kept = sorted({*labels, *likely[: MOST_CLASSES - 1 - len(labels)]})
    rest = [number for number in range(len(classes)) if number not in kept]
    for one in shown:
        for holder in (one, *one["parts"]):
            all_scores = torch.tensor(holder["scores"])
            holder["scores"] = rounded(torch.cat([all_scores[kept], all_scores[rest].logsumexp(0, keepdim=True)]))
        one["label"] = kept.index(one["label"])
    return [*(classes[number] for number in kept), f"{len(rest)} others 其他"]


def _plain(data: dict[str, Any]) -> str:
    """Each picture with what the model says of it, and what taking parts out does."""
    rows = []
    for one in data["pictures"]:
        score = one["scores"][one["label"]]
        effects = ", ".join(f"{part['name']} {part['scores'][one['label']] - score:+.2f}" for part in one["parts"])
        cells = [one["title"], data["classes"][one["label"]], f"{score:.2f}", effects]
        image = f'<img alt="{escape(one["title"])}" src="{one["photo"]}">'
        rows.append(f"<tr><td>{image}</td>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    head = "<th></th><th>picture 圖片</th><th>label 標籤</th><th>score 分數</th><th>without 拿掉</th>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
