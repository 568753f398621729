"""The score: 10.0 with the key, 0 with nothing, and a receipt that gives the answers back."""

import numpy as np
import pytest

from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.key import key_for, points
from hw9_xai.quiz.score import read_receipts, score

KEY = {name: accepted[0] for name, accepted in key_for().accepted.items()}


def test_full_marks_with_the_key_and_none_without():
    assert score(KEY).tenths == 100
    assert "10.0 / 10.0" in repr(score(KEY)) and "10.0 / 10.0" in score(KEY)._repr_html_()
    assert score({}).tenths == score(dict.fromkeys(KEY, "")).tenths == 0


def test_one_option_too_many_scores_nothing():
    for question in load_bank().questions.values():
        if question.id == "Q21":
            continue  # every addition short of all five is wrong; all five is accepted
        for letter in set(question.options) - set(KEY[question.id]):
            assert score({question.id: KEY[question.id] + letter}).tenths == 0
    assert score({"Q21": "CD"}).tenths == 0


def test_sub_parts_count_apart():
    assert score({"Q23.1": "B", "Q23.2": "B"}).tenths == 2
    assert score({"Q23_1": "B", "Q23_2": "A"}).tenths == 4


def test_what_is_missing_is_said():
    shown = repr(score({"Q1": "A", "Q2": ""}))
    assert "Unanswered 尚未作答：Q2" in shown
    assert "Not handed in 未列入：Q3, Q4" in shown


def test_the_whole_notebook_may_be_handed_over():
    assert score({"Q1": "A", "model": object(), 3: 4, "Q1x": "A", "__name__": "__main__"}).tenths == 3


def test_the_receipt_gives_the_answers_back():
    answers = KEY | {"Q1": "", "Q3": "<b>no idea</b>"}
    receipt = score(answers).receipt
    assert receipt in repr(score(answers)) and "<b>" not in receipt
    again = score(receipt)
    assert again.tenths == score(answers).tenths == 94
    assert score(receipt.replace(" | ", "\n| ")).tenths == 94


def test_receipts_of_several_notebooks_add_up():
    bank = load_bank()
    receipts = [score({question.id: KEY[question.id] for question in bank.of_topic(topic)}) for topic in bank.topics]
    assert points(score("\n".join(one.receipt for one in receipts)).tenths) == "10.0"


def test_a_later_receipt_wins_where_it_has_an_answer():
    first, second = score({"Q1": "A", "Q2": "B"}).receipt, score({"Q1": "", "Q2": "AD"}).receipt
    assert read_receipts(first + second) == {"Q1": "A", "Q2": "AD"}


@pytest.mark.parametrize("text", ["", "Q1=A", "[hw9-xai Q1=A", score({"Q1": "B"}).receipt.replace("=B", "=A")])
def test_no_receipt_or_a_changed_one(text):
    with pytest.raises(ValueError, match=r"^answers: (expected|this receipt was changed)"):
        score(text)


@pytest.mark.parametrize("answers", [None, 3, ["A"], b"Q1"])
def test_what_is_no_set_of_answers(answers):
    with pytest.raises(TypeError, match=r'^answers: expected {"Q1": "A", ...} or a receipt, got '):
        score(answers)


def test_this_notebook_comes_first_and_receipts_add_the_others():
    earlier = score({"Q1": KEY["Q1"], "Q5": KEY["Q5"], "saliency": "done"}).receipt
    found = score({"Q5": "", "Q6": KEY["Q6"], "Q7": ""}, earlier)
    first, *_ = repr(found).splitlines()
    assert first.startswith("Q5") and "Q1 " not in repr(found).split("In this notebook")[0]
    assert found.tenths == sum(key_for().tenths[name] for name in ("Q1", "Q5", "Q6"))
    assert "Unanswered 尚未作答：Q7" in repr(found)
    assert "01 1/4 · 02 2/5 · 03 0/4" in found.progress and found.progress.endswith("exercises 練習 1 of 8")
    assert score(found.receipt).tenths == found.tenths and score(found.receipt).exercises == ("saliency",)


def test_an_answer_here_wins_over_an_earlier_one():
    earlier = score({"Q1": KEY["Q1"]}).receipt
    assert score({"Q1": "A" if KEY["Q1"] != "A" else "B"}, earlier).tenths == 0


@pytest.mark.parametrize("value", [object(), 1, "right", None, [True]])
def test_what_is_no_exercise_that_is_right_does_not_count(value):
    assert score({"Q1": "A", "saliency": value, "unknown": "done"}).exercises == ()


@pytest.mark.parametrize("receipts", ["Q1=A", "[hw9-xai Q1=A | 0.3"])
def test_receipts_that_cannot_be_read_are_told(receipts):
    with pytest.raises(ValueError, match=r"^receipts: expected a receipt"):
        score({"Q1": "A"}, receipts)


def test_any_value_is_an_answer():
    earlier = score(KEY).receipt
    for value in (np.zeros(3), [], {}, 0):
        assert score({"Q1": value}, earlier).asked["Q1"].state is not None
