"""What the explorer shows, computed in advance: every word masked alone, and the groups that were asked for."""

from __future__ import annotations

import warnings
from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any
from zlib import compress

import torch
from torch import Tensor

from hw9_xai.bert.attention import Attention
from hw9_xai.bert.encoding import Encoding, Masked, TextOrPair, encode, mask, masked_positions
from hw9_xai.bert.heads import HeadFunctions, head_functions
from hw9_xai.bert.models import Bert
from hw9_xai.bert.running import attention_weights, predicts_words, word_probabilities_in_turn

MOST_TOKENS, CROWDED = 64, 40
MOST_ATTENTION = 2_300_000  # characters: what 3 MB leave beside the predictions of 64 tokens
HOPELESS = 4  # no text's attention was seen to pack into a quarter of its bytes
CANDIDATES = 5

Candidates = list[tuple[str, float, float, float | None]]  # token, probability, change, change to being masked alone


def exploration(
    bert: Bert, text: TextOrPair, pairs: Iterable[Masked] = (), functions: HeadFunctions | None = None
) -> dict[str, Any]:
    """Tokens, head functions and states: first nothing masked, then each word alone, then the pairs.

    A state has a block of the packed attention, or None where it would make the page too large, and at every
    position the most probable tokens with the change against nothing masked.
    """
    whole = encode(bert, text)
    count = len(whole.tokens)
    if count > MOST_TOKENS:
        raise ValueError(f"text: expected at most {MOST_TOKENS} tokens, got {count}; attention() takes longer ones")
    if count > CROWDED:
        warnings.warn(f"text: {count} tokens are hard to read, up to {CROWDED} are comfortable", stacklevel=3)
    singles = [[i] for i, special in enumerate(whole.special) if not special]
    groups = _groups(whole, pairs)
    masks = [[], *singles, *groups]
    encodings = [mask(bert, whole, positions) for positions in masks]
    weights, packed, blocks = _attentions(bert, encodings, len(groups))
    predictions = _predictions(bert, encodings, masks) if predicts_words(bert) else [None] * len(masks)
    if functions is None:
        functions = head_functions(Attention(whole.tokens, weights, whole.words))
    if functions.entropy.shape != weights.shape[:2]:
        raise ValueError(
            f"functions: expected scores of {tuple(weights.shape[:2])} layers and heads, "
            f"got {tuple(functions.entropy.shape)}"
        )
    return {
        "model": bert.name,
        "tokens": whole.tokens,
        "special": whole.special,
        "functions": functions,
        "attention": packed,
        "states": [
            {"masked": positions, "block": block, "predictions": candidates}
            for positions, block, candidates in zip(masks, blocks, predictions, strict=True)
        ],
    }


def _groups(whole: Encoding, pairs: Iterable[Masked]) -> list[list[int]]:
    if isinstance(pairs, str):
        raise TypeError(f"pairs: expected a list of what to mask together, got {pairs!r}")
    groups = []
    for pair in pairs:
        positions = masked_positions(whole, pair)
        if len(positions) < 2:
            raise ValueError(f"pairs: expected two tokens or more to mask together, got {pair!r}")
        if positions not in groups:
            groups.append(positions)
    return groups


def _attentions(bert: Bert, encodings: Sequence[Encoding], groups: int) -> tuple[Tensor, str, list[int | None]]:
    """The weights of the whole sentence; those of all states packed; and which block of it is whose.

    Where all are too many, those of single masks are left out, and then those of the groups.
    """
    everything = range(1, len(encodings))
    asked_for = everything[len(everything) - groups :]
    (first,) = attention_weights(bert, encodings[:1])
    for kept in (everything, asked_for, ()):
        if kept and first.numel() * len(kept) > HOPELESS * MOST_ATTENTION:
            continue
        packed = _pack([first, *attention_weights(bert, [encodings[i] for i in kept])])
        if len(packed) <= MOST_ATTENTION:
            break
    block = {i: number for number, i in enumerate((0, *kept))}
    return first, packed, [block.get(i) for i in range(len(encodings))]


def _pack(weights: Sequence[Tensor]) -> str:
    """A byte for each weight, 255 being 1. All but the first block hold differences to it, which are mostly 0 and so
    take little room: (block - first) modulo 256, deflated."""
    blocks = torch.stack([(one * 255).round() for one in weights]).to(torch.int16)
    blocks[1:] -= blocks[0]
    return b64encode(compress((blocks % 256).byte().numpy().tobytes())).decode()


def _predictions(bert: Bert, encodings: Sequence[Encoding], masks: Sequence[Sequence[int]]) -> list[list[Candidates]]:
    """For every state and position, its most probable tokens."""
    found: list[list[Candidates]] = []
    alone: dict[int, Tensor] = {}  # (V,) at a position when only that one is masked
    unmasked: Tensor | None = None
    for positions, rows in zip(masks, word_probabilities_in_turn(bert, encodings), strict=True):
        unmasked = rows if unmasked is None else unmasked
        if len(positions) == 1:
            alone[positions[0]] = rows[positions[0]]
        references = [alone[i] if i in positions and len(positions) > 1 else None for i in range(len(rows))]
        found.append([_candidates(bert, *at) for at in zip(rows, unmasked, references, strict=True)])
    return found


def _candidates(bert: Bert, row: Tensor, unmasked: Tensor, alone: Tensor | None) -> Candidates:
    best = row.topk(min(CANDIDATES, len(row))).indices
    if alone is not None:  # what was likely with only this word masked is what one watches when another goes too
        best = _joined(best, alone.topk(min(CANDIDATES, len(row))).indices)
    tokens = bert.tokenizer.convert_ids_to_tokens(best.tolist())
    return [
        (token, float(row[n]), float(row[n] - unmasked[n]), None if alone is None else float(row[n] - alone[n]))
        for n, token in zip(best.tolist(), tokens, strict=True)
    ]


def _joined(best: Tensor, others: Tensor) -> Tensor:
    seen = dict.fromkeys([*best.tolist(), *others.tolist()])
    return best.new_tensor(list(seen))
