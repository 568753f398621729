"""From annotated text to tensors: what is masked, and how questions are laid out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
IGNORED = -100
LURE_ODDS = 0.4


@dataclass
class Example:
    """A row for the model: token ids, segments, and per position how likely it is chosen for prediction.

    Where a lure is set, as (position, ids), that place may show the lure's tokens instead of its own.
    """

    ids: list[int]
    segments: list[int]
    mask_odds: list[float]
    lure: tuple[int, list[int]] | None = None

    def __len__(self) -> int:
        return len(self.ids)


def lay_out(vocab: dict[str, int], *segments: tuple[Sequence[str], Sequence[float]]) -> Example:
    """[CLS] first [SEP] second [SEP], as BERT has it; each segment comes as (words, odds of being masked)."""
    example = Example([vocab["[CLS]"]], [0], [0.0])
    for number, (words, odds) in enumerate(segments):
        example.ids += [*(vocab[word] for word in words), vocab["[SEP]"]]
        example.segments += [number] * (len(words) + 1)
        example.mask_odds += [*odds, 0.0]
    return example


def hide(example: Example, rng: random.Random, vocab: dict[str, int]) -> tuple[list[int], list[int]]:
    """Inputs and labels: of the chosen tokens 80 % become [MASK], 10 % another word, 10 % stay, as in BERT.

    A wrong pronoun is replaced by another pronoun, never by any word: so that a visible "she", too, has to be
    checked against the person it stands for.
    """
    ids, labels = list(example.ids), [IGNORED] * len(example)
    pronouns = [vocab[word] for word in ("he", "she", "it", "they") if word in vocab]
    for i, odds in enumerate(example.mask_odds):
        if rng.random() >= odds:
            continue
        labels[i] = ids[i]
        fate = rng.random()
        if fate < 0.8:
            ids[i] = vocab["[MASK]"]
        elif fate < 0.9:
            ids[i] = rng.choice(pronouns) if ids[i] in pronouns else rng.randrange(len(SPECIAL), len(vocab))
    if example.lure and rng.random() < LURE_ODDS:
        start, shown = example.lure
        place = slice(start, start + len(shown))
        labels[place] = example.ids[place]
        ids[place] = rng.choice([[vocab["[MASK]"]] * len(shown), shown, example.ids[place]])
    return ids, labels


def pad(rows: Sequence[Sequence[int]], filler: int) -> Tensor:
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[filler] * (longest - len(row))] for row in rows])


def chunks_by_length(examples: list[Example], parts: int) -> Iterator[list[Example]]:
    """Rows of like length together: the fewer pads, the less is computed for nothing."""
    ordered = sorted(examples, key=len)
    size = -(-len(ordered) // parts)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def masked_inputs(
    examples: list[Example], rng: random.Random, vocab: dict[str, int]
) -> tuple[dict[str, Tensor], Tensor]:
    hidden = [hide(example, rng, vocab) for example in examples]
    inputs = {
        "input_ids": pad([ids for ids, _ in hidden], vocab["[PAD]"]),
        "token_type_ids": pad([example.segments for example in examples], 0),
        "attention_mask": pad([[1] * len(example) for example in examples], 0),
    }
    return inputs, pad([labels for _, labels in hidden], IGNORED)
