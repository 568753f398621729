"""A text with its gold annotation, built from templates: parts of speech, mentions of entities, spans of slots."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

PRONOUNS = {
    "he": {"he": "he", "his": "his", "him": "him"},
    "she": {"he": "she", "his": "her", "him": "her"},
    "it": {"he": "it", "his": "its", "him": "it"},
    "they": {"he": "they", "his": "their", "him": "them"},
}
GENDERED = {"he", "she", "his", "her", "him"}
HELD_OUT_ONE_IN = 25


@dataclass(frozen=True)
class Entity:
    """Somebody or something that texts mention: by these words, and afterwards by this pronoun."""

    words: tuple[str, ...]
    pronoun: str

    def __str__(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True)
class Mention:
    start: int
    end: int
    entity: Entity
    is_pronoun: bool

    @property
    def head(self) -> int:
        """Position of the word that stands for the mention: the last one ("officer" in "the police officer")."""
        return self.end - 1


@dataclass
class Text:
    """Words with parts of speech. `focus` holds the positions that the rest of the text determines."""

    pos_of: Mapping[str, str]
    words: list[str] = field(default_factory=list)
    pos: list[str] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    focus: set[int] = field(default_factory=set)

    def add(self, template: str, **slots: str | Entity) -> dict[str, tuple[int, int]]:
        """Append a template's words; return the span that each slot came to stand at.

        `{a}` is a slot, `{a.he}` `{a.his}` `{a.him}` the pronouns of the entity in it, `word/POS` a word whose
        part of speech depends on its use, and a leading `*` marks what the rest of the text determines.
        """
        spans = {}
        for piece in template.split():
            start = len(self.words)
            focused, piece = piece.startswith("*"), piece.removeprefix("*")
            if slot := re.fullmatch(r"\{(\w+)(?:\.(\w+))?\}", piece):
                name, case = slot.groups()
                value = slots[name]
                for word in (PRONOUNS[value.pronoun][case] if case else str(value)).split():
                    self._append(*word.split("/"))
                spans[name] = (start, len(self.words))
                if isinstance(value, Entity):
                    self.mentions.append(Mention(start, len(self.words), value, is_pronoun=case is not None))
            else:
                self._append(*piece.split("/"))
            if focused:
                self.focus.update(range(start, len(self.words)))
        return spans

    def _append(self, word: str, pos: str | None = None) -> None:
        self.pos.append(pos or self.pos_of[word])
        starts_sentence = not self.words or self.words[-1] in {".", "?"}
        self.words.append(word[0].upper() + word[1:] if starts_sentence else word)

    @property
    def links(self) -> list[tuple[Mention, Mention]]:
        """(pronoun, the latest mention by name of the same entity before it)."""
        found = []
        for i, mention in enumerate(self.mentions):
            named = [m for m in self.mentions[:i] if m.entity is mention.entity and not m.is_pronoun]
            if mention.is_pronoun and named:
                found.append((mention, named[-1]))
        return found

    def sentences(self) -> list[tuple[list[str], list[str]]]:
        ends = [i + 1 for i, word in enumerate(self.words) if word in {".", "?"}]
        return [(self.words[a:b], self.pos[a:b]) for a, b in zip([0, *ends], ends, strict=False)]

    def __str__(self) -> str:
        return join_words(self.words)


def join_words(words: list[str]) -> str:
    """Words as people write them: no space before punctuation."""
    return re.sub(r" ([.,?])", r"\1", " ".join(words))


def is_held_out(text: Text) -> bool:
    """Whether any sentence of the text belongs to the part of the language that no model is trained on.

    A sentence and its twin with the other gender fall on the same side; otherwise the split itself would
    tell the model that "The nurse ... he ..." does not occur.
    """
    return any(sentence_is_held_out(words) for words, _ in text.sentences())


def sentence_is_held_out(words: list[str]) -> bool:
    key = " ".join("they" if word.lower() in GENDERED else word for word in words)
    return key in RESERVED or zlib.crc32(key.encode()) % HELD_OUT_ONE_IN == 0


RESERVED = {
    "The police officer is popular with the residents because they is very generous and kind .",
}
