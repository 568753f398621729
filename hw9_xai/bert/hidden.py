"""What a question and its context become, layer by layer, and how far the answer stands out."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from sklearn.metrics import silhouette_score
from torch import Tensor

from hw9_xai.arguments import shortened
from hw9_xai.bert.encoding import Encoding, encode
from hw9_xai.bert.models import Bert
from hw9_xai.bert.running import states_of_layers
from hw9_xai.bert.tables import layer_table

ENDS_A_SENTENCE = (".", "!", "?", "。", "！", "？")


@dataclass(frozen=True)
class HiddenStates:
    states: Tensor  # (L+1,T,D); layer 0 is the input embeddings
    tokens: tuple[str, ...]
    segments: tuple[int, ...]  # 0: the question and its special tokens, 1: the context and its [SEP]
    special: tuple[bool, ...]
    answer: tuple[int, ...]  # token positions

    def without_special(self) -> HiddenStates:
        """[CLS] and [SEP] left out; the answer's positions count what is left."""
        kept = [i for i, special in enumerate(self.special) if not special]
        return HiddenStates(
            self.states[:, kept],
            tuple(self.tokens[i] for i in kept),
            tuple(self.segments[i] for i in kept),
            (False,) * len(kept),
            tuple(kept.index(i) for i in self.answer),
        )


@dataclass(frozen=True)
class LayerNumbers:
    """Numbers of the full space, comparable between layers; (L+1,) each. [CLS] and [SEP] are left out."""

    answer_distance: Tensor  # the answer's mean distance to the other tokens, over the mean distance of any two tokens
    silhouette: Tensor  # of the two segments, -1 to 1: are question and context clusters of their own?
    question_to_answer_sentence: Tensor  # cosine of the question's mean with that of the sentence with the answer
    question_to_other_sentences: Tensor  # the same with the context's other sentences, on average; NaN without any

    def __str__(self) -> str:
        names = ("answer apart", "silhouette", "question~answer's sentence", "question~other sentences")
        return layer_table(dict(zip(names, vars(self).values(), strict=True)))


def hidden_states(
    bert: Bert, question: str, context: str | None = None, answer: str | tuple[int, int] | None = None
) -> HiddenStates:
    """The states of every token at every layer.

    `answer`: a string that occurs once in the context, or the (start, end) of its characters there. It is found by
    its place, so that the same word elsewhere is not taken for it.

    >>> hidden = hidden_states(load_bert("kit-qa"), "Who smiled?", "The nurse smiled.", answer="nurse")
    >>> [hidden.tokens[i] for i in hidden.answer], hidden.states.shape[1] == len(hidden.tokens)
    (['nurse'], True)
    """
    encoding = encode(bert, question if context is None else (question, context))
    found = answer_positions(encoding, context, answer)
    states = states_of_layers(bert, [encoding])[0]
    return HiddenStates(states, encoding.tokens, encoding.segments, encoding.special, found)


def layer_numbers(hidden: HiddenStates) -> LayerNumbers:
    """How far the answer stands out and what the question is close to, layer by layer.

    >>> hidden = hidden_states(load_bert("kit-qa"), "Who smiled?", "The nurse smiled. The cat slept.", answer="nurse")
    >>> print(layer_numbers(hidden))
    layer  answer apart  silhouette  question~answer's sentence  question~other sentences
    ...
    """
    hidden = hidden.without_special()
    if not hidden.answer or 1 not in hidden.segments:
        raise ValueError("hidden: expected states of a question, a context and an answer, got none of an answer")
    states, segments = hidden.states, torch.tensor(hidden.segments)
    sentences = context_sentences(hidden)
    holding = [sentence for sentence in sentences if set(sentence) & set(hidden.answer)]
    others = [sentence for sentence in sentences if sentence not in holding]
    question = states[:, segments == 0].mean(1)
    held = states[:, [i for sentence in holding for i in sentence]].mean(1)
    other = [torch.cosine_similarity(question, states[:, sentence].mean(1), dim=-1) for sentence in others]
    return LayerNumbers(
        answer_distance(states, hidden.answer),
        torch.tensor([silhouette_score(layer.numpy(), segments.numpy()) for layer in states]),
        torch.cosine_similarity(question, held, dim=-1),
        torch.stack(other).mean(0) if other else torch.full((len(states),), torch.nan),
    )


def answer_distance(states: Tensor, answer: tuple[int, ...]) -> Tensor:
    """(L+1,T,D) -> (L+1,): mean distance of these tokens to all others, over the mean distance of any two tokens.

    >>> answer_distance(torch.tensor([[[0.0], [1.0], [5.0]]]), answer=(2,))  # three tokens on a line
    tensor([1.3500])
    """
    count = states.shape[1]
    is_answer = torch.zeros(count, dtype=torch.bool)
    is_answer[list(answer)] = True
    if is_answer.all():
        raise ValueError("answer: expected tokens beside the answer's, got none")
    distances = torch.cdist(states, states, compute_mode="donot_use_mm_for_euclid_dist")
    to_others = distances[:, is_answer][:, :, ~is_answer].mean((1, 2))
    return to_others / (distances.sum((1, 2)) / (count * (count - 1)))


def context_sentences(hidden: HiddenStates) -> list[list[int]]:
    """Token positions of each sentence of the context."""
    sentences: list[list[int]] = [[]]
    for i, (token, segment) in enumerate(zip(hidden.tokens, hidden.segments, strict=True)):
        if segment == 1:
            sentences[-1].append(i)
            if token in ENDS_A_SENTENCE:
                sentences.append([])
    return [sentence for sentence in sentences if sentence]


def answer_positions(encoding: Encoding, context: str | None, answer: str | tuple[int, int] | None) -> tuple[int, ...]:
    if answer is None:
        return ()
    if context is None:
        raise ValueError("answer: expected a context that holds it, got no context")
    if isinstance(answer, str):
        count = context.count(answer) if answer else 0
        if count != 1:
            raise ValueError(
                f"answer: expected a string that occurs once in the context, got {shortened(answer)}, which occurs "
                f"{count} times; the (start, end) of its characters says which one"
            )
        start, end = context.index(answer), context.index(answer) + len(answer)
    else:
        start, end = answer
    found = encoding.positions_within(start, end, segment=1)
    if not found:
        raise ValueError(f"answer: expected (start, end) within the context's {len(context)} characters, got {answer}")
    return tuple(found)
