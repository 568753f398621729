"""Which words a model brings together, layer by layer: those of one sentence, and a question with what answers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from hw9_xai.bert.hidden import ENDS_A_SENTENCE, HiddenStates, context_sentences
from hw9_xai.bert.tables import layer_table


@dataclass(frozen=True)
class Relations:
    """Differences of cosines about the mean of all tokens: raw cosines are high wherever vectors share a direction."""

    sentence: Tensor  # (L+1,): words of one sentence of the context, less words of two; NaN where it is one sentence
    question: Tensor  # (L+1,): the question with the answer's sentence, less with the others; NaN where nothing is left

    def __str__(self) -> str:
        return layer_table({"own sentence": self.sentence, "question to answer": self.question})


def relations(hidden: HiddenStates) -> Relations:
    """How much nearer each layer puts words that belong together than words that do not.

    The answer itself is left out, since late layers move it away from everything; so are words that the question has
    too, which lie near their like before any layer has read the text.

    >>> hidden = hidden_states(load_bert("kit-qa"), "Who smiled?", "The nurse smiled. The cat slept.", answer="nurse")
    >>> print(relations(hidden))
    layer  own sentence  question to answer
    ...
    """
    hidden = hidden.without_special()
    sentences = context_sentences(hidden)
    if not hidden.answer or not sentences:
        raise ValueError("hidden: expected states of a question, a context and an answer, got none of an answer")
    states = hidden.states - hidden.states.mean(1, keepdim=True)
    unit = torch.nn.functional.normalize(states, dim=-1)
    cosine = unit @ unit.mT  # (L+1,T,T)
    number = torch.full((len(hidden.tokens),), -1)
    for i, members in enumerate(sentences):
        number[members] = i
    of_context = (number >= 0)[:, None] & (number >= 0)
    alike = number[:, None] == number
    itself = torch.eye(len(number), dtype=torch.bool)
    asked = [i for i, segment in enumerate(hidden.segments) if segment == 0]
    known = {hidden.tokens[i].lower() for i in asked} | set(ENDS_A_SENTENCE)
    holding = [members for members in sentences if set(members) & set(hidden.answer)]
    others = [members for members in sentences if members not in holding]

    def new_words(chosen: Iterable[list[int]]) -> Tensor:  # (T,) bool
        found = torch.zeros(len(number), dtype=torch.bool)
        for members in chosen:
            found[[i for i in members if i not in hidden.answer and hidden.tokens[i].lower() not in known]] = True
        return found

    from_question = torch.zeros_like(of_context)
    from_question[asked] = True
    return Relations(
        _mean(cosine, of_context & alike & ~itself) - _mean(cosine, of_context & ~alike),
        _mean(cosine, from_question & new_words(holding)) - _mean(cosine, from_question & new_words(others)),
    )


def _mean(cosine: Tensor, chosen: Tensor) -> Tensor:  # (L+1,T,T), (T,T) bool -> (L+1,), NaN of none
    return cosine[:, chosen].mean(1)
