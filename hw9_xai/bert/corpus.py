"""Which tokens of a corpus does the model see as most like this one, and what parts of speech are they?"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from hw9_xai.arguments import choice, whole_number
from hw9_xai.assets import DATA, added
from hw9_xai.bert.encoding import Encoding, Masked, TextOrPair, encode, encode_with, mask, masked_position
from hw9_xai.bert.models import Bert, loaded
from hw9_xai.bert.running import contexts_of_layers, states_of_layers
from hw9_xai.progress import progress_bar

SENTENCES_AT_A_TIME = 256  # their states in full precision must fit in memory beside the index
MOST_BYTES = 2**31  # of an index


@dataclass(frozen=True, eq=False)
class Corpus:
    """Sentences as words, each with its part of speech (universal tags)."""

    sentences: Sequence[tuple[Sequence[str], Sequence[str]]]
    _indices: WeakKeyDictionary[nn.Module, dict[str, tuple]] = field(default_factory=WeakKeyDictionary, repr=False)

    def index(self, bert: Bert, by: str = "embedding") -> Index:
        """Built once for each model, and again when its weights have changed."""
        weights, kept = _fingerprint(bert.model), self._indices.setdefault(bert.model, {})
        if by not in kept or kept[by][0] != weights:
            kept[by] = (weights, _index(bert, self, by))
        return kept[by][1]


@dataclass(frozen=True)
class Index:
    """Every token of a corpus in every layer, special tokens left out after encoding with them, as queries are."""

    states: Tensor  # (L+1,N,D), each of length 1, in half precision
    tokens: list[str]
    pos: list[str]
    sentence: list[int]
    position: list[int]  # among the words of its sentence, from 0


@dataclass(frozen=True)
class Hit:
    token: str
    pos: str
    similarity: float  # cosine
    sentence: str
    position: int  # of its word in the sentence, from 0


@dataclass(frozen=True)
class CorpusSearch:
    layer: int
    hits: tuple[Hit, ...]  # the nearest first
    base_rate: dict[str, float]  # share of each part of speech in the whole corpus

    def __str__(self) -> str:
        counts = [f"{pos} {count} ({self.base_rate[pos]:.1%} of the corpus)" for pos, count in self.pos_counts.items()]
        return f"layer {self.layer}, {len(self.hits)} nearest: {', '.join(counts)}"

    @property
    def pos_counts(self) -> dict[str, int]:
        """Parts of speech among the hits, the commonest first."""
        counts = Counter(hit.pos for hit in self.hits)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @property
    def commonest(self) -> tuple[str, ...]:
        """The commonest part of speech; several where they tie."""
        counts = self.pos_counts
        return tuple(pos for pos, count in counts.items() if count == max(counts.values()))


def load_corpus(name: str | None = None) -> Corpus:
    """The kit's own held-out English stories, or a book that was added: `hw9-xai assets add oz.txt` makes it "oz".

    >>> words, tags = load_corpus().sentences[0]
    >>> len(words) == len(tags)
    True
    """
    return _read(DATA / "corpora" / "story.tsv" if name is None else added(f"book:{name}").folder / "book.tsv")


@cache
def _read(path: Path) -> Corpus:
    columns = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return Corpus([(words.split(), pos.split()) for words, pos in columns])


def search_corpus(
    bert: Bert, text: TextOrPair, masked: Masked, *, layer: int, top: int = 50, corpus: Corpus | None = None,
    by: str = "embedding",
) -> CorpusSearch:  # fmt: skip
    """The tokens of the corpus nearest (by cosine) to the [MASK] of this text, all seen at the same layer.

    `masked`: one token position, or a word that occurs once. `layer`: from 1; 0 is the input embeddings.
    `corpus`: the kit's stories unless another is given. `by`: "embedding", the layer's states; or "context", what its
    heads gather from all tokens: then the mean over the heads of their cosines, and there is none at layer 0.

    >>> from hw9_xai.bert.corpus import Corpus
    >>> corpus = Corpus([(["She", "reads", "."], ["PRON", "VERB", "PUNCT"])])  # one of your own
    >>> found = search_corpus(load_bert("kit-en"), "He smiled.", "He", layer=6, top=2, corpus=corpus)
    >>> len(found.hits), found.hits[0].sentence
    (2, 'She reads .')
    """
    choice(by, "by", ("embedding", "context"))
    layer = whole_number(layer, "layer", int(by == "context"), loaded(bert).model.config.num_hidden_layers)
    return _search(bert, text, masked, [layer], top, corpus, by)[0]


def search_corpus_by_layer(
    bert: Bert, text: TextOrPair, masked: Masked, *, top: int = 50, corpus: Corpus | None = None
) -> list[CorpusSearch]:
    """`search_corpus` at every layer from 0 up.

    >>> from hw9_xai.bert.corpus import Corpus
    >>> corpus = Corpus([(["She", "reads", "."], ["PRON", "VERB", "PUNCT"])])
    >>> found = search_corpus_by_layer(load_bert("kit-en"), "He smiled.", "He", top=2, corpus=corpus)
    >>> [one.layer for one in found][:3]
    [0, 1, 2]
    """
    return _search(bert, text, masked, range(loaded(bert).model.config.num_hidden_layers + 1), top, corpus, "embedding")


def _search(
    bert: Bert, text: TextOrPair, masked: Masked, layers: Sequence[int], top: int, corpus: Corpus | None, by: str
) -> list[CorpusSearch]:
    corpus = load_corpus() if corpus is None else corpus
    whole = encode(bert, text)
    place = masked_position(whole, masked)
    queries = _vectors(bert, [mask(bert, whole, [place])], by)[0][:, place]  # (L+1,D)
    index = corpus.index(bert, by)
    top = whole_number(top, "top", 1, len(index.tokens))
    base_rate = {pos: count / len(index.pos) for pos, count in Counter(index.pos).most_common()}
    found = []
    for layer in layers:
        similarity, nearest = (index.states[layer].float() @ queries[layer]).topk(top)
        hits = []
        for i, cosine in zip(nearest.tolist(), similarity.tolist(), strict=True):
            sentence = " ".join(corpus.sentences[index.sentence[i]][0])
            hits.append(Hit(index.tokens[i], index.pos[i], cosine, sentence, index.position[i]))
        found.append(CorpusSearch(layer, tuple(hits), base_rate))
    return found


def _vectors(bert: Bert, encodings: Sequence[Encoding], by: str) -> list[Tensor]:
    """(L+1,T,D) of each text, of length 1: their products are cosines, or by context the mean of the heads' cosines."""
    heads = bert.model.config.num_attention_heads if by == "context" else 1
    read = contexts_of_layers if by == "context" else states_of_layers
    parts = [nn.functional.normalize(one.unflatten(-1, (heads, -1)), dim=-1) for one in read(bert, encodings)]
    return [one.flatten(-2) / math.sqrt(heads) for one in parts]


def _index(bert: Bert, corpus: Corpus, by: str) -> Index:
    encodings, config = list(_encodings(bert, corpus).items()), bert.model.config
    contents = [[i for i, special in enumerate(one.special) if not special] for _, one in encodings]
    shape = (config.num_hidden_layers + 1, sum(map(len, contents)), config.hidden_size)
    index = Index(torch.empty(shape, dtype=torch.half), [], [], [], [])
    batches = [slice(i, i + SENTENCES_AT_A_TIME) for i in range(0, len(encodings), SENTENCES_AT_A_TIME)]
    for batch in progress_bar(batches, desc=f"{bert.name} reads the corpus"):
        states = _vectors(bert, [one for _, one in encodings[batch]], by)
        for (number, one), content, its in zip(encodings[batch], contents[batch], states, strict=True):
            filled, (words, tags) = len(index.tokens), corpus.sentences[number]
            index.states[:, filled : filled + len(content)] = its[:, content]
            word_at = [place for place, word in enumerate(words) for _ in range(len(word) + 1)]  # joined by spaces
            for i in content:
                word = word_at[one.spans[i][0]]
                index.tokens.append(one.tokens[i])
                index.pos.append(tags[word])
                index.sentence.append(number)
                index.position.append(word)
    return index


def _encodings(bert: Bert, corpus: Corpus) -> dict[int, Encoding]:
    """By the number of the sentence: those that the model can read, and of those as many as memory has room for."""
    config = bert.model.config
    every = {number: encode_with(bert.tokenizer, " ".join(words)) for number, (words, _) in enumerate(corpus.sentences)}
    fitting = {number: one for number, one in every.items() if len(one.ids) <= config.max_position_embeddings}
    if not fitting:
        raise ValueError(f"corpus: expected sentences that {bert.name} reads to their end, got {len(every)} others")
    if len(fitting) < len(every):
        left_out = f"{len(every) - len(fitting):,} of {len(every):,} sentences are longer than {bert.name} reads"
        warnings.warn(f"corpus: {left_out}, and are left out", stacklevel=2)
    tokens = sum(len(one.ids) for one in fitting.values())
    step = math.ceil(tokens * (config.num_hidden_layers + 1) * config.hidden_size * 2 / MOST_BYTES)
    if step > 1:
        size = f"would take more than {MOST_BYTES / 1e9:.1f} GB of memory for {bert.name}"
        warnings.warn(f"corpus: all of it {size}; 1 sentence in {step} is searched", stacklevel=2)
    return dict(list(fitting.items())[::step])


def _fingerprint(model: nn.Module) -> bytes:
    digest = blake2b(digest_size=16)
    for parameter in model.parameters():
        digest.update(parameter.detach().cpu().flatten().view(torch.uint8).numpy().data)
    return digest.digest()
