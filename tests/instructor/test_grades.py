"""Points, states and flags of whole submissions."""

from given.submitted import RIGHT, TENTHS, answer_cell, answered, code, notebook, spoilt, variable, zipped

from hw9_xai.instructor.grades import grade_all, grade_student
from hw9_xai.instructor.submissions import find_students
from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.cells import question_cells
from hw9_xai.quiz.key import Key, State, key_for

KEY = key_for()


def grade(folder, key=KEY):
    return {one.student: one for one in grade_all(find_students(folder), key)}


def graded(tmp_path, data, name="s.ipynb"):
    (tmp_path / name).write_bytes(data)
    return grade_student(("s", [tmp_path / name]), KEY)


def test_full_marks_with_the_key_and_none_without(tmp_path):
    assert graded(tmp_path, answered(RIGHT)).tenths == 100
    blank = graded(tmp_path, answered(dict.fromkeys(RIGHT, "")))
    assert blank.tenths == 0 and not blank.flags and not blank.broken
    assert {verdict.state for verdict in blank.verdicts.values()} == {State.UNANSWERED}


def test_every_question_is_worth_its_points(tmp_path):
    for question in RIGHT:
        assert graded(tmp_path, answered({question: RIGHT[question]})).tenths == TENTHS[question]
        assert graded(tmp_path, answered({question: spoilt(question)})).tenths == 0


def test_the_notebooks_own_cells_are_read(tmp_path):
    cells = [cell for topic in load_bank().topics for cell in question_cells(topic)]
    for cell in cells:
        for question, letters in RIGHT.items():
            name = variable(question)
            cell["source"] = cell["source"].replace(f'{name} = ""', f'{name} = "{letters}"')
    assert graded(tmp_path, notebook(cells)).tenths == 100
    assert graded(tmp_path, notebook(cells[::-1])).tenths == 100


def test_ten_notebooks_of_one_student_add_up(tmp_path):
    topics = {topic: load_bank().of_topic(topic) for topic in load_bank().topics}
    files = {f"{topic}.ipynb": answered({one.id: RIGHT[one.id] for one in asked}) for topic, asked in topics.items()}
    (tmp_path / "王小明.zip").write_bytes(zipped(files))
    (tmp_path / "folder").mkdir()
    for name, data in files.items():
        (tmp_path / "folder" / name).write_bytes(data)
    assert {name: (one.tenths, one.files) for name, one in grade(tmp_path).items()} == {
        "folder": (100, 8), "王小明": (100, 8),
    }  # fmt: skip


def test_the_last_answer_that_is_not_blank_counts_and_is_flagged(tmp_path):
    cells = [answer_cell("Q1", "B"), answer_cell("Q1", "A"), answer_cell("Q1", "")]
    one = graded(tmp_path, notebook(cells))
    assert one.tenths == 3 and one.flags == ["Q1 answered in 2 ways"]
    one = graded(tmp_path, notebook([*cells, code("Q1 = choose()")]))
    assert one.tenths == 0 and "Q1 unreadable: not written out but computed" in one.flags


def test_a_broken_file_costs_only_itself(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "a.ipynb").write_bytes(answered(RIGHT)[:-5])
    (tmp_path / "s" / "b.ipynb").write_bytes(answered({"Q1": "A"}))
    (one,) = grade(tmp_path).values()
    assert one.tenths == 3 and one.files == 1
    assert len(one.broken) == 1 and one.broken[0].startswith("s/a.ipynb: no complete JSON")


def test_nothing_to_read_is_flagged(tmp_path):
    (tmp_path / "s").mkdir()
    (one,) = grade(tmp_path).values()
    assert one.tenths == 0 and one.flags == ["no file that could be read"]


def test_remarks_are_kept_short(tmp_path):
    one = graded(tmp_path, notebook([code(f"Q1 = {'x' * 100} (")] * 500))
    assert len(one.flags) == 21 and one.flags[-1] == "and 481 more"


def test_a_key_of_ones_own(tmp_path):
    (tmp_path / "s.ipynb").write_bytes(answered(RIGHT))
    key = Key(KEY.source, {"Q1": ("B", "A"), "Q2": ("C",)}, {"Q1": 7, "Q2": 5})
    one = grade(tmp_path, key)["s"]
    assert one.tenths == 7 and list(one.verdicts) == ["Q1", "Q2"]


def test_many_students_on_all_cores_come_in_order(tmp_path):
    for number in range(60):
        (tmp_path / f"{number:03}.ipynb").write_bytes(answered({"Q1": "A" if number % 2 else "B"}))
    grades = grade(tmp_path)
    assert list(grades) == sorted(grades)
    assert [one.tenths for one in grades.values()] == [0, 3] * ((60) // 2)
