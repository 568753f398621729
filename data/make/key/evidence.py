"""The answer to a question, measured on the pictures and models at hand, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from data.make.key.claims import Measured, decide
from data.make.key.exhibits import Exhibits
from hw9_xai.quiz.bank import Question, load_bank

Measure = Callable[[Question, Exhibits, int], Measured]


@dataclass(frozen=True)
class Evidence:
    """What was measured, and the answer that follows from it."""

    question: str
    answer: str  # letters in order
    margin: float  # how near the closest call among the options is to turning; 0 or less: they allow no clear choice
    measured: Measured

    @property
    def clear(self) -> bool:
        return self.margin > 0


def evidence(question: str, exhibits: Exhibits, seed: int = 0) -> Evidence:
    """The answer that these pictures and models give, whatever a key says.

    With another seed the samples are drawn anew, the pictures rounded otherwise, and texts chosen again: an answer
    that turns with it is none. What questions share is measured once, and kept with the exhibits.
    """
    asked = load_bank(exhibits.edition).questions[question]
    measured = measure_of(asked)(asked, exhibits, seed)
    answer, margin = decide(measured.claims, asked.choose)
    return Evidence(asked.id, answer, margin, measured)


def measure_of(question: Question) -> Measure:
    """By the question's topic: those of BERT import transformers, which takes seconds, and the others do not."""
    return import_module(f"data.make.key.measures.{question.topic}").MEASURES[question.id]
