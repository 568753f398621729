"""The attention explorer: look at every head, mask words, and see the prediction change."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from torch import Tensor

from hw9_xai.bert.encoding import Masked, TextOrPair
from hw9_xai.bert.heads import HeadFunctions
from hw9_xai.bert.models import Bert
from hw9_xai.pages.attention.exploration import exploration
from hw9_xai.pages.page import Page
from hw9_xai.plots import heads

HERE = Path(__file__).parent


def explore(
    bert: Bert, text: TextOrPair, *, pairs: Iterable[Masked] = (), functions: HeadFunctions | None = None
) -> Page:
    """Look at every head, mask words and see the prediction change.

    `pairs`: what to mask together, as positions or words: `pairs=[("she", "officer")]`. Every token alone is there
    anyway. `functions`: what `head_functions` found in many sentences; without it the heads are judged by this one
    sentence, and the page says that this is weak.

    >>> page = explore(load_bert("kit-en"), "She smiles because she is kind.", pairs=[("She", "kind")])
    >>> page.html.startswith("<!DOCTYPE html>")
    True
    """
    data = exploration(bert, text, pairs, functions)
    height = min(1000, 330 + 27 * max(len(data["tokens"]), 16))
    return Page(HERE, "Attention explorer 注意力瀏覽器", _short(data), _plain(data), height=height, argument="text")


def _short(data: dict[str, Any]) -> dict[str, Any]:
    """Rounded, and every token written once."""
    functions: HeadFunctions = data["functions"]

    def table(scores: Tensor | None) -> list[list[float]] | None:
        return None if scores is None else [[round(value, 4) for value in row] for row in scores.tolist()]

    numbers = {
        "score": {name: table(score) for name, score in functions.score.items()},
        "lift": {name: table(lift) for name, lift in functions.lift.items()},
        "entropy": table(functions.entropy),
        "label": functions.label,
        "sentences": functions.sentences,
        "weak": functions.weak,
    }
    vocabulary: dict[str, int] = {}

    def candidate(token: str, *values: float | None) -> list[float | None]:
        number = vocabulary.setdefault(token, len(vocabulary))
        return [number, *(round(value, 5) for value in values if value is not None)]

    states = [
        state
        | {"predictions": state["predictions"] and [[candidate(*one) for one in at] for at in state["predictions"]]}
        for state in data["states"]
    ]
    return data | {"functions": numbers, "states": states, "vocabulary": list(vocabulary)}


def _plain(data: dict[str, Any]) -> str:
    """A table of what the model expects behind each mask, and a picture of what the heads do."""
    picture = BytesIO()
    heads(data["functions"]).savefig(picture, format="png", dpi=80)
    image = f'<img alt="Functions of the heads" src="data:image/png;base64,{b64encode(picture.getvalue()).decode()}">'
    masked = [state for state in data["states"] if state["masked"] and state["predictions"]]
    if not masked:
        return image
    rows = []
    for state in masked:
        for i in state["masked"]:
            cells = [f"{token} {p:.3f} ({change:+.3f})" for token, p, change, _ in state["predictions"][i][:3]]
            hidden = " + ".join(data["tokens"][j] for j in state["masked"])
            rows.append([hidden, f"{i} {data['tokens'][i]}", *cells])
    head = ["masked 遮住", "token 詞", "1", "2", "3"]
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f"<p>{escape(' '.join(data['tokens']))}</p><table><thead><tr>"
        + "".join(f"<th>{cell}</th>" for cell in head)
        + f"</tr></thead><tbody>{lines}</tbody></table>{image}"
    )
