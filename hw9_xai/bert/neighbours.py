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

    nearest: Tensor  # (L+1,T): of the tokens that are another word, the one with the highest cosine
    tokens: tuple[str, ...]  # without special tokens
    shares: dict[str, Tensor]  # (L+1,) each: how many neighbours are of this kind
    chance: dict[str, float]

    def __str__(self) -> str:
        chances = ", ".join(f"{kind} {share:.2f}" for kind, share in self.chance.items())
        return f"{layer_table(self.shares)}\nby chance: {chances}"

    def beside(self, token: int, layer: int) -> str:
        """The word that lies nearest to the token at this position."""
        return self.tokens[int(self.nearest[layer, token])]


def neighbours(hidden: HiddenStates) -> Neighbours:
    """Who is nearest to whom, without special tokens, and how many neighbours are of which kind.

    same word: the nearest token is the same word at another place. As that is often so, it is passed over for the
    rest: same sentence: the nearest other word stands in the same sentence of the context · other text: it stands in
    the question, for a token of the context, or the other way round.

    >>> hidden = hidden_states(load_bert("kit-qa"), "Who smiled?", "The nurse smiled. The cat slept.")
    >>> list(neighbours(hidden).shares)
    ['same word', 'same sentence', 'other text']
    """
    hidden = hidden.without_special()
    if 1 not in hidden.segments:
        raise ValueError("hidden: expected states of a question and its context, got none of a context")
    unit = torch.nn.functional.normalize(hidden.states, dim=-1)
    cosine = unit @ unit.mT
    itself = torch.eye(len(hidden.tokens), dtype=torch.bool)
    words = torch.tensor([[a.lower() == b.lower() for b in hidden.tokens] for a in hidden.tokens])
    among_all = cosine.masked_fill(itself, -torch.inf).argmax(-1)  # (L+1,T)
    among_others = cosine.masked_fill(words, -torch.inf).argmax(-1)
    shares, chance = {}, {}
    for kind, nearest, is_such, possible in (
        ("same word", among_all, words & ~itself, ~itself),
        ("same sentence", among_others, _same_sentence(hidden) & ~words, ~words),
        ("other text", among_others, _other_text(hidden) & ~words, ~words),
    ):
        rows = is_such.any(1).nonzero().flatten()  # tokens that have such a neighbour
        shares[kind] = is_such[rows, nearest[:, rows]].float().mean(1)
        chance[kind] = float((is_such[rows].sum(1) / possible[rows].sum(1)).mean())
    return Neighbours(among_others, hidden.tokens, shares, chance)


def _same_sentence(hidden: HiddenStates) -> Tensor:  # (T,T)
    sentence = torch.full((len(hidden.tokens),), -1)
    for number, members in enumerate(context_sentences(hidden)):
        sentence[members] = number
    return (sentence[:, None] == sentence) & (sentence >= 0)


def _other_text(hidden: HiddenStates) -> Tensor:  # (T,T)
    segment = torch.tensor(hidden.segments)
    return segment[:, None] != segment
