"""The page of an evaluation: how often right, for which classes, taken for what, and how sure of it."""

from __future__ import annotations

from html import escape
from math import isnan
from pathlib import Path
from typing import Any

from hw9_xai.cnn.pictures import load_picture
from hw9_xai.evaluation import Evaluation
from hw9_xai.output import printable
from hw9_xai.pages.page import Page
from hw9_xai.pages.picture.exploration import photo

HERE = Path(__file__).parent
WORST = 24
MOST_ROWS, MOST_LEFT_OUT = 24, 100  # a thousand classes, or broken photos, must stay a page


def evaluation_page(evaluation: Evaluation, model: str) -> Page:
    """`hw9-xai evaluate` writes it; `model`: what to call it."""
    names, (share, low, high) = [printable(name) for name in evaluation.classes], evaluation.accuracy
    left_out = evaluation.unreadable + evaluation.unknown
    data: dict[str, Any] = {
        "model": printable(model),
        "photos": len(evaluation.paths),
        "right": int(evaluation.right.sum()),
        "accuracy": (share, low, high),
        "error": evaluation.calibration_error,
        "bins": [_finite(*one) for one in evaluation.bins],
        "classes": [(name, *_finite(*rates)) for name, rates in zip(names, evaluation.by_class, strict=True)
                    if rates.photos or rates.answers],
        "confusion": _confusion(evaluation, names),
        "worst": [_mistake(evaluation, names, place) for place in evaluation.worst(WORST)],
        "leftOut": [*map(printable, left_out[:MOST_LEFT_OUT])],
        "more": max(0, len(left_out) - MOST_LEFT_OUT),
    }  # fmt: skip
    plain = f"<p>{escape(data['model'])}: {share:.3f} [{low:.3f}, {high:.3f}], {data['right']} / {data['photos']}</p>"
    return Page(HERE, "How often is it right? 它多常答對？", data, plain, height=900, argument="evaluation")


def _finite(*values: float) -> list[float | None]:
    return [None if isnan(value) else value for value in values]


def _confusion(evaluation: Evaluation, names: list[str]) -> dict[str, Any]:
    """Of the classes of the photos; of too many, those with the most mistakes. Last come all other answers."""
    matrix, photos = evaluation.confusion, evaluation.confusion.sum(1)
    there = photos.nonzero().flatten()
    shown = there[(matrix.diagonal() - photos)[there].argsort(stable=True)[:MOST_ROWS]].sort().values
    table = matrix[shown][:, shown]
    rows = [[*row, other] for row, other in zip(table.tolist(), (photos[shown] - table.sum(1)).tolist(), strict=True)]
    return {"names": [names[place] for place in shown], "rows": rows, "hidden": len(there) - len(shown)}


def _mistake(evaluation: Evaluation, names: list[str], place: int) -> dict[str, Any]:
    path, probabilities = evaluation.paths[place], evaluation.probabilities[place]
    return {
        "name": printable("/".join(path.parts[-2:])),
        "truth": names[evaluation.labels[place]],
        "answer": names[probabilities.argmax()],
        "probability": float(probabilities.max()),
        "photo": photo(load_picture(path)),
    }
