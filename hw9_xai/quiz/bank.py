"""The question bank: questions.yaml, loaded and held to its rules.

Answers and explanations in it are sealed, that is compressed, so that nobody reads them by accident. This stops
peeking, not an attack. To edit them: python -m data.make.key open, then python -m data.make.key close.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from hw9_xai.assets import EDITIONS

FILE = Path(__file__).with_name("questions.yaml")
EXERCISES = Path(__file__).with_name("exercises.yaml")
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
    figures: tuple[str, ...]  # ids of the notebook's cells whose figures decide; concepts may need none

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


@dataclass(frozen=True)
class ExerciseText:
    topic: str
    title: Bilingual
    task: Bilingual
    shape: Bilingual  # what to say of a result of the wrong shape
    hints: tuple[Bilingual, ...]
    mistakes: dict[str, Bilingual]
    proof: str  # code that holds the solution to the library, in its notebook


def load_bank(edition: str = "kit") -> Bank:
    """The questions as they are asked of the kit's pictures and models, or of the course's.

    >>> load_bank().tenths
    100
    """
    if edition not in EDITIONS:
        raise ValueError(f"edition: expected 'kit' or 'course', got {edition!r}")
    return _load(edition)


@lru_cache
def load_exercises() -> dict[str, ExerciseText]:
    """The exercises by name, in the order of the notebooks.

    >>> len(load_exercises())
    8
    """
    document = yaml.safe_load(EXERCISES.read_text("utf-8"))
    return {name: _exercise(entry) for name, entry in document.items()}


def _exercise(entry: dict[str, Any]) -> ExerciseText:
    title, task, shape = (Bilingual(**entry[field]) for field in ("title", "task", "shape"))
    hints = tuple(Bilingual(**hint) for hint in entry["hints"])
    mistakes = {name: Bilingual(**text) for name, text in entry["mistakes"].items()}
    return ExerciseText(entry["topic"], title, task, shape, hints, mistakes, entry["proof"])


@lru_cache
def _load(edition: str) -> Bank:
    return parse(FILE.read_text("utf-8"), edition)


def parse(text: str, edition: str) -> Bank:
    document = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    topics = {name: Topic(entry["notebook"], _text(entry, edition, name)) for name, entry in document["topics"].items()}
    questions: dict[str, Question] = {}
    for question in (_question(entry, edition) for entry in document["questions"]):
        if question.id in questions:
            raise ValueError(f"{question.id}: this id occurs twice")
        if question.topic not in topics:
            raise ValueError(f"{question.id}: topic: expected one of {', '.join(topics)}, got {question.topic!r}")
        questions[question.id] = question
    return Bank(_text(document["source"], edition, "source"), topics, questions)


def _question(entry: dict[str, Any], edition: str) -> Question:
    name, topic, tenths, kind, choose = (entry[part] for part in ("id", "topic", "points", "kind", "choose"))
    letters = LETTERS[: len(entry["options"])]
    if "".join(entry["options"]) != letters or len(letters) < 2:
        raise ValueError(f"{name}: options: expected A, B, ... in order, got {', '.join(entry['options'])}")
    if set(entry["sealed"]) - {"kit"} != {"key", *letters}:
        raise ValueError(f"{name}: sealed: expected the key and {', '.join(letters)}, got {', '.join(entry['sealed'])}")
    if kind not in KINDS or choose not in CHOOSE:
        raise ValueError(f"{name}: expected a kind of {KINDS} and to choose {', '.join(CHOOSE)}")
    if type(tenths) is not int or tenths < 1:
        raise ValueError(f"{name}: points: expected tenths, a whole number from 1 up, got {tenths!r}")
    sealed = {part: yaml.safe_load(unseal(content)) for part, content in entry["sealed"].items()}
    official, proven = tuple(sealed["key"]), tuple(sealed.get("kit", ()))
    least, most = CHOOSE[choose]
    for answer in official + proven:
        if not least <= len(answer) <= most or answer != "".join(sorted(set(answer) & set(letters))):
            raise ValueError(f"{name}: key: {answer!r} is no choice of {choose} among {letters}")

    def text(part: dict[str, Any], where: str) -> Bilingual:
        return _text(part, edition, f"{name}: {where}")

    options = {
        letter: Option(text(option, f"option {letter}"), text(sealed[letter], f"explanation {letter}"))
        for letter, option in entry["options"].items()
    }
    asked, hint = text(entry["text"], "text"), text(entry["hint"], "hint")
    figures = tuple(entry.get("figures", ()))
    return Question(name, topic, tenths, kind, choose, asked, hint, options, official, proven, figures)


def unseal(sealed: str) -> str:
    return zlib.decompress(base64.b64decode(sealed, validate=True)).decode().split(" ", 1)[1]


def _text(entry: dict[str, Any], edition: str, where: str) -> Bilingual:
    entry = entry.get(edition, entry)
    for language in ("en", "zh"):
        if not isinstance(entry.get(language), str) or not entry[language].strip():
            raise ValueError(f"{where}: the text in {language!r} is missing")
    return Bilingual(entry["en"], entry["zh"])
