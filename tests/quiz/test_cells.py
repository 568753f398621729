"""The cells of questions and exercises: valid, complete, short, and safe to run blank or filled in."""

import inspect

import nbformat
import pytest

from hw9_xai.assets import EDITIONS
from hw9_xai.quiz import solutions
from hw9_xai.quiz.bank import load_bank, load_exercises
from hw9_xai.quiz.cells import answer_form, exercise_cells, question_cells
from hw9_xai.quiz.check import check
from hw9_xai.quiz.exercises import exercise
from hw9_xai.quiz.key import key_for
from hw9_xai.quiz.score import score

TOPICS = list(load_bank().topics)


class Face:  # what `import hw9_xai as xai` offers to these cells
    check, score, exercise = staticmethod(check), staticmethod(score), staticmethod(exercise)


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


def run(source, names):
    """As a notebook does: what stands on the last line is shown."""
    *above, last = source.rstrip().rsplit("\n", 1)
    exec("\n".join(above), names)
    return eval(last, names)


@pytest.mark.parametrize("filled, tenths", [(False, 0), (True, 100)])
def test_the_cells_run_blank_and_filled_in(filled, tenths):
    names, receipts = {"xai": Face}, ""
    for topic in TOPICS:
        for name in (name for name, one in load_exercises().items() if one.topic == topic):
            source = exercise_cells(name)[1]["source"]
            if filled:
                names["solved"] = getattr(solutions, name)
                source = source.replace(f"my_{name})", "solved)")
            assert run(source, names).right == filled
        *asked, scored = (cell["source"] for cell in question_cells(topic) if cell["cell_type"] == "code")
        for source in asked:
            for question in load_bank().of_topic(topic) if filled else ():
                source = source.replace(f'{question.variable} = ""', f"{question.variable} = {right(question)!r}")
            run(source, names)
        found = run(scored.replace('receipts = ""', f"receipts = {receipts!r}"), names)
        receipts = found.receipt  # pasted into the next notebook
    assert found.tenths == tenths
    assert f"exercises 練習 {8 if filled else 0} of 8" in repr(found) and "Not handed in" not in repr(found)


@pytest.mark.parametrize("name", load_exercises())
def test_an_exercise_shows_the_task_and_folds_the_solution(name):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.from_dict(cell) for cell in exercise_cells(name)]
    nbformat.validate(notebook)
    task, stub, solution, proof = notebook.cells
    assert load_exercises()[name].task.zh in task.source and load_exercises()[name].task.en in task.source
    assert inspect.getsource(getattr(solutions, name)).strip() in solution.source
    assert solution.metadata == {"cellView": "form", "jupyter": {"source_hidden": True}}
    assert f"def my_{name}{inspect.signature(getattr(solutions, name))}:" in stub.source
    assert f"{name}(" in proof.source and "xai." in proof.source and "assert" in proof.source


def right(question):
    return key_for().accepted[question.id][0]
