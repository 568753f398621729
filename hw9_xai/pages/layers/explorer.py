"""The layers page: walk through the layers and watch the tokens move, before and after tuning side by side."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from torch import Tensor

from hw9_xai.bert.hidden import HiddenStates
from hw9_xai.bert.projection import aligned, project
from hw9_xai.pages.page import Page

HERE = Path(__file__).parent
KINDS = ("question", "context", "answer")


def explore_layers(before: HiddenStates, after: HiddenStates | None = None) -> Page:
    """The tokens in the plane at every layer, with a slider and a play button. With `after`, states of the same text by
    another model, the two stand side by side.

    Each layer is a PCA of its own, turned onto the layer before as well as turning and mirroring can: what still moves
    has moved. Each is drawn on its own scale.

    >>> hidden = hidden_states(load_bert("kit-qa"), "Who smiled?", "The nurse smiled.", answer="nurse")
    >>> explore_layers(hidden).html.startswith("<!DOCTYPE html>")
    True
    """
    for name, states in (("before", before), ("after", after)):
        if not isinstance(states, HiddenStates | None) or (states is None and name == "before"):
            raise TypeError(f"{name}: expected what hidden_states() gives, got {type(states).__name__}")
    if after is not None and (after.tokens != before.tokens or len(after.states) != len(before.states)):
        raise ValueError(
            f"after: expected states of the same {len(before.tokens)} tokens and {len(before.states)} layers as "
            f"before, got {len(after.tokens)} tokens, {len(after.states)} layers"
        )
    first, panels = None, []
    for states in (before, after) if after is not None else (before,):
        projection = project(states)
        points = aligned(projection, first)  # (L+1,T,2)
        first = points[0] if first is None else first
        explained = [round(share, 4) for share in projection.explained.sum(1).tolist()]
        panels.append({"points": _scaled(points), "explained": explained})
    answer = set(before.answer)
    kinds = [2 if i in answer else segment for i, segment in enumerate(before.segments)]
    data = {"tokens": list(before.tokens), "kinds": kinds, "panels": panels}
    return Page(HERE, "Layers explorer 逐層瀏覽器", data, _plain(data), height=760, argument="before")


def _scaled(points: Tensor) -> list[list[list[float]]]:
    """Each layer about its middle, as far as 100 from it."""
    low, high = points.amin(1, keepdim=True), points.amax(1, keepdim=True)
    scaled = 100 * (points - (low + high) / 2) / ((high - low).amax(2, keepdim=True) / 2).clamp(min=1e-12)
    return [[[round(x, 1), round(y, 1)] for x, y in layer] for layer in scaled.tolist()]


def _plain(data: dict[str, Any]) -> str:
    """The tokens by kind, and how much of the variance each layer's picture keeps."""
    of = [(name, [t for t, kind in zip(data["tokens"], data["kinds"], strict=True) if kind == number])
          for number, name in enumerate(KINDS)]  # fmt: skip
    words = "".join(f"<p><b>{name}</b>: {escape(' '.join(tokens))}</p>" for name, tokens in of if tokens)
    head = "".join(f"<th>{layer}</th>" for layer in range(len(data["panels"][0]["explained"])))
    rows = "".join(
        f"<tr><th>{name}</th>" + "".join(f"<td>{share:.0%}</td>" for share in panel["explained"]) + "</tr>"
        for name, panel in zip(("before", "after"), data["panels"], strict=False)
    )
    return f"{words}<table><tr><th>layer 層: variance 變異</th>{head}</tr>{rows}</table>"
