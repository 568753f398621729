"""Who looks at whom: the attention of every layer and head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import torch
from torch import Tensor

from hw9_xai.bert.encoding import Masked, TextOrPair, encode, mask, masked_positions
from hw9_xai.bert.models import Bert
from hw9_xai.bert.running import attention_weights

Texts = list[str] | list[tuple[str, str]] | list[TextOrPair]


@dataclass(frozen=True)
class Attention:
    """weights[l, h, i, j] is how much token i attends to token j in layer l+1, head h+1; every row sums to 1.

    >>> even = torch.full((1, 1, 4, 4), 0.25)
    >>> Attention(("[CLS]", "play", "##s", "[SEP]"), even, words=(None, 0, 0, None)).by_word().tokens
    ('[CLS]', 'plays', '[SEP]')
    """

    tokens: tuple[str, ...]
    weights: Tensor  # (L,H,T,T)
    words: tuple[int | None, ...]  # the word each token is a piece of; None for [CLS] and [SEP]

    @property
    def special(self) -> tuple[bool, ...]:
        return tuple(word is None for word in self.words)

    def by_word(self) -> Attention:
        """Pieces of a word made one: what goes to a word is the sum over its pieces, what comes from it the mean
        (Clark et al. 2019). Rows still sum to 1."""
        groups: list[list[int]] = []
        for i, word in enumerate(self.words):
            if word is not None and i > 0 and word == self.words[i - 1]:
                groups[-1].append(i)
            else:
                groups.append([i])
        sums = torch.zeros(len(groups), len(self.tokens))
        for row, group in enumerate(groups):
            sums[row, group] = 1.0
        means = sums / sums.sum(1, keepdim=True)
        tokens = tuple("".join(self.tokens[i].removeprefix("##") for i in group) for group in groups)
        return Attention(tokens, means @ self.weights @ sums.T, tuple(self.words[group[0]] for group in groups))


@overload
def attention(bert: Bert, text: TextOrPair, masked: Masked = ()) -> Attention: ...
@overload
def attention(bert: Bert, text: Texts, masked: Masked = ()) -> list[Attention]: ...
def attention(bert: Bert, text: TextOrPair | Texts, masked: Masked = ()) -> Attention | list[Attention]:
    """The attention of every layer and head.

    `text`: a string; a question and its context as a tuple; or a list of those, which gives a list.
    `masked`: what to hide behind [MASK]: token positions ([CLS] is 0), or words that occur once.

    >>> found = attention(load_bert("kit-en"), "The nurse smiled.", masked="nurse")
    >>> found.tokens[:3], found.weights.shape[-1] == len(found.tokens)
    (('[CLS]', 'The', '[MASK]'), True)
    """
    texts: Sequence[TextOrPair] = text if isinstance(text, list) else [text]
    encodings = [encode(bert, one) for one in texts]
    encodings = [mask(bert, one, masked_positions(one, masked)) for one in encodings]
    weights = attention_weights(bert, encodings)
    found = [Attention(one.tokens, its, one.words) for one, its in zip(encodings, weights, strict=True)]
    return found if isinstance(text, list) else found[0]
