"""Answers are read kindly, and words are not guessed at."""

import pytest
from given.hostile import Hostile, Shouting
from hypothesis import given
from hypothesis import strategies as st

from hw9_xai.quiz.answers import Unreadable, read_answer


@pytest.mark.parametrize("written, read", [
    ("A", "A"), ("a", "A"), ("AC", "AC"), ("CA", "AC"), ("a,c", "AC"), ("A; C", "AC"), ("A、C", "AC"), ("A/C", "AC"),
    ("A|C", "AC"), ("A+C", "AC"), ("ａ、ｃ", "AC"), ("Ａ，Ｃ", "AC"), ("A\u3000C", "AC"), ("Ⓐ", "A"), ("AA", "A"),
    ("A\u200b\ufeff", "A"), (" A\n", "A"), ("", ""), ("  ", ""), (None, ""), ([], ""), (["A", "c"], "AC"),
    ({"C", "A"}, "AC"), (("A",), "A"), ])  # fmt: skip
def test_kindly(written, read):
    assert read_answer(written) == read


@pytest.mark.parametrize("written", [
    "the cake", "A or C", "G", "1", "А", "A" * 201, "A\0", "\ud800", 1, 1.5, True, b"A", ["A", 1], [["A"]], {"A": 1},
    object(), ["A"] * 201, float("nan"), lambda: "A",
])  # fmt: skip
def test_unreadable(written):  # the sixth is Cyrillic
    with pytest.raises(Unreadable):
        read_answer(written)


def test_the_value_itself_is_never_asked():
    assert read_answer(Shouting("b")) == "B"
    with pytest.raises(Unreadable, match="a value of type Hostile"):
        read_answer(Hostile())


def test_an_option_that_is_not_there():
    with pytest.raises(Unreadable, match="there is no option E"):
        read_answer("AE", "ABCD")


@given(st.text() | st.lists(st.text(max_size=3)) | st.binary() | st.integers() | st.dictionaries(st.text(), st.text()))
def test_no_other_error_whatever_comes(value):
    try:
        letters = read_answer(value)
    except Unreadable:
        return
    assert letters == "".join(sorted(set(letters))) and set(letters) <= set("ABCDEF")
