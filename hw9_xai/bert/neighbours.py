"""Who lies beside whom: the nearest neighbour of every token, layer by layer, in the full space."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from hw9_xai.bert.hidden import HiddenStates, context_sentences
from hw9_xai.bert.tables import layer_table


@dataclass(frozen=True)
class Neighbours:
    """Each share is over the tokens for which there is such a neighbour at all: a word that occurs once has no twin.
    `chance`: the same share if neighbours were drawn at random."""

    nearest: Tensor  # (L+1,T): the token with the highest cosine
    tokens: tuple[str, ...]  # without special tokens
    shares: dict[str, Tensor]  # (L+1,) each: how many neighbours are of this kind
    chance: dict[str, float]

    def __str__(self) -> str:
        chances = ", ".join(f"{kind} {share:.2f}" for kind, share in self.chance.items())
        return f"{layer_table(self.shares)}\nby chance: {chances}"


def neighbours(hidden: HiddenStates) -> Neighbours:
    """The nearest neighbour of every token, and how many neighbours are of which kind:

    same word: the same word at another place · same sentence: of the context · other text: a token of the question
    beside one of the context, or the other way round. Special tokens are left out.
    """
    hidden = hidden.without_special()
    if 1 not in hidden.segments:
        raise ValueError("hidden: expected states of a question and its context, got none of a context")
    unit = torch.nn.functional.normalize(hidden.states, dim=-1)
    cosine = unit @ unit.mT
    cosine.diagonal(dim1=1, dim2=2).fill_(-torch.inf)
    nearest = cosine.argmax(-1)
    shares, chance = {}, {}
    for kind, is_such in _kinds(hidden).items():
        rows = is_such.any(1).nonzero().flatten()  # tokens that have such a neighbour
        shares[kind] = is_such[rows, nearest[:, rows]].float().mean(1)
        chance[kind] = float(is_such[rows].float().sum(1).mean() / (len(is_such) - 1))
    return Neighbours(nearest, hidden.tokens, shares, chance)


def _kinds(hidden: HiddenStates) -> dict[str, Tensor]:
    """(T,T) each: is the one such a neighbour of the other?"""
    count = len(hidden.tokens)
    words = torch.tensor([[a.lower() == b.lower() for b in hidden.tokens] for a in hidden.tokens])
    sentence = torch.full((count,), -1)
    for number, members in enumerate(context_sentences(hidden)):
        sentence[members] = number
    segment = torch.tensor(hidden.segments)
    other = ~torch.eye(count, dtype=torch.bool)
    return {
        "same word": words & other,
        "same sentence": (sentence[:, None] == sentence) & (sentence >= 0) & other,
        "other text": segment[:, None] != segment,
    }
