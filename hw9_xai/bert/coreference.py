"""Does a head find whom a pronoun means?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from hw9_xai.assets import DATA
from hw9_xai.bert.attention import Attention, best_heads

PERSONS = ("he", "she", "him", "his", "her")


@dataclass(frozen=True)
class Pronoun:
    """Whom a pronoun may mean. Positions are those of the attention it is looked up in.

    >>> he = Pronoun(position=9, mentions=(2, 7), antecedent=0)  # The pilot is popular with the patients because he ...
    >>> he.mentions[he.antecedent]
    2
    """

    position: int
    mentions: tuple[int, ...]  # of the head word of each mention before the pronoun, in the order of the text
    antecedent: int  # which of the mentions is meant, from 0


@dataclass(frozen=True)
class Coreference:
    accuracy: Tensor  # (L,H): how often the pronoun gives its antecedent more than any other mention
    margin: Tensor  # (L,H): what the antecedent gets minus the most that another mention gets, on average
    nearest: float  # the accuracy of always choosing the mention nearest to the pronoun
    chance: float
    pronouns: int

    def __str__(self) -> str:
        best = [f"layer {l} head {h} {right:.1%} (margin {margin:+.2f})" for l, h, right, margin in self.best(3)]
        baselines = f"nearest mention {self.nearest:.1%}, chance {self.chance:.1%}, {self.pronouns} pronouns"
        return f"{' · '.join(best)}; {baselines}"

    def best(self, count: int = 5) -> list[tuple[int, int, float, float]]:
        """The most accurate heads: (layer, head, accuracy, margin), counted from 1."""
        return best_heads(self.accuracy, self.margin, count)


def coreference(attentions: Sequence[Attention], pronouns: Sequence[Pronoun]) -> Coreference:
    """Per head, how well the pronouns' rows point at their antecedents; one pronoun for each attention.

    A tie is a miss: the antecedent must get strictly more than every other mention.

    >>> weights = torch.eye(5)[None, None, [0, 1, 2, 2, 4]]  # one head: "she" looks at Ann, all others at themselves
    >>> one = Attention(("[CLS]", "Tom", "Ann", "she", "[SEP]"), weights, words=(None, 0, 1, 2, None))
    >>> coreference([one], [Pronoun(position=3, mentions=(1, 2), antecedent=1)]).accuracy
    tensor([[1.]])
    """
    if len(attentions) != len(pronouns) or not attentions:
        raise ValueError(f"pronouns: expected one for each attention, got {len(pronouns)} for {len(attentions)}")
    margins = []
    for attention, pronoun in zip(attentions, pronouns, strict=True):
        if len(pronoun.mentions) < 2 or not 0 <= pronoun.antecedent < len(pronoun.mentions):
            raise ValueError(f"pronouns: expected two mentions or more and which of them is meant, got {pronoun}")
        given = attention.weights[:, :, pronoun.position, list(pronoun.mentions)]  # (L,H,mentions)
        others = [i for i in range(len(pronoun.mentions)) if i != pronoun.antecedent]
        margins.append(given[..., pronoun.antecedent] - given[..., others].amax(-1))
    margin = torch.stack(margins)
    return Coreference(
        accuracy=(margin > 0).float().mean(0),
        margin=margin.mean(0),
        nearest=sum(one.antecedent == len(one.mentions) - 1 for one in pronouns) / len(pronouns),
        chance=sum(1 / len(one.mentions) for one in pronouns) / len(pronouns),
        pronouns=len(pronouns),
    )


@cache
def load_pronouns(*, of_persons: bool = False) -> tuple[tuple[str, Pronoun], ...]:
    """The kit's held-out texts with a pronoun each; with `of_persons` only he, she, him, his and her. Positions are of
    words, with [CLS] at 0: they fit `by_word()`.

    >>> text, pronoun = load_pronouns(of_persons=True)[0]
    >>> ["[CLS]", *text.split()][pronoun.position].lower() in ("he", "she", "him", "his", "her")
    True
    """
    lines = (DATA / "corpora" / "coreference.jsonl").read_text(encoding="utf-8").splitlines()
    cases = []
    for case in map(json.loads, lines):
        if of_persons and case["words"][case["pronoun"]].lower() not in PERSONS:
            continue
        heads = tuple(end for _, end in case["mentions"])  # a mention's last word, counted from [CLS] = 0
        cases.append((" ".join(case["words"]), Pronoun(case["pronoun"] + 1, heads, case["antecedent"])))
    return tuple(cases)
