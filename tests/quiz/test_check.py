"""The self-check: four states, both languages, no traceback, and nothing that a student writes runs in the page."""

import pytest
from hostile import ATTACK, Hostile, Shouting
from hypothesis import given
from hypothesis import strategies as st

from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.check import check, hint
from hw9_xai.quiz.key import State


@pytest.mark.parametrize("answer, state, english, chinese", [
    ("", State.UNANSWERED, "unanswered", "尚未作答"),
    ("strawberry", State.UNREADABLE, "unreadable", "看不懂"),
    ("B", State.NOT_YET, "not yet", "還不對"),
    ("ab", State.NOT_YET, "not yet", "還不對"),
    ("ａ", State.CORRECT, "correct", "答對了"),
])  # fmt: skip
def test_the_four_states(answer, state, english, chinese):
    result = check("Q1", answer)
    assert result.state is state
    for shown in (repr(result), result._repr_html_()):
        assert english in shown and chinese in shown and "Traceback" not in shown


def test_the_explanation_opens_when_the_answer_is_right():
    options = load_bank().questions["Q1"].options
    right, wrong = repr(check("Q1", "A")), repr(check("Q1", "B"))
    for option in options.values():
        assert option.why.en in right and option.why.zh in right
        assert option.why.en not in wrong
    assert "measured on the kit's own pictures" in right and "0.3 points" in right


def test_q21_of_the_course_says_that_two_answers_are_accepted(monkeypatch):
    monkeypatch.setattr("hw9_xai.quiz.check.edition_in_use", lambda: "course")
    for answer in ("C", "ABCDE"):
        assert "accepted 都算對：C, ABCDE" in repr(check("Q21", answer))


@pytest.mark.parametrize("name", ["Q23.1", "Q23_1", "q23.1", "Ｑ２３．１", " Q23.1 "])
def test_sub_parts_by_any_of_their_names(name):
    assert check(name, "B").state is State.CORRECT


@pytest.mark.parametrize("name", ["Q99", "", ATTACK, None, 1, Hostile, ["Q1"], "Q" * 10**6, "\ud800"])
def test_no_such_question(name):
    for note in (check(name, "A"), hint(name)):
        assert "no such question" in repr(note) and "沒有這一題" in repr(note)
        assert "<img" not in note._repr_html_()
        note._repr_html_().encode()


def test_the_value_itself_is_never_asked():
    assert check(Shouting("Q1"), Shouting("A")).state is State.CORRECT
    assert check(Hostile(), Hostile()).state is State.UNREADABLE
    assert check("Q1", Hostile()).state is State.UNREADABLE


def test_what_a_student_writes_is_shown_as_text():
    page = check("Q1", ATTACK)._repr_html_()
    assert "<img" not in page and "&lt;img" in page and "</script>" not in page
    assert "\u202e" not in check("Q1", "\u202eevil")._repr_html_()
    check("Q1", "\ud800")._repr_html_().encode()


def test_a_long_answer_is_cut_short():
    assert len(repr(check("Q1", "x" * 10**6))) < 500


def test_the_hint_names_the_notebook_and_not_the_answer():
    for question in load_bank().questions.values():
        shown = repr(hint(question.id))
        assert load_bank().topics[question.topic].notebook in shown
        assert not any(option.why.en in shown for option in question.options.values())


@given(st.recursive(st.none() | st.text() | st.integers() | st.floats() | st.binary(), st.lists))
def test_no_traceback_whatever_comes(value):
    for question in ("Q1", value):
        result = check(question, value)
        assert repr(result)
        result._repr_html_().encode()


def test_an_unknown_edition_is_an_error_of_the_notebook_not_of_the_answer():
    with pytest.raises(ValueError, match=r"^edition: expected 'kit' or 'course', got 'x'"):
        check("Q1", "A", edition="x")
