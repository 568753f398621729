"""The question cells of the notebooks, made from the bank, so that text and numbers cannot drift apart."""

from __future__ import annotations

import json
from typing import Any

from hw9_xai.quiz.bank import Bilingual, Question, load_bank
from hw9_xai.quiz.key import points

CHOOSE = {
    "one": Bilingual("choose one", "單選"),
    "two": Bilingual("choose two", "選兩個"),
    "any": Bilingual("choose all that hold", "可複選"),
}
Cell = dict[str, Any]  # as nbformat 4.5 has it


def question_cells(topic: str, *, edition: str = "kit") -> list[Cell]:
    """For each question of a topic its text in both languages and a cell for the answer; at the end the score."""
    questions = load_bank(edition).of_topic(topic)
    cells = []
    for question in questions:
        name = question.variable.lower()
        cells += [_markdown(f"{name}-question", markdown(question)), _code(f"{name}-answer", answer_form(question))]
    return [*cells, _code(f"{topic.replace('_', '-')}-score", score_call(questions))]


def markdown(question: Question) -> str:
    """Chinese first, as in class; the options are one list, each in both languages."""
    choose = CHOOSE[question.choose]
    head = f"### {question.id} · {points(question.tenths)} points 分 · {choose.en} {choose.zh}"
    options = [f"* **{letter}** {_both(option.text)}" for letter, option in question.options.items()]
    return "\n".join([head, question.text.zh, "", question.text.en, "", *options])


def answer_form(question: Question) -> str:
    """A field in Colab, and an ordinary line everywhere else: it persists, and it can be read without running it."""
    return (
        f"#@title {question.id} · your answer 你的答案\n"
        f'{question.variable} = ""  #@param {{type:"string"}}\n'
        f"xai.check({json.dumps(question.id)}, {question.variable})"
    )


def score_call(questions: list[Question]) -> str:
    answers = ", ".join(f"{json.dumps(question.id)}: {question.variable}" for question in questions)
    return f"xai.score({{{answers}}})"


def _both(text: Bilingual) -> str:
    return text.zh if text.zh == text.en else f"{text.zh} · {text.en}"


def _markdown(name: str, source: str) -> Cell:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def _code(name: str, source: str) -> Cell:
    return {"cell_type": "code", "execution_count": None, "id": name, "metadata": {}, "outputs": [], "source": source}
