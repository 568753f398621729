"""The question bank: questions.yaml, loaded and held to its rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from hw9_xai.assets import EDITIONS
from hw9_xai.quiz.sealed import unseal

FILE = Path(__file__).with_name("questions.yaml")
KINDS = ("concept", "observation")
CHOOSE = {"one": (1, 1), "two": (2, 2), "any": (1, 6)}  # how many options may be right
LETTERS = "ABCDEF"


@dataclass(frozen=True)
class Bilingual:
    en: str
    zh: str


@dataclass(frozen=True)
class Topic:
    notebook: str
    name: Bilingual


@dataclass(frozen=True)
class Option:
    text: Bilingual
    why: Bilingual  # why it is right, or wrong


@dataclass(frozen=True)
class Question:
    id: str
    topic: str
    tenths: int  # points in tenths, so that they add up exactly
    kind: str
    choose: str
    text: Bilingual
    hint: Bilingual
    options: dict[str, Option]  # by letter
    official: tuple[str, ...]  # every entry is accepted; letters in order
    proven: tuple[str, ...]  # the kit's own, once `hw9-xai key --prove` has measured it; none before

    @property
    def variable(self) -> str:  # Q23.1 is no name in Python
        return self.id.replace(".", "_")


@dataclass(frozen=True)
class Bank:
    source: Bilingual  # of the official answers
    topics: dict[str, Topic]
    questions: dict[str, Question]

    @property
    def tenths(self) -> int:
        return sum(question.tenths for question in self.questions.values())

    def of_topic(self, topic: str) -> list[Question]:
        if topic not in self.topics:
            raise ValueError(f"topic: expected one of {', '.join(self.topics)}, got {topic!r}")
        return [question for question in self.questions.values() if question.topic == topic]


def load_bank(edition: str = "kit") -> Bank:
    """The questions as they are asked of the kit's pictures and models, or of the course's.

    >>> load_bank().tenths
    100
    """
    if edition not in EDITIONS:
        raise ValueError(f"edition: expected 'kit' or 'course', got {edition!r}")
    return _load(edition)


@lru_cache
def _load(edition: str) -> Bank:
    return parse(FILE.read_text("utf-8"), edition)


def parse(text: str, edition: str) -> Bank:
    document = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    topics = {name: Topic(entry["notebook"], _text(entry, edition, name)) for name, entry in document["topics"].items()}
    questions: dict[str, Question] = {}
    for entry in document["questions"]:
        question = _question(entry, edition)
        if question.id in questions:
            raise ValueError(f"{question.id}: this id occurs twice")
        if question.topic not in topics:
            raise ValueError(f"{question.id}: topic: expected one of {', '.join(topics)}, got {question.topic!r}")
        questions[question.id] = question
    return Bank(_text(document["source"], edition, "source"), topics, questions)


def _question(entry: dict[str, Any], edition: str) -> Question:
    name = entry["id"]
    letters = LETTERS[: len(entry["options"])]
    if "".join(entry["options"]) != letters or len(letters) < 2:
        raise ValueError(f"{name}: options: expected A, B, ... in order, got {', '.join(entry['options'])}")
    if set(entry["sealed"]) - {"kit"} != {"key", *letters}:
        raise ValueError(f"{name}: sealed: expected the key and {', '.join(letters)}, got {', '.join(entry['sealed'])}")
    if entry["kind"] not in KINDS or entry["choose"] not in CHOOSE:
        raise ValueError(f"{name}: expected a kind of {KINDS} and to choose {', '.join(CHOOSE)}")
    if type(entry["points"]) is not int or entry["points"] < 1:
        raise ValueError(f"{name}: points: expected tenths, a whole number from 1 up, got {entry['points']!r}")
    sealed = {part: yaml.safe_load(unseal(text)) for part, text in entry["sealed"].items()}
    least, most = CHOOSE[entry["choose"]]
    for answer in [*sealed["key"], *sealed.get("kit", [])]:
        if not least <= len(answer) <= most or answer != "".join(sorted(set(answer) & set(letters))):
            raise ValueError(f"{name}: key: {answer!r} is no choice of {entry['choose']} among {letters}")
    return Question(
        name,
        entry["topic"],
        entry["points"],
        entry["kind"],
        entry["choose"],
        _text(entry["text"], edition, f"{name}: text"),
        _text(entry["hint"], edition, f"{name}: hint"),
        {
            letter: Option(
                _text(option, edition, f"{name}: option {letter}"),
                _text(sealed[letter], edition, f"{name}: explanation {letter}"),
            )
            for letter, option in entry["options"].items()
        },
        tuple(sealed["key"]),
        tuple(sealed.get("kit", ())),
    )


def _text(entry: dict[str, Any], edition: str, where: str) -> Bilingual:
    entry = entry.get(edition, entry)
    for language in ("en", "zh"):
        if not isinstance(entry.get(language), str) or not entry[language].strip():
            raise ValueError(f"{where}: the text in {language!r} is missing")
    return Bilingual(entry["en"], entry["zh"])
