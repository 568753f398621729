"""From text to token numbers, and from words, characters and masks to token positions."""

from __future__ import annotations

import numbers
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from transformers import PreTrainedTokenizerBase

from hw9_xai.arguments import shortened, whole_text
from hw9_xai.bert.models import Bert, loaded

TextOrPair = str | tuple[str, str]  # a pair has two segments: a question and its context
Masked = int | str | Iterable[int | str]  # token positions, or words that occur once


@dataclass(frozen=True)
class Encoding:
    """One text as the model reads it. Positions count from 0, which is [CLS]."""

    text: TextOrPair
    tokens: tuple[str, ...]
    ids: tuple[int, ...]
    segments: tuple[int, ...]
    words: tuple[int | None, ...]  # the word each token is a piece of, counted through both segments; None: special
    spans: tuple[tuple[int, int], ...]  # the characters each token covers in its own segment
    caseless: bool = False  # the model reads Apple as apple

    @property
    def special(self) -> tuple[bool, ...]:
        return tuple(word is None for word in self.words)

    def positions_within(self, start: int, end: int, segment: int = 0) -> list[int]:
        """The tokens that share a character with text[start:end] of that segment."""
        return [
            i
            for i, (first, last) in enumerate(self.spans)
            if self.words[i] is not None and self.segments[i] == segment and first < end and last > start
        ]

    def positions_of(self, word: str) -> list[list[int]]:
        """Every place where `word` stands as whole words: the positions of its tokens."""
        segments = [self.text] if isinstance(self.text, str) else self.text
        places = []
        for segment, text in enumerate(segments):
            for match in re.finditer(f"(?={re.escape(word)})", text, re.IGNORECASE if self.caseless else 0):
                at = match.start()
                tokens = self.positions_within(at, at + len(word), segment)
                if tokens and self._are_whole_words(tokens, at, at + len(word)):
                    places.append(tokens)
        return places

    def _are_whole_words(self, tokens: Sequence[int], start: int, end: int) -> bool:
        first, last = tokens[0], tokens[-1]  # a special token stands before the first and after the last of any text
        return (
            (self.spans[first][0], self.spans[last][1]) == (start, end)
            and self.words[first] != self.words[first - 1]
            and self.words[last] != self.words[last + 1]
        )


def encode(bert: Bert, text: TextOrPair) -> Encoding:
    """The text between its special tokens; an error where the model could not read all of it."""
    encoding, longest = encode_with(loaded(bert).tokenizer, text), bert.model.config.max_position_embeddings
    if (count := len(encoding.ids)) > longest:
        raise ValueError(f"text: expected at most {longest} tokens, all that {bert.name} reads, got {count}")
    return encoding


def encode_with(tokenizer: PreTrainedTokenizerBase, text: TextOrPair) -> Encoding:
    """The same for a tokenizer alone, however long the text is."""
    parts = (text,) if isinstance(text, str) else text
    if not (isinstance(parts, tuple) and 1 <= len(parts) <= 2 and all(isinstance(part, str) for part in parts)):
        raise TypeError(f"text: expected a string, or a question and its context as a tuple, got {shortened(text)}")
    read = tokenizer(*map(whole_text, parts), verbose=False)[0]  # tokenizers' own Encoding
    for segment, part in enumerate(parts):
        if segment not in read.sequence_ids:
            raise ValueError(f"text: expected at least one word, got {shortened(part)}")
    # The tokenizer counts the words of each segment from 0; here the second goes on where the first ends.
    pairs = list(zip(read.word_ids, read.sequence_ids, strict=True))
    first = len({word for word, segment in pairs if segment == 0})
    words = tuple(None if word is None else word + segment * first for word, segment in pairs)
    tokens, ids, segments = tuple(read.tokens), tuple(read.ids), tuple(read.type_ids)
    normalizer = tokenizer.backend_tokenizer.normalizer
    caseless = normalizer is not None and normalizer.normalize_str("A") == "a"
    return Encoding(text, tokens, ids, segments, words, tuple(read.offsets), caseless)


def masked_positions(encoding: Encoding, masked: Masked) -> list[int]:
    """Token positions, in order, of what the caller wants hidden."""
    found: set[int] = set()
    for place in (masked,) if isinstance(masked, str) or not isinstance(masked, Iterable) else masked:
        found.update(_positions_of_word(encoding, place) if isinstance(place, str) else [_position(encoding, place)])
    return sorted(found)


def masked_position(encoding: Encoding, masked: Masked) -> int:
    """The same, where it has to be one token."""
    positions = masked_positions(encoding, masked)
    if len(positions) != 1:
        raise ValueError(f"masked: expected one token, got {[encoding.tokens[i] for i in positions]}")
    return positions[0]


def mask(bert: Bert, encoding: Encoding, positions: Sequence[int]) -> Encoding:
    """The same text with [MASK] at these positions."""
    hidden, tokenizer = set(positions), bert.tokenizer
    return replace(
        encoding,
        tokens=tuple(tokenizer.mask_token if i in hidden else token for i, token in enumerate(encoding.tokens)),
        ids=tuple(tokenizer.mask_token_id if i in hidden else number for i, number in enumerate(encoding.ids)),
    )


def vocabulary_numbers(bert: Bert, watch: Sequence[str]) -> list[int]:
    if isinstance(watch, str):
        watch = (watch,)
    vocabulary = bert.tokenizer.get_vocab()
    for token in watch:
        if token not in vocabulary:
            pieces = bert.tokenizer.tokenize(token) if isinstance(token, str) and token.isprintable() else []
            raise ValueError(f"watch: expected tokens of {bert.name}'s vocabulary, got {token!r}; it reads {pieces}")
    return [vocabulary[token] for token in watch]


def _positions_of_word(encoding: Encoding, word: str) -> list[int]:
    places = encoding.positions_of(word)
    if len(places) == 1:
        return places[0]
    if not places:
        tokens = ", ".join(f"{i} {token}" for i, token in enumerate(encoding.tokens[:24]))
        more = " …" if len(encoding.tokens) > 24 else ""
        raise ValueError(f"masked: expected a word of the text, got {shortened(word)}; its tokens: {tokens}{more}")
    at = ", ".join(str(place[0]) for place in places)
    raise ValueError(f"masked: {shortened(word)} occurs {len(places)} times; give its token position, one of {at}")


def _position(encoding: Encoding, position: object) -> int:
    last = len(encoding.tokens) - 1
    if not isinstance(position, numbers.Integral) or isinstance(position, bool):
        raise TypeError(f"masked: expected token positions or words, got {position!r}")
    at = int(position)
    if not 0 <= at <= last:
        raise ValueError(f"masked: expected token positions from 0 to {last}, got {at}")
    if encoding.special[at]:
        raise ValueError(f"masked: expected positions of words, got {at}, which is {encoding.tokens[at]}")
    return at
