"""The question bank: questions.yaml, loaded and held to its rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from hw9_xai.quiz.sealed import unseal

FILE = Path(__file__).with_name("questions.yaml")
ASSETS = ("kit", "course")
KINDS = ("concept", "observation")
CHOOSE = {"one": (1, 1), "two": (2, 2), "any": (1, 6)}  # how many options may be right
LETTERS = "ABCDEF"


@dataclass(frozen=True)
class Text:
    en: str
    zh: str


@dataclass(frozen=True)
class Topic:
    notebook: str
    name: Text


@dataclass(frozen=True)
class Option:
    text: Text
    why: Text  # why it is right, or wrong


@dataclass(frozen=True)
class Question:
    id: str
    topic: str
    tenths: int  # points in tenths, so that they add up exactly
    kind: str
    choose: str
    text: Text
    hint: Text
    options: dict[str, Option]  # by letter
    official: tuple[str, ...]  # every entry is accepted; letters in order
    proven: tuple[str, ...]  # the kit's own, once `hw9-xai key --prove` has measured it; none before

    @property
    def variable(self) -> str:  # Q23.1 is no name in Python
        return self.id.replace(".", "_")


@dataclass(frozen=True)
class Bank:
    source: Text  # of the official answers
    topics: dict[str, Topic]
    questions: dict[str, Question]

    @property
    def tenths(self) -> int:
        return sum(question.tenths for question in self.questions.values())

    def of_topic(self, topic: str) -> list[Question]:
        if topic not in self.topics:
            raise ValueError(f"topic: expected one of {', '.join(self.topics)}, got {topic!r}")
        return [question for question in self.questions.values() if question.topic == topic]


def load_bank(assets: str = "kit") -> Bank:
    """The questions as they are asked of the kit's pictures and models, or of the course's.

    >>> load_bank().tenths
    100
    """
    if not isinstance(assets, str) or assets not in ASSETS:
        raise ValueError(f"assets: expected 'kit' or 'course', got {assets!r}")
    return _load(assets)


@lru_cache
def _load(assets: str) -> Bank:
    return parse(FILE.read_text("utf-8"), assets)


def parse(text: str, assets: str) -> Bank:
    document = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    topics = {name: Topic(entry["notebook"], _text(entry, assets, name)) for name, entry in document["topics"].items()}
    questions: dict[str, Question] = {}
    for entry in document["questions"]:
        question = _question(entry, assets)
        if question.id in questions:
            raise ValueError(f"{question.id}: this id occurs twice")
        if question.topic not in topics:
            raise ValueError(f"{question.id}: topic: expected one of {', '.join(topics)}, got {question.topic!r}")
        questions[question.id] = question
    return Bank(_text(document["source"], assets, "source"), topics, questions)


def _question(entry: dict[str, Any], assets: str) -> Question:
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
        _text(entry["text"], assets, f"{name}: text"),
        _text(entry["hint"], assets, f"{name}: hint"),
        {
            letter: Option(
                _text(option, assets, f"{name}: option {letter}"),
                _text(sealed[letter], assets, f"{name}: explanation {letter}"),
            )
            for letter, option in entry["options"].items()
        },
        tuple(sealed["key"]),
        tuple(sealed.get("kit", ())),
    )


def _text(entry: dict[str, Any], assets: str, where: str) -> Text:
    entry = entry.get(assets, entry)
    for language in ("en", "zh"):
        if not isinstance(entry.get(language), str) or not entry[language].strip():
            raise ValueError(f"{where}: the text in {language!r} is missing")
    return Text(entry["en"], entry["zh"])
