"""Questions about a short text: the kit's own, and what a model answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

import torch

from hw9_xai.assets import DATA
from hw9_xai.bert.encoding import encode
from hw9_xai.bert.models import Bert
from hw9_xai.bert.running import span_scores


@dataclass(frozen=True)
class ReadingQuestion:
    kind: str  # birth, punishment, deduction, ...
    homework: bool  # one of the homework's three subjects
    question: str
    context: str
    answer: str
    span: tuple[int, int]  # the answer's characters in the context


@dataclass(frozen=True)
class Answer:
    text: str
    span: tuple[int, int]  # its characters in the context
    probability: float  # among all spans of the context


@cache
def load_questions() -> tuple[ReadingQuestion, ...]:
    """The kit's held-out questions; the homework's three come first.

    >>> first = load_questions()[0]
    >>> first.context[slice(*first.span)] == first.answer
    True
    """
    lines = (DATA / "corpora" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    found = []
    for one in map(json.loads, lines):
        span = (one["start"], one["start"] + len(one["answer"]))
        asked = {name: one[name] for name in ("kind", "homework", "question", "context", "answer")}
        found.append(ReadingQuestion(**asked, span=span))
    return tuple(sorted(found, key=lambda one: not one.homework))


def answer_question(bert: Bert, question: str, context: str) -> Answer:
    """The span of the context that the model points at. `bert`: tuned for questions, such as kit-qa.

    A model that may say "no answer" is asked for its best guess: special tokens are left out.

    >>> context = "The nurse smiled."
    >>> found = answer_question(load_bert("kit-qa"), "Who smiled?", context)
    >>> context[slice(*found.span)] == found.text
    True
    """
    encoding = encode(bert, (question, context))
    tokens = encoding.positions_within(0, len(context), segment=1)
    start, end = span_scores(bert, [encoding])[0][tokens].T
    scores = start[:, None] + end[None, :]  # first token down, last token across
    backwards = torch.ones_like(scores, dtype=torch.bool).tril(-1)
    probabilities = scores.masked_fill(backwards, -torch.inf).flatten().softmax(0)
    first, last = divmod(int(probabilities.argmax()), len(tokens))
    span = (encoding.spans[tokens[first]][0], encoding.spans[tokens[last]][1])
    return Answer(context[slice(*span)], span, float(probabilities.max()))
