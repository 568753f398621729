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
from hw9_xai.pages.attention.live import live_exploration
from hw9_xai.pages.page import Page
from hw9_xai.plots import heads

HERE = Path(__file__).parent


def explore(
    bert: Bert,
    text: TextOrPair,
    *,
    pairs: Iterable[Masked] = (),
    functions: HeadFunctions | None = None,
    live: bool = False,
) -> Page:
    """Look at every head, mask words and see the prediction change.

    `pairs`: what to mask together, as positions or words: `pairs=[("she", "officer")]`. Every token alone is there
    anyway. `functions`: what `head_functions` found in many sentences; without it the heads are judged by this one
    sentence, and the page says that this is weak. `live`: the page holds the model itself, one as small as the kit's,
    reads any text that is typed there, and has its heads judged by a hundred sentences of the corpus.

    >>> page = explore(load_bert("kit-en"), "She smiles because she is kind.", pairs=[("She", "kind")])
    >>> page.html.startswith("<!DOCTYPE html>")
    True
    """
    if live and pairs:
        raise ValueError(f"pairs: expected none beside live=True, whose page masks any words together, got {pairs!r}")
    data = live_exploration(bert, text, functions) if live else exploration(bert, text, pairs, functions)
    height = 1100 if live else min(1100, max(1000, 330 + 27 * len(data["tokens"])))  # the heads take 1000
    title, argument = "Attention explorer 注意力瀏覽器", "bert" if live else "text"
    return Page(HERE, title, _short(data), _plain(data), height=height, argument=argument, live=live)


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

    if "live" in data:  # the page computes the rest
        return data | {"functions": numbers}
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
    masked = [state for state in data.get("states", ()) if state["masked"] and state["predictions"]]
    if not masked:
        return image
    lines = []
    for state in masked:
        hidden = " + ".join(data["tokens"][j] for j in state["masked"])
        for i in state["masked"]:
            best = [f"{token} {p:.3f} ({change:+.3f})" for token, p, change, _ in state["predictions"][i][:3]]
            cells = [hidden, f"{i} {data['tokens'][i]}", *best]
            lines.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    head = "<tr><th>masked 遮住</th><th>token 詞</th><th>1</th><th>2</th><th>3</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{''.join(lines)}</tbody></table>"
    return f"<p>{escape(' '.join(data['tokens']))}</p>{table}{image}"
