"""Who lies beside whom, layer by layer, in the full space: nearest neighbours, and the words of one sentence."""

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
    hidden = _with_context(hidden)
    cosine = _cosines(hidden.states)
    itself = torch.eye(len(hidden.tokens), dtype=torch.bool)
    sentence, segment = _sentence_numbers(hidden), torch.tensor(hidden.segments)
    same_sentence = (sentence[:, None] == sentence) & (sentence >= 0)
    words = torch.tensor([[a.lower() == b.lower() for b in hidden.tokens] for a in hidden.tokens])
    among_all = cosine.masked_fill(itself, -torch.inf).argmax(-1)  # (L+1,T)
    among_others = cosine.masked_fill(words, -torch.inf).argmax(-1)
    shares, chance = {}, {}
    for kind, nearest, is_such, possible in (
        ("same word", among_all, words & ~itself, ~itself),
        ("same sentence", among_others, same_sentence & ~words, ~words),
        ("other text", among_others, (segment[:, None] != segment) & ~words, ~words),
    ):
        rows = is_such.any(1).nonzero().flatten()  # tokens that have such a neighbour
        shares[kind] = is_such[rows, nearest[:, rows]].float().mean(1)
        chance[kind] = float((is_such[rows].sum(1) / possible[rows].sum(1)).mean())
    return Neighbours(among_others, hidden.tokens, shares, chance)


def relations(hidden: HiddenStates) -> Tensor:  # (L+1,)
    """How much nearer words of one sentence of the context lie to each other than to words of the other sentences, by
    layer: a difference of mean cosines, about the mean of all tokens, as raw cosines are high wherever vectors share a
    direction. NaN where the context is one sentence.

    >>> hidden = hidden_states(load_bert("kit-qa"), "Who smiled?", "The nurse smiled. The cat slept.")
    >>> relations(hidden).shape == (len(hidden.states),)
    True
    """
    hidden = _with_context(hidden)
    cosine = _cosines(hidden.states - hidden.states.mean(1, keepdim=True))
    sentence = _sentence_numbers(hidden)
    of_context = (sentence >= 0)[:, None] & (sentence >= 0)
    alike = sentence[:, None] == sentence
    itself = torch.eye(len(sentence), dtype=torch.bool)
    return cosine[:, of_context & alike & ~itself].mean(1) - cosine[:, of_context & ~alike].mean(1)


def _with_context(hidden: HiddenStates) -> HiddenStates:  # without special tokens
    if 1 not in hidden.segments:
        raise ValueError("hidden: expected states of a question and its context, got none of a context")
    return hidden.without_special()


def _cosines(states: Tensor) -> Tensor:  # (L+1,T,D) -> (L+1,T,T)
    unit = torch.nn.functional.normalize(states, dim=-1)
    return unit @ unit.mT


def _sentence_numbers(hidden: HiddenStates) -> Tensor:  # (T,) -1 in the question
    number = torch.full((len(hidden.tokens),), -1)
    for i, members in enumerate(context_sentences(hidden)):
        number[members] = i
    return number
