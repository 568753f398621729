"""Measure the shipped classifier and write checkpoints/food_cnn.md: python -m checkpoints.make.evaluate_classifier

Accuracy and confusions on the validation set, the ten observation pictures, and what interventions do to the score.
"""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib
import numpy as np

import hw9_xai as xai
from hw9_xai.assets import CHECKPOINTS, DATA
from hw9_xai.cnn.classifier import CLASSES

matplotlib.use("Agg")
import matplotlib.pyplot as plt

INTERVENTIONS = {  # case: (class, what the correlations built into the pictures predict)
    "strawberries": ("Dairy product", "rises: strawberries belong to Vegetable/Fruit and Dessert"),
    "bowl": ("Soup", "falls: soup always comes in a bowl"),
}


def main() -> None:
    model = xai.load_classifier()
    validation = xai.load_pictures(DATA / "validation")
    confusion = xai.confusion(xai.predict(model, validation.images), validation.labels).numpy()
    draw_confusion(confusion, CHECKPOINTS / "figures" / "food_cnn_confusion.png")
    training = json.loads((CHECKPOINTS / "food_cnn.json").read_text())
    sections = [
        "# food_cnn: measured",
        f"Written by `python -m checkpoints.make.evaluate_classifier`. FoodCNN of width {training['width']}, "
        f"{sum(parameter.numel() for parameter in model.parameters()):,} parameters.",
        *accuracy_section(confusion),
        *observation_section(model),
        *intervention_section(model),
    ]
    (CHECKPOINTS / "food_cnn.md").write_text("\n\n".join(sections) + "\n")
    print("\n\n".join(sections))


def accuracy_section(confusion: np.ndarray) -> list[str]:
    right, of_class = confusion.diagonal(), confusion.sum(1)
    rows = [f"| {name} | {r}/{n} | {r / n:.0%} |" for name, r, n in zip(CLASSES, right, of_class, strict=True)]
    pairs = confusion + confusion.T
    order = sorted(((pairs[i, j], CLASSES[i], CLASSES[j]) for i in range(len(CLASSES)) for j in range(i)), reverse=True)
    confused = ", ".join(f"{a} and {b} ({count})" for count, b, a in order[:5])
    return [
        f"## On the validation set: {right.sum()} of {of_class.sum()} right, {right.sum() / of_class.sum():.1%}",
        "\n".join(["| class | right | |", "|---|---|---|", *rows]),
        f"Most often confused, in either direction: {confused}.",
        "![confusion matrix](figures/food_cnn_confusion.png)",
    ]


def observation_section(model: xai.FoodCNN) -> list[str]:
    pictures = xai.load_pictures()
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
        low, high = bootstrap(change)
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


def bootstrap(values: np.ndarray, seed: int = 0) -> tuple[float, float]:
    draws = np.random.default_rng(seed).choice(values, (10_000, len(values))).mean(1)
    return tuple(np.quantile(draws, [0.025, 0.975]))


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
