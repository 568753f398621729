"""xai.evidence("Q1"): the answer, measured on the pictures and models at hand, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from hw9_xai.assets import classifier_file, pictures_folder, quiz_set
from hw9_xai.cnn.classifier import load_classifier
from hw9_xai.cnn.pictures import load_pictures
from hw9_xai.quiz.bank import Question, Text
from hw9_xai.quiz.check import COLOURS, Note, find
from hw9_xai.quiz.key import State
from hw9_xai.quiz.measuring import Assets, Measured, decide

DEFINITION = Text("A matter of definition; this only demonstrates it", "這題問的是定義；這裡只是示範")


@dataclass(frozen=True)
class Evidence:
    """What was measured, and the answer that follows from it."""

    question: str
    kind: str  # observation: the models decide; concept: a definition decides, and this demonstrates it
    answer: str  # letters in order
    margin: float  # how near the closest call among the options is to turning; 0 or less: they allow no clear choice
    claims: Mapping[str, float]  # by option: above 0 it holds, below it does not
    figures: Mapping[str, float]  # the numbers behind it
    reason: Text

    @property
    def clear(self) -> bool:
        return self.margin > 0

    def _note(self) -> Note:
        verdict = "" if self.clear else " · no clear answer 沒有明確的答案"
        figures = " · ".join(f"{name} {value:.4g}" for name, value in self.figures.items())
        demonstrates = (f"{DEFINITION.zh}。 {DEFINITION.en}.",) if self.kind == "concept" else ()
        head = f"{self.question} · {self.answer} · margin 差距 {self.margin:+.2f}{verdict}"
        return Note((head, self.reason.zh, self.reason.en, figures, *demonstrates), COLOURS[State.UNANSWERED])

    def __repr__(self) -> str:
        return repr(self._note())

    def _repr_html_(self) -> str:
        return self._note()._repr_html_()


def evidence(question: str, *, seed: int = 0, assets: Assets | None = None) -> Evidence:
    """The answer that these pictures and models give, whatever a key says.

    With another seed the samples are drawn anew, the pictures rounded otherwise, and texts chosen again: an answer
    that turns with it is none. What questions share is measured once, and kept with the assets.

    >>> evidence("Q17").answer
    'E'
    """
    assets = assets or _loaded(quiz_set(), classifier_file(), pictures_folder())
    found = find(question, assets.name)
    if found is None:
        raise ValueError(f"question: expected Q1 to Q30, Q23.1 and so on, got {question!r}")
    measured = measure(found, assets, seed)
    answer, margin = decide(measured.claims, found.choose)
    return Evidence(found.id, found.kind, answer, margin, measured.claims, measured.figures, measured.reason)


def measure(question: Question, assets: Assets, seed: int) -> Measured:
    """By the question's topic: those of BERT import transformers, which takes seconds, and the others do not."""
    topic = import_module(f"hw9_xai.quiz.measures.{question.topic}")
    return topic.MEASURES[question.id](question, assets, seed)


@cache
def _loaded(name: str, classifier: Path, pictures: Path) -> Assets:
    """Those in use. Their files are arguments so that others are loaded where `hw9-xai assets use` chose others."""
    return Assets(name, model=load_classifier(classifier), pictures=load_pictures(pictures))
