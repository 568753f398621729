"""What the model expects behind [MASK], and how that differs from what it says with the word in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from hw9_xai.arguments import whole_number
from hw9_xai.bert.encoding import Masked, TextOrPair, encode, mask, masked_positions, vocabulary_numbers
from hw9_xai.bert.models import Bert
from hw9_xai.bert.running import word_probabilities


@dataclass(frozen=True)
class Candidate:
    token: str
    probability: float
    rank: int  # 1 is the most probable of the vocabulary
    change: float  # its probability here, minus the same with nothing masked


@dataclass(frozen=True)
class MaskedPlace:
    """One [MASK]: the most probable tokens, and those the caller watches."""

    position: int
    hidden: str  # the token that stands there
    top: tuple[Candidate, ...]
    watched: tuple[Candidate, ...]

    def __str__(self) -> str:
        lines = [f"{self.position} {self.hidden}"]
        for one in (*self.top, *(watched for watched in self.watched if watched not in self.top)):
            lines.append(f"{one.rank:6}  {one.token:16}{one.probability:8.4f}{one.change:+9.4f}")
        return "\n".join(lines)


@dataclass(frozen=True)
class MaskedPrediction:
    tokens: tuple[str, ...]  # as the model read them
    places: tuple[MaskedPlace, ...]  # in the order of the text

    def __getitem__(self, place: int | str) -> MaskedPlace:
        """By token position, or by the token that is hidden there."""
        found = [one for one in self.places if place in (one.position, one.hidden)]
        if len(found) != 1:
            raise KeyError(f"{place!r}: expected one of {[(one.position, one.hidden) for one in self.places]}")
        return found[0]

    def __str__(self) -> str:
        return "\n".join([" ".join(self.tokens), "  rank  token           probab.   change", *map(str, self.places)])


def predict_masked(
    bert: Bert, text: TextOrPair, masked: Masked, *, top: int = 10, watch: Sequence[str] = ()
) -> MaskedPrediction:
    """What the model expects at every masked place.

    `masked`: token positions ([CLS] is 0), or words that occur once; several are hidden at the same time.
    `watch`: tokens to report wherever they rank.

    >>> found = predict_masked(load_bert("kit-en"), "The nurse smiled because she was tired.", "she", watch=["he"])
    >>> found["she"].position, found["she"].watched[0].token
    (5, 'he')
    """
    whole = encode(bert, text)
    positions = masked_positions(whole, masked)
    if not positions:
        raise ValueError("masked: expected at least one token position or word, got none")
    top = whole_number(top, "top", 1, bert.model.config.vocab_size)
    watched = vocabulary_numbers(bert, watch)
    hidden = mask(bert, whole, positions)
    before, after = word_probabilities(bert, [whole, hidden])
    places = []
    for i in positions:
        best = after[i].topk(top).indices.tolist()
        candidates = [candidates_of(bert, numbers, after[i], before[i]) for numbers in (best, watched)]
        places.append(MaskedPlace(i, whole.tokens[i], *candidates))
    return MaskedPrediction(hidden.tokens, tuple(places))


def candidates_of(bert: Bert, numbers: Sequence[int], after: Tensor, before: Tensor) -> tuple[Candidate, ...]:
    """These numbers of the vocabulary, judged by two (V,) distributions."""
    return tuple(
        Candidate(token, float(after[n]), 1 + int((after > after[n]).sum()), float(after[n] - before[n]))
        for n, token in zip(numbers, bert.tokenizer.convert_ids_to_tokens(list(numbers)), strict=True)
    )
