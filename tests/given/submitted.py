"""Submissions for the tests of the grader: notebooks with answers, and ways to hand them in."""

import io
import json
import zipfile

from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.key import key_for

RIGHT = {name: accepted[0] for name, accepted in key_for().accepted.items()}
TENTHS = key_for().tenths


def variable(question):
    return question.replace(".", "_")


def answer_cell(question, letters):
    return code(
        f"#@title {question} · your answer 你的答案\n"
        f'{variable(question)} = "{letters}"  #@param {{type:"string"}}\n'
        f'xai.check("{question}", {variable(question)})'
    )


def code(source, **more):
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source} | more


def notebook(cells, **metadata):
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


def answered(answers):
    return notebook([answer_cell(question, letters) for question, letters in answers.items()])


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def wrong(question):
    """A letter that is not right; where all of them together are, the first alone."""
    letters = load_bank().questions[question].options
    return next((letter for letter in letters if letter not in RIGHT[question]), next(iter(letters)))


def spoilt(question):
    """What is right and a letter too many; where there is none, letters too few."""
    letter = wrong(question)
    return letter if letter in RIGHT[question] else RIGHT[question] + letter
