"""The attention explorer: one page that needs no network and no server, in a notebook or as a file."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from torch import Tensor

from hw9_xai.bert.encoding import Masked, Text
from hw9_xai.bert.exploration import exploration
from hw9_xai.bert.heads import HeadFunctions
from hw9_xai.bert.models import Bert
from hw9_xai.plots import heads

HERE = Path(__file__).parent
MOST_BYTES = 3_000_000


class Explorer:
    """Shows itself in a notebook; `save` writes the same page."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._plain = _plain(data)
        self.html = _page(data, self._plain)
        self._height = min(1000, 330 + 27 * max(len(data["tokens"]), 16))
        if len(self.html.encode()) > MOST_BYTES:
            size = len(self.html.encode()) / 1e6
            raise ValueError(f"text: expected one whose page stays within 3 MB, got {size:.1f} MB; take a shorter text")

    def save(self, path: str | Path) -> Path:
        """Write the page: one file that opens anywhere, without a network."""
        path = Path(path)
        path.write_text(self.html, encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        """A frame that can run scripts and nothing else; beneath it what a viewer without scripts shows too."""
        return (
            f'<iframe srcdoc="{escape(self.html)}" sandbox="allow-scripts" title="Attention explorer 注意力瀏覽器" '
            f'width="100%" height="{self._height}" style="border:0"></iframe>'
            f"<details><summary>The same in short, without scripts 不用程式的摘要</summary>{self._plain}</details>"
        )


def explore(
    bert: Bert, text: Text, *, pairs: Iterable[Masked] = (), functions: HeadFunctions | None = None
) -> Explorer:
    """Look at every head, mask words and see the prediction change.

    `pairs`: what to mask together, as positions or words: `pairs=[("she", "officer")]`. Every token alone is there
    anyway. `functions`: what `head_functions` found in many sentences; without it the heads are judged by this one
    sentence, and the page says that this is weak.

    >>> page = explore(load_bert("kit-en"), "She smiles because she is kind.", pairs=[("She", "kind")])
    >>> page.html.startswith("<!DOCTYPE html>")
    True
    """
    return Explorer(exploration(bert, text, pairs, functions))


def _page(data: dict[str, Any], plain: str) -> str:
    style, script = ((HERE / f"explorer.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    policy = f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    filled = {"policy": policy, "style": style, "script": script, "plain": plain, "data": _json(data)}
    page = (HERE / "explorer.html").read_text(encoding="utf-8")
    parts = page.split("{{")  # one pass: what is filled in is not searched for places to fill
    return parts[0] + "".join(filled[name] + rest for name, rest in (part.split("}}", 1) for part in parts[1:]))


def _hash(source: str) -> str:
    """The only script and style that the page may run are named by their contents."""
    return "sha256-" + b64encode(sha256(source.encode()).digest()).decode()


def _json(data: dict[str, Any]) -> str:
    """As it may stand in a script element, whatever the text says."""
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
    everything = data | {"functions": numbers, "states": states, "vocabulary": list(vocabulary)}
    return json.dumps(everything, separators=(",", ":")).replace("<", "\\u003c")  # ASCII: U+2028 is escaped already


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
