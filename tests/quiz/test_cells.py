"""The question cells of the notebooks: valid, complete, short, and safe to run blank or filled in."""

import ast

import nbformat
import pytest

from hw9_xai.assets import EDITIONS
from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.cells import answer_form, question_cells
from hw9_xai.quiz.check import check
from hw9_xai.quiz.key import key_for
from hw9_xai.quiz.score import score

TOPICS = list(load_bank().topics)


class Face:  # what `import hw9_xai as xai` offers to these cells
    check, score = staticmethod(check), staticmethod(score)


@pytest.mark.parametrize("edition", EDITIONS)
def test_valid_cells_with_every_question_and_option(edition):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.from_dict(cell) for topic in TOPICS for cell in question_cells(topic, edition=edition)]
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    for question in load_bank(edition).questions.values():
        assert f"### {question.id} · " in text and question.text.en in text and question.text.zh in text
        assert all(option.text.en in text and option.text.zh in text for option in question.options.values())
        assert not any(option.why.en in text for option in question.options.values())


def test_the_form_is_what_colab_and_the_grader_read():
    assert answer_form(load_bank().questions["Q23.1"]) == (
        '#@title Q23.1 · your answer 你的答案\nQ23_1 = ""  #@param {type:"string"}\nxai.check("Q23.1", Q23_1)'
    )


@pytest.mark.parametrize("filled, tenths", [(False, 0), (True, 100)])
def test_the_cells_run_blank_and_filled_in(filled, tenths):
    names, total = {"xai": Face}, 0
    for topic in TOPICS:
        sources = [cell["source"] for cell in question_cells(topic) if cell["cell_type"] == "code"]
        for source in sources[:-1]:
            for question in load_bank().of_topic(topic) if filled else ():
                source = source.replace(f'{question.variable} = ""', f"{question.variable} = {right(question)!r}")
            exec(source, names)
        total += eval(sources[-1], names).tenths
        ast.parse(sources[-1])
    assert total == tenths


def right(question):
    return key_for().accepted[question.id][0]
