"""What each word does to a prediction: hide it, and see how the probability changes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from hw9_xai.bert.encoding import Masked, TextOrPair, encode, mask, masked_position, vocabulary_numbers
from hw9_xai.bert.models import Bert
from hw9_xai.bert.running import word_probabilities_in_turn


@dataclass(frozen=True)
class Influence:
    tokens: tuple[str, ...]  # as the model read them, with [MASK] at the position
    position: int
    predicted: str
    probability: float
    drop: Tensor  # (T,): what `predicted` loses when this token is hidden too; NaN at the position and special tokens

    @property
    def others(self) -> list[int]:
        """The positions that have a drop."""
        return (~self.drop.isnan()).nonzero().flatten().tolist()


def influence(bert: Bert, text: TextOrPair, masked: Masked, *, watch: str | None = None) -> Influence:
    """Hide every other token in turn, and measure what the prediction at the masked place loses.

    `masked`: one token position, or a word that occurs once. `watch`: the token of the vocabulary whose probability
    is followed; the most probable one unless another is given.

    >>> found = influence(load_bert("kit-en"), "The nurse smiled because she was tired.", "she", watch="he")
    >>> found.tokens[found.position], found.predicted
    ('[MASK]', 'he')
    """
    whole = encode(bert, text)
    place = masked_position(whole, masked)
    others = [i for i, special in enumerate(whole.special) if not special and i != place]
    states = [mask(bert, whole, [place, *also]) for also in ([], *([i] for i in others))]
    rows = torch.stack([row[place] for row in word_probabilities_in_turn(bert, states)])  # (1+others,V)
    number = int(rows[0].argmax()) if watch is None else vocabulary_numbers(bert, [watch])[0]
    drop = torch.full((len(whole.tokens),), torch.nan)
    drop[others] = rows[0, number] - rows[1:, number]
    token = bert.tokenizer.convert_ids_to_tokens(number)
    return Influence(states[0].tokens, place, token, float(rows[0, number]), drop)
