"""The tables: no formula runs, Chinese names survive, the numbers add up."""

import csv
import unicodedata

import pytest
from given.submitted import RIGHT, answered, wrong
from hypothesis import given
from hypothesis import strategies as st

from hw9_xai.instructor.gradebook import draw_histogram, safe_cell, summary, write_gradebook
from hw9_xai.instructor.grades import grade_all
from hw9_xai.instructor.submissions import find_students
from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.key import key_for

KEY = key_for()


@pytest.fixture
def grades(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "王小明.ipynb").write_bytes(answered(RIGHT))
    (folder / "=cmd|'x'!A1.ipynb").write_bytes(answered({"Q1": "B", "Q2": "AD", "Q3": "=1+1"}))
    (folder / "blank.ipynb").write_bytes(answered({}))
    (folder / "broken\n\u202e.ipynb").write_bytes(b"{")
    return list(grade_all(find_students(folder), KEY))


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_grades(grades, tmp_path):
    out = tmp_path / "grades.csv"
    assert [path.name for path in write_gradebook(grades, KEY, out)] == ["grades.csv", "items.csv", "histogram.png"]
    rows = {row["student"]: row for row in table(out)}
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert list(rows) == ["'=cmd|'x'!A1", "blank", "broken��", "王小明"]
    assert rows["王小明"]["points"] == "10.0" and rows["王小明"]["answered"] == "32"
    attack = rows["'=cmd|'x'!A1"]
    assert (attack["points"], attack["of"], attack["Q1"], attack["Q2"]) == ("0.3", "10.0", "not yet", "correct")
    assert (attack["Q3"], attack["Q4"], attack["answers"]) == ("unreadable", "unanswered", "Q1=B Q2=AD")
    assert rows["broken��"]["flags"] == "no file that could be read"
    assert "no complete JSON" in rows["broken��"]["broken files"]


def test_items(grades, tmp_path):
    write_gradebook(grades, KEY, tmp_path / "grades.csv")
    items = table(tmp_path / "items.csv")
    assert {(row["question"], row["option"]) for row in items} == {
        (question.id, option)
        for question in load_bank().questions.values()
        for option in (*question.options, "correct", "unanswered", "unreadable")
    }
    students = {(row["question"], row["option"]): row["students"] for row in items}
    assert students["Q1", "A"] == students["Q1", "B"] == "1" and students["Q1", "unanswered"] == "2"
    assert students["Q2", "D"] == "2" and students["Q2", "correct"] == "2" and students["Q3", "unreadable"] == "1"
    assert {row["option"] for row in items if row["question"] == "Q2" and row["in the key"] == "yes"} == {"A", "D"}


def test_the_summary(grades):
    text = summary(grades, KEY)
    assert "4 students, 3 files read, 2 students flagged" in text
    assert "points of 10.0: mean 2.58, median 0.15, lowest 0.0, highest 10.0" in text
    assert summary(grades, KEY, ["notes\n.txt"]).endswith("passed over, no student's: 1\n  notes�.txt")
    assert "files that could not be read: 1\n  broken��.ipynb: no complete JSON" in text


def test_full_marks_have_a_bar_of_their_own(grades):
    bars = draw_histogram(grades, KEY).axes[0].patches
    assert [bar.get_height() for bar in bars if bar.get_height()] == [3, 1]
    assert bars[-1].get_x() == 10.0


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1", "＝1", "－1", "\u3000＠x", "\r=1", "a;=1+1",
                                  'a; "@x', "a;b;＝1"])  # fmt: skip
def test_no_formula_runs(text):
    for part in safe_cell(text).split(";"):  # which parts the cells in half of the world
        assert not part.lstrip(' "').startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


SIGNS = st.sampled_from("=+-@＝＠；;\t\r \"'1")


@given(st.lists(SIGNS | st.characters(), max_size=8).map("".join) | st.lists(SIGNS, max_size=4).map("".join))
def test_no_text_at_all_is_a_formula(text):
    test = csv.reader([safe_cell(text)], delimiter=";")
    for part in [safe_cell(text), *(cell for row in test for cell in row)]:
        assert unicodedata.normalize("NFKC", part.lstrip(' "'))[:1] not in {*"=+-@\t\r"}


@pytest.mark.parametrize("text", ["王小明", "José", "10.0", "a=b", "", "A-1", "李 四"])
def test_other_text_is_left_alone(text):
    assert safe_cell(text) == text


def test_names_that_are_no_text(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "\udcff.ipynb").write_bytes(answered({"Q1": wrong("Q1")}))
    grades = list(grade_all(find_students(tmp_path / "in"), KEY))
    write_gradebook(grades, KEY, tmp_path / "grades.csv")
    assert table(tmp_path / "grades.csv")[0]["student"] == "�"
