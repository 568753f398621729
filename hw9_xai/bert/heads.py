"""What each head does, in numbers: to the next token, the previous one, itself, the special tokens, the period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

import torch
from torch import Tensor

from hw9_xai.arguments import whole_number
from hw9_xai.bert.attention import Attention, best_heads

PERIODS = (".", "。")
ENOUGH_SENTENCES = 20
MIN_SCORE, MIN_LIFT = 0.5, 2.0  # what a head needs to be named after a function


@dataclass(frozen=True)
class HeadFunctions:
    """Means over the sentences; a function that no sentence allows to score (no period, say) has None.

    >>> even = Attention(("[CLS]", "a", "cat", "[SEP]"), torch.full((1, 1, 4, 4), 0.25), words=(None, 0, 1, None))
    >>> functions = head_functions(even)
    >>> functions.label, functions.weak
    ([['mixed']], True)
    """

    score: dict[str, Tensor | None]  # (L,H): the share of attention that goes where the function says
    lift: dict[str, Tensor | None]  # (L,H): over the same score of a head that attends evenly
    entropy: Tensor  # (L,H): 0 = every token attends to one other, 1 = to all alike
    sentences: int

    @property
    def weak(self) -> bool:
        """Too few sentences for a verdict."""
        return self.sentences < ENOUGH_SENTENCES

    def __str__(self) -> str:
        verdict = "too few for a verdict" if self.weak else "enough for a verdict"
        lines = [
            f"{self.sentences} sentence{'s' * (self.sentences > 1)}, {verdict}; the best heads by score, with lift:"
        ]
        for name in self.score:
            best = [f"layer {l} head {h} {score:.2f} x{lift:.1f}" for l, h, score, lift in self.best(name, 3)]
            lines.append(f"{name:9}{' · '.join(best) or 'nothing to score'}")
        return "\n".join(lines)

    def of_head(self, head: int) -> str:
        """One head, counted from 1, of every layer: its scores and lifts, and what it is called."""
        head = whole_number(head, "head", 1, self.entropy.shape[1])
        return self._table("layer", [(layer, head - 1) for layer in range(len(self.entropy))])

    def of_layer(self, layer: int) -> str:
        """Every head of one layer, counted from 1."""
        layer = whole_number(layer, "layer", 1, len(self.entropy))
        return self._table("head", [(layer - 1, head) for head in range(self.entropy.shape[1])])

    def _table(self, counted: str, places: Sequence[tuple[int, int]]) -> str:
        found = self._found()
        lines = [f"{counted:5}" + "".join(f"{name:>13}" for name in found) + "   called"]
        for number, (layer, head) in enumerate(places, 1):
            cells = [f"{score[layer, head]:.2f} x{lift[layer, head]:<4.1f}" for score, lift in found.values()]
            lines.append(f"{number:5}" + "".join(f"{cell:>13}" for cell in cells) + f"   {self._label(layer, head)}")
        return "\n".join(lines)

    @property
    def label(self) -> list[list[str]]:
        """label[l][h]: the function with the largest score, if that is clear enough; otherwise mixed."""
        layers, heads = self.entropy.shape
        return [[self._label(layer, head) for head in range(heads)] for layer in range(layers)]

    def _label(self, layer: int, head: int) -> str:
        found = {name: (float(score[layer, head]), lift[layer, head]) for name, (score, lift) in self._found().items()}
        best = max(found, key=lambda name: found[name][0], default=None)
        if best is None or found[best][0] < MIN_SCORE or found[best][1] < MIN_LIFT:
            return "mixed"
        return best

    def _found(self) -> dict[str, tuple[Tensor, Tensor]]:
        """Score and lift of the functions that could be scored."""
        pairs = ((name, score, self.lift[name]) for name, score in self.score.items())
        return {name: (score, lift) for name, score, lift in pairs if score is not None and lift is not None}

    def best(self, function: str, count: int = 5) -> list[tuple[int, int, float, float]]:
        """The heads with the highest score: (layer, head, score, lift), counted from 1."""
        score, lift = self.score[function], self.lift[function]
        if score is None or lift is None:
            return []
        return best_heads(score, lift, count)


def head_functions(attention: Attention | Sequence[Attention]) -> HeadFunctions:
    """Score, lift and entropy per layer and head, of one sentence or averaged over many.

    A[i, j] is the attention from i to j; content tokens are all but [CLS] and [SEP].
    next: mean A[i, i+1] where both are content, previous likewise · self: mean A[i, i] of content tokens ·
    special: mean over content tokens of what goes to [CLS] and [SEP] · period: mean over content tokens other than
    periods of what goes to periods. A verdict from fewer than 20 sentences is weak.

    >>> weights = torch.eye(4)[None, None, [1, 2, 3, 3]]  # one head: each token looks at the next
    >>> one = Attention(("[CLS]", "a", "cat", "[SEP]"), weights, words=(None, 0, 1, None))
    >>> head_functions(one).best("next")  # layer, head, score, lift
    [(1, 1, 1.0, 4.0)]
    """
    sentences = [attention] if isinstance(attention, Attention) else list(attention)
    if not sentences or not all(isinstance(one, Attention) for one in sentences):
        raise TypeError("attention: expected what attention() returns, or a list of those, got something else or none")
    score: dict[str, Tensor | None] = {}
    lift: dict[str, Tensor | None] = {}
    for name, function in FUNCTIONS.items():
        evens = [torch.full_like(one.weights[0, 0], 1 / len(one.tokens)) for one in sentences]
        pairs = [(function(one.weights, one), function(even, one)) for one, even in zip(sentences, evens, strict=True)]
        found = [(ours, even) for ours, even in pairs if ours is not None and even is not None]
        score[name] = mean = torch.stack([ours for ours, _ in found]).mean(0) if found else None
        lift[name] = None if mean is None else mean / torch.stack([even for _, even in found]).mean()
    entropies = [torch.special.entr(one.weights).sum(-1).mean(-1) / log(len(one.tokens)) for one in sentences]
    return HeadFunctions(score, lift, torch.stack(entropies).mean(0), len(sentences))


def _content(attention: Attention) -> list[int]:
    return [i for i, special in enumerate(attention.special) if not special]


def _next(weights: Tensor, attention: Attention) -> Tensor | None:
    content = _content(attention)
    left = [i for i in content if i + 1 in content]
    return weights[..., left, [i + 1 for i in left]].mean(-1) if left else None


def _self(weights: Tensor, attention: Attention) -> Tensor | None:
    content = _content(attention)
    return weights[..., content, content].mean(-1) if content else None


def _special(weights: Tensor, attention: Attention) -> Tensor | None:
    content = _content(attention)
    special = [i for i, is_special in enumerate(attention.special) if is_special]
    return _sum_to(weights, content, special) if content and special else None


def _period(weights: Tensor, attention: Attention) -> Tensor | None:
    content = _content(attention)
    periods = [i for i in content if attention.tokens[i] in PERIODS]
    others = [i for i in content if i not in periods]
    return _sum_to(weights, others, periods) if others and periods else None


def _sum_to(weights: Tensor, sources: list[int], targets: list[int]) -> Tensor:
    return weights[..., sources, :][..., targets].sum(-1).mean(-1)


FUNCTIONS: dict[str, Callable[[Tensor, Attention], Tensor | None]] = {
    "next": _next, "previous": lambda weights, one: _next(weights.mT, one), "self": _self,
    "special": _special, "period": _period,
}  # fmt: skip
