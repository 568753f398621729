"""One character in many sentences: how alike does the model see it?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import normalize

from hw9_xai.arguments import choice, shortened, whole_number
from hw9_xai.bert.encoding import Encoding, encode
from hw9_xai.bert.models import Bert, loaded
from hw9_xai.bert.running import states_of_layers

METRICS = ("cosine", "euclidean")


@dataclass(frozen=True)
class Comparison:
    """values[..., i, j] compares sentence i with j; all layers of a comparison, or one.

    All vectors of a layer may share a direction, and then a high cosine means little. So each value is also set
    against the layer's baseline, the mean over any two tokens of different sentences (Ethayarajh 2019):
    a cosine minus it, a distance over it.
    """

    values: Tensor  # (L+1,N,N) or (N,N)
    baseline: Tensor  # (L+1,) or ()
    metric: str

    @property
    def against_baseline(self) -> Tensor:
        baseline = self.baseline[..., None, None]
        return self.values - baseline if self.metric == "cosine" else self.values / baseline

    def within_and_between(self, senses: Sequence[Hashable]) -> dict[str, Tensor]:
        """The mean within each sense, and "between" for two different ones; a sentence is not compared with itself."""
        count = self.values.shape[-1]
        if len(senses) != count or len(set(senses)) < 2:
            raise ValueError(f"senses: expected one for each of {count} sentences, of two kinds or more, got {senses}")
        same = torch.tensor([[a == b for b in senses] for a in senses])
        is_sense = {sense: torch.tensor([a == sense for a in senses]) for sense in dict.fromkeys(senses)}
        pairs = {str(sense): members[:, None] & members for sense, members in is_sense.items()} | {"between": ~same}
        other = ~torch.eye(count, dtype=torch.bool)
        return {name: self.values[..., chosen & other].mean(-1) for name, chosen in pairs.items()}


def compare_embeddings(
    bert: Bert, sentences: Sequence[str], character: str, *, layer: int, metric: str = "cosine"
) -> Comparison:
    """The character (or word) of every sentence compared with that of every other, at one layer.

    Where a sentence has it more than once the first is taken; of several tokens, their mean.
    `layer`: from 1; 0 is the input embeddings. `metric`: "cosine" (1 = same direction) or "euclidean" (0 = same).

    >>> sentences = ["今天買了蘋果來吃", "蘋果手機的股價跌了"]
    >>> compare_embeddings(load_bert("kit-zh"), sentences, "果", layer=12, metric="euclidean").values.diagonal()
    tensor([0., 0.])
    """
    layer = whole_number(layer, "layer", 0, loaded(bert).model.config.num_hidden_layers)
    every = similarity_by_layer(bert, sentences, character, metric=metric)
    return Comparison(every.values[layer], every.baseline[layer], metric)


def similarity_by_layer(bert: Bert, sentences: Sequence[str], character: str, *, metric: str = "cosine") -> Comparison:
    """`compare_embeddings` at every layer from 0 up.

    >>> sentences = ["今天買了蘋果來吃", "蘋果手機的股價跌了"]
    >>> every = similarity_by_layer(load_bert("kit-zh"), sentences, "果")
    >>> every.values[6].shape, every.baseline[6].shape
    (torch.Size([2, 2]), torch.Size([]))
    """
    choice(metric, "metric", METRICS)
    encodings, states = _read(bert, sentences)
    values = compare(_of_character(encodings, states, character), metric)
    return Comparison(values, _baseline(encodings, states, metric), metric)


def character_states(bert: Bert, sentences: Sequence[str], character: str) -> Tensor:  # (L+1,N,D)
    """The vectors that `compare_embeddings` compares: the character's in every sentence, at every layer.

    >>> sentences = ["今天買了蘋果來吃", "蘋果手機的股價跌了"]
    >>> character_states(load_bert("kit-zh"), sentences, "果")[6].shape[0] == len(sentences)
    True
    """
    return _of_character(*_read(bert, sentences), character)


def slide_matrix(bert: Bert, sentences: Sequence[str]) -> Tensor:  # (N,N)
    """The matrix of the lecture's slides, which do not say what it is: a question asks for the character and the
    measure.

    Whoever reads on has the answer; computing the candidates and comparing is more fun.

    >>> slide_matrix(load_bert("kit-zh"), ["今天買了蘋果來吃", "蘋果手機的股價跌了"]).shape
    torch.Size([2, 2])
    """
    last = bert.model.config.num_hidden_layers
    return compare_embeddings(bert, sentences, "果", layer=last, metric="cosine").values


def _read(bert: Bert, sentences: Sequence[str]) -> tuple[list[Encoding], list[Tensor]]:
    if isinstance(sentences, str) or len(sentences) < 2:
        raise ValueError(f"sentences: expected a list of two or more, got {shortened(sentences)}")
    encodings = [encode(bert, sentence) for sentence in sentences]
    return encodings, states_of_layers(bert, encodings)


def _of_character(encodings: Sequence[Encoding], states: Sequence[Tensor], character: str) -> Tensor:
    found = []
    for encoding, its in zip(encodings, states, strict=True):
        places = encoding.positions_of(character) if isinstance(character, str) else []
        if not places:
            none = f"{character!r}, which is none of {shortened(encoding.text)}"
            raise ValueError(f"character: expected a word of every sentence, got {none}")
        found.append(its[:, places[0]].mean(1))
    return torch.stack(found, dim=1)


def compare(vectors: Tensor, metric: str) -> Tensor:
    """(..., N, D) -> (..., N, N)"""
    if metric == "cosine":
        unit = normalize(vectors, dim=-1)
        return unit @ unit.mT
    # Not by way of dot products, whose rounding would part a vector from itself.
    return torch.cdist(vectors, vectors, compute_mode="donot_use_mm_for_euclid_dist")


def _baseline(encodings: Sequence[Encoding], states: Sequence[Tensor], metric: str) -> Tensor:
    """(L+1,): the mean over all pairs of tokens of different sentences, [CLS] and [SEP] left out."""
    kept = [~torch.tensor(encoding.special) for encoding in encodings]
    tokens = torch.cat([its[:, chosen] for its, chosen in zip(states, kept, strict=True)], dim=1)
    sentence = torch.cat([torch.full((int(chosen.sum()),), i) for i, chosen in enumerate(kept)])
    different = sentence[:, None] != sentence
    return torch.stack([compare(layer, metric)[different].mean() for layer in tokens])
