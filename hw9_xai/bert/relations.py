"""Does a layer bring together the words that the text relates: those of one sentence?"""

from __future__ import annotations

import torch
from torch import Tensor

from hw9_xai.bert.hidden import HiddenStates, context_sentences


def relations(hidden: HiddenStates) -> Tensor:  # (L+1,)
    """How much nearer words of one sentence of the context lie to each other than to words of the other sentences, by
    layer: a difference of mean cosines, about the mean of all tokens, as raw cosines are high wherever vectors share a
    direction. NaN where the context is one sentence.

    >>> hidden = hidden_states(load_bert("kit-qa"), "Who smiled?", "The nurse smiled. The cat slept.")
    >>> relations(hidden).shape == (len(hidden.states),)
    True
    """
    hidden = hidden.without_special()
    sentences = context_sentences(hidden)
    if not sentences:
        raise ValueError("hidden: expected states of a question and its context, got none of a context")
    unit = torch.nn.functional.normalize(hidden.states - hidden.states.mean(1, keepdim=True), dim=-1)
    cosine = unit @ unit.mT  # (L+1,T,T)
    number = torch.full((len(hidden.tokens),), -1)
    for i, members in enumerate(sentences):
        number[members] = i
    of_context = (number >= 0)[:, None] & (number >= 0)
    alike = number[:, None] == number
    itself = torch.eye(len(number), dtype=torch.bool)
    return cosine[:, of_context & alike & ~itself].mean(1) - cosine[:, of_context & ~alike].mean(1)
