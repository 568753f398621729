"""Measure the shipped classifiers and write their .md: python -m checkpoints.make.evaluate_classifier [NAME ...]

For `food_cnn`, which withstands small changes, and `food_cnn_plain`: accuracy and confusions on the validation set, the
ten observation pictures, what interventions do to the score, whether its maps lie on the food, and what small changes
do to its answers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib
import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import cross_entropy

import hw9_xai as xai
from hw9_xai import trust
from hw9_xai.assets import CHECKPOINTS, DATA, KIT_CLASSIFIERS
from hw9_xai.cnn.classifier import CLASSES
from hw9_xai.cnn.parts import SURROUNDINGS, food_mask

matplotlib.use("Agg")
import matplotlib.pyplot as plt

INTERVENTIONS = {  # case: (class, what the correlations built into the pictures predict)
    "strawberries": ("Dairy product", "rises: strawberries belong to Vegetable/Fruit and Dessert"),
    "bowl": ("Soup", "falls: soup always comes in a bowl"),
}


def main() -> None:
    validation, pictures = xai.load_pictures(DATA / "validation"), xai.load_pictures()
    for name in sys.argv[1:] or KIT_CLASSIFIERS:
        model = xai.load_classifier(CHECKPOINTS / f"{name}.safetensors")
        confusion = xai.confusion(xai.predict(model, validation.images), validation.labels).numpy()
        figure = CHECKPOINTS / "figures" / f"{name}_confusion.png"
        draw_confusion(confusion, figure)
        training = json.loads((CHECKPOINTS / f"{name}.json").read_text())
        sections = [
            f"# {name}: measured",
            f"Written by `python -m checkpoints.make.evaluate_classifier`. FoodCNN of width {training['width']}, "
            f"{sum(parameter.numel() for parameter in model.parameters()):,} parameters.",
            *accuracy_section(confusion, figure),
            *observation_section(model, pictures),
            *intervention_section(model),
            *readability_section(model, validation, pictures),
            *robustness_section(model, validation, pictures),
        ]
        (CHECKPOINTS / f"{name}.md").write_text("\n\n".join(sections) + "\n")
        print("\n\n".join(sections))
    draw_maps(pictures, CHECKPOINTS / "figures" / "readable_maps.jpg")


def accuracy_section(confusion: np.ndarray, figure: Path) -> list[str]:
    right, of_class = confusion.diagonal(), confusion.sum(1)
    rows = [f"| {name} | {r}/{n} | {r / n:.0%} |" for name, r, n in zip(CLASSES, right, of_class, strict=True)]
    pairs = confusion + confusion.T
    order = sorted(((pairs[i, j], CLASSES[i], CLASSES[j]) for i in range(len(CLASSES)) for j in range(i)), reverse=True)
    confused = ", ".join(f"{a} and {b} ({count})" for count, b, a in order[:5])
    return [
        f"## On the validation set: {right.sum()} of {of_class.sum()} right, {right.sum() / of_class.sum():.1%}",
        "\n".join(["| class | right | |", "|---|---|---|", *rows]),
        f"Most often confused, in either direction: {confused}.",
        f"![confusion matrix](figures/{figure.name})",
    ]


def observation_section(model: xai.FoodCNN, pictures: xai.Pictures) -> list[str]:
    answer = xai.predict(model, pictures.images).softmax(1)
    rows = [
        f"| {i} | {name} | {label} | {CLASSES[row.argmax()]} | {row[number]:.4f} |"
        for i, (name, label, number, row) in enumerate(
            zip(pictures.names, pictures.classes, pictures.labels, answer, strict=True)
        )
    ]
    right = int((answer.argmax(1) == pictures.labels).sum())
    return [
        f"## The ten observation pictures: {right} right",
        "\n".join(["| no. | file | label | answer | p(label) |", "|---|---|---|---|---|", *rows]),
    ]


def intervention_section(model: xai.FoodCNN) -> list[str]:
    rows = []
    for case, (name, prediction) in INTERVENTIONS.items():
        whole, without = xai.load_interventions(case)
        label = CLASSES.index(name)
        before, after = xai.predict(model, whole), xai.predict(model, without)
        change = (after - before)[:, label].double().numpy()
        drop = (after.softmax(1) - before.softmax(1))[:, label].mean()
        low, high = trust.bootstrap(torch.from_numpy(change))[1:]
        effect = change.mean() / change.std(ddof=1)
        rows.append(
            f"| {case} out | {len(change)} | {name} | {change.mean():+.2f} [{low:+.2f}, {high:+.2f}] | {effect:+.2f} "
            f"| {drop:+.3f} | {prediction} |"
        )
    head = "| intervention | scenes | class | change of logit, 95% interval | effect size d | change of p | predicted |"
    return [
        "## Interventions on held-out scenes: the same scene rendered with and without a part",
        "\n".join([head, "|---|---|---|---|---|---|---|", *rows]),
    ]


def readability_section(model: xai.FoodCNN, validation: xai.Pictures, pictures: xai.Pictures) -> list[str]:
    rows = []
    # Milk behind glass has no part of its own to be seen.
    seen = [i for i, masks in enumerate(validation.masks) if masks.keys() - SURROUNDINGS]
    for title, of, chosen, methods in (
        (f"{len(seen)} validation pictures", validation, seen, ["saliency"]),
        (f"{len(seen[::10])} of them", validation, seen[::10], METHODS),
        ("the ten", pictures, list(range(10)), METHODS),
    ):
        images, labels = of.images[chosen], of.labels[chosen]
        foods = [food_mask(of.masks[i]) for i in chosen]
        maps = {method: METHODS[method](model, images, labels) for method in methods} | {"edges": trust.edges(images)}
        measured = {
            measure.__name__: {
                method: [measure(map, food) for map, food in zip(some, foods, strict=True)]
                for method, some in maps.items()
            }
            for measure in (trust.mass_over_area, trust.rank_accuracy)
        }
        table = trust.trust_table(measured, controls=("edges",))
        for method in maps:
            cells = []
            for measure in table.intervals:
                lead = table.leads[measure].get(method)
                cells += [table.intervals[measure][method], "the control" if lead is None else lead]
            rows.append(f"| {title} | {method} | " + " | ".join(map(str, cells)) + " |")
    head = "| pictures | map | mass over area | lead over edges | share of the top K on food | lead over edges |"
    return [
        "## Readable maps: how much of them lies on the food",
        "Saliency and SmoothGrad (25 samples) follow the score; IG takes 32 midpoints from black; LIME asks 300 "
        "samples of about 60 segments. In brackets 95 % intervals; a lead is taken picture by picture.",
        "\n".join([head, "|---|---|---|---|---|---|", *rows]),
    ]


METHODS = {
    "saliency": lambda model, images, labels: xai.saliency(model, images, labels, of="score"),
    "IG": lambda model, images, labels: xai.integrated_gradients(model, images, labels)[0].abs().sum(1),
    "SmoothGrad": lambda model, images, labels: xai.smoothgrad(model, images, labels, of="score", samples=25).sum(1),
    "LIME": lambda model, images, labels: torch.stack(
        [found.heatmap() for found in xai.lime(model, images, labels, samples=300, segments=60)]
    ),
}


def draw_maps(pictures: xai.Pictures, path: Path) -> None:
    """Each picture, and its maps by both networks side by side, three pixels for one; the brightest 1 % are cut."""
    columns = [pictures.images]
    for title in ("saliency", "IG", "SmoothGrad"):
        for name in KIT_CLASSIFIERS[::-1]:
            model = xai.load_classifier(CHECKPOINTS / f"{name}.safetensors")
            maps = METHODS[title](model, pictures.images, pictures.labels)  # (10,H,W)
            most = maps.flatten(1).quantile(0.99, dim=1)[:, None, None]
            columns.append((maps / most).clamp(0, 1)[:, None].expand(-1, 3, -1, -1))
    rows = [torch.cat(row, 2) for row in zip(*columns, strict=True)]  # (3,128,7*128) each
    sheet = (torch.cat(rows, 1).permute(1, 2, 0) * 255).round().byte().numpy()
    Image.fromarray(sheet).resize((3 * sheet.shape[1], 3 * sheet.shape[0]), Image.NEAREST).save(path, quality=80)


def robustness_section(model: xai.FoodCNN, validation: xai.Pictures, pictures: xai.Pictures) -> list[str]:
    images, labels = validation.images[::4], validation.labels[::4]
    rows = []
    for sigma in (0.0, 0.05, 0.1):
        noise = sigma * torch.randn(images.shape, generator=torch.Generator().manual_seed(0))
        rows.append((f"noise, sigma {sigma}", images + noise))
    rows += [(f"attacked, {most}/255", attacked(model, images, labels, most / 255)) for most in (1, 2, 4)]
    right = [
        f"| {change} | {float((xai.predict(model, changed.clamp(0, 1)).argmax(1) == labels).float().mean()):.1%} |"
        for change, changed in rows
    ]
    ten, of = pictures.images, pictures.labels
    black = torch.zeros_like(ten)
    gain = (xai.predict(model, ten) - xai.predict(model, black)).gather(1, of[:, None])[:, 0]
    short = xai.integrated_gradients(model, ten, of, steps=64).residual.abs() / gain.abs()
    return [
        f"## Small changes, on {len(images)} validation pictures",
        "\n".join(["| change | right |", "|---|---|", *right]),
        "Attacked: five steps up the loss from the picture, each pixel by no more than said.",
        "## IG is complete",
        f"At 64 midpoints the attributions miss the gain in score by {short.max():.2%} at most over the ten pictures, "
        f"{short.mean():.2%} on average; {int((short < 0.01).sum())} of ten are within 1 %.",
    ]


def attacked(model: xai.FoodCNN, images: Tensor, labels: Tensor, most: float) -> Tensor:
    changed = images.clone()
    for _ in range(5):
        for part in torch.arange(len(images)).split(20):
            there = changed[part].requires_grad_()
            (gradient,) = torch.autograd.grad(cross_entropy(model(there), labels[part]), there)
            step = there.detach() + 0.4 * most * gradient.sign()
            changed[part] = step.clamp(images[part] - most, images[part] + most).clamp(0, 1)
    return changed


def draw_confusion(confusion: np.ndarray, path: Path) -> None:
    figure, axes = plt.subplots(figsize=(6.5, 6), layout="constrained")
    share = confusion / confusion.sum(1, keepdims=True)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(confusion):
        if count:
            axes.text(column, row, count, ha="center", va="center", color="w" if share[row, column] > 0.5 else "k")
    axes.set_xticks(range(len(CLASSES)), CLASSES, rotation=45, ha="right")
    axes.set_yticks(range(len(CLASSES)), CLASSES)
    axes.set(xlabel="answer", ylabel="truth", title="Validation pictures by truth and answer")
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    main()
