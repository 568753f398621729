"""The cells of questions and exercises, made from the bank, so that notebooks and bank cannot drift apart."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from hw9_xai.quiz.bank import Bilingual, Question, load_bank, load_exercises
from hw9_xai.quiz.key import points

CHOOSE = {
    "one": Bilingual("choose one", "單選"),
    "two": Bilingual("choose two", "選兩個"),
    "any": Bilingual("choose all that hold", "可複選"),
}
SOLUTIONS = Path(__file__).with_name("solutions.py")  # read, not imported: grading needs no torch
Cell = dict[str, Any]  # as nbformat 4.5 has it


def question_cells(topic: str, *, edition: str = "kit") -> list[Cell]:
    """For each question of a topic its text in both languages and a cell for the answer; at the end the score."""
    questions = load_bank(edition).of_topic(topic)
    cells: list[Cell] = []
    for question in questions:
        name = question.variable.lower()
        text = {"cell_type": "markdown", "id": f"{name}-question", "metadata": {}, "source": markdown(question)}
        cells += [text, _code(f"{name}-answer", answer_form(question))]
    return [*cells, _code(f"{topic.replace('_', '-')}-score", score_form(topic))]


def score_form(topic: str) -> str:
    given = {question.id: question.variable for question in load_bank().of_topic(topic)}
    given |= {name: f"{name}_exercise" for name, one in load_exercises().items() if one.topic == topic}
    lines = "".join(f"    {json.dumps(name)}: {variable},\n" for name, variable in given.items())
    return (
        "#@title Your score 得分：貼上別本筆記本的收據，進度就接得起來 · paste receipts of other notebooks to go on\n"
        'receipts = ""  #@param {type:"string"}\n'
        f"answers = {{\n{lines}}}\n"
        "xai.score(answers, receipts)"
    )


def exercise_cells(name: str) -> list[Cell]:
    """The task, a function to write, a solution to unfold, and its proof against the library."""
    exercise, short = load_exercises()[name], name.replace("_", "-")
    head = f"## 自己寫寫看：{exercise.title.zh} Write it yourself: {exercise.title.en}"
    task = f"{head}\n{exercise.task.zh}\n\n{exercise.task.en}"
    solution = _solutions()[name]
    parameters = solution.split("(", 1)[1].split(")", 1)[0]
    stub = (
        f"def my_{name}({parameters}):\n    # 你的程式 your code\n    ...\n\n"
        f'{name}_exercise = xai.exercise("{name}", my_{name})\n{name}_exercise'
    )
    folded = _code(
        f"{short}-solution", f"#@title 一種寫法（先自己寫） One way to write it (try yourself first)\n{solution}"
    )
    folded["metadata"] = {"cellView": "form", "jupyter": {"source_hidden": True}}
    return [
        {"cell_type": "markdown", "id": f"{short}-task", "metadata": {}, "source": task},
        _code(f"{short}-exercise", stub),
        folded,
        _code(f"{short}-proof", exercise.proof.rstrip()),
    ]


def _solutions() -> dict[str, str]:
    text = SOLUTIONS.read_text("utf-8")
    functions = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    lines = text.splitlines()
    return {node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in functions}


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


def _both(text: Bilingual) -> str:
    return text.zh if text.zh == text.en else f"{text.zh} · {text.en}"


def _code(name: str, source: str) -> Cell:
    return {"cell_type": "code", "execution_count": None, "id": name, "metadata": {}, "outputs": [], "source": source}
