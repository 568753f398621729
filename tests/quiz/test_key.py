"""Keys: full marks with the key, none without, nothing for half an answer or for one option too many."""

import pytest
from given.hostile import damaged
from hypothesis import given, settings
from hypothesis import strategies as st

from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.key import State, key_for, new_key, official_key, points, read_key

BANK, KEY = load_bank(), key_for()


def test_the_courses_key_is_the_official_one():
    assert key_for("course") == official_key("course")
    assert "official" in key_for("course").source.en


@pytest.mark.parametrize("question", BANK.questions.values(), ids=list(BANK.questions))
def test_all_right_options_and_no_other(question):
    for accepted in KEY.accepted[question.id]:
        assert KEY.judge(question, accepted).state is State.CORRECT
        assert KEY.judge(question, accepted[::-1].lower()).state is State.CORRECT
    for letter in question.options:
        for answer in (letter, KEY.accepted[question.id][0] + letter):
            right = "".join(sorted(set(answer))) in KEY.accepted[question.id]
            assert KEY.judge(question, answer).state is (State.CORRECT if right else State.NOT_YET)
    assert KEY.judge(question, "").state is State.UNANSWERED
    assert KEY.judge(question, "perhaps").state is State.UNREADABLE


def test_both_published_answers_to_q21_count():
    assert official_key().accepted["Q21"] == ("C", "ABCDE")


def test_a_key_of_ones_own_starts_from_the_one_that_counts(tmp_path):
    file = tmp_path / "key.yaml"
    file.write_text(new_key(KEY), "utf-8")
    own = read_key(file)
    assert own.accepted == KEY.accepted and own.tenths == KEY.tenths
    assert own.source.en == "the key in key.yaml"


def test_own_answers_and_points(tmp_path):
    file = tmp_path / "key.yaml"
    file.write_text("questions:\n  Q23.1: {accepted: [A, bc], points: 1}\n  Q2: {accepted: d, points: 0.7}\n", "utf-8")
    own = read_key(file)
    assert own.accepted == {"Q2": ("D",), "Q23.1": ("A", "BC")}
    assert own.tenths == {"Q2": 7, "Q23.1": 10}


@pytest.mark.parametrize("text, message", [
    ("", "expected `questions:`"),
    ("questions: [Q1]", "expected `questions:`"),
    ("a: [", "is no YAML"),
    ("!!python/object/apply:os.system ['true']", "is no YAML"),
    ("questions: {Q99: {accepted: A, points: 1}}", "there is no question 'Q99'"),
    ("questions: {Q1: A}", "Q1: expected {accepted"),
    ("questions: {Q1: {accepted: E, points: 1}}", "Q1: accepted: expected letters of ABCD"),
    ("questions: {Q1: {accepted: [], points: 1}}", "Q1: accepted: expected letters"),
    ("questions: {Q1: {accepted: 3, points: 1}}", "Q1: accepted: expected letters"),
    ("questions: {Q1: {accepted: A, points: 0.25}}", "Q1: points: expected 0 to 1000 in steps of 0.1, got 0.25"),
    ("questions: {Q1: {accepted: A, points: -1}}", "Q1: points: expected"),
    ("questions: {Q1: {accepted: A, points: .nan}}", "Q1: points: expected"),
    ("questions: {Q1: {accepted: A, points: yes}}", "Q1: points: expected"),
])  # fmt: skip
def test_a_key_file_that_cannot_be_used(tmp_path, text, message):
    file = tmp_path / "key.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=f"^key: .*{message}") as raised:
        read_key(file)
    assert "\n" not in str(raised.value)


def test_points_are_written_exactly():
    assert [points(tenths) for tenths in (0, 3, 10, 100)] == ["0.0", "0.3", "1.0", "10.0"]


BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("text", [
    "[" * 20_000, "{a: " * 20_000, "questions: {Q1: {accepted: A, points: *x}}", "questions: &q {Q1: *q}",
    f"{BOMB}questions: {{Q1: *i}}", "questions: {Q1: 2001-99-99}", "questions: {Q1: !!int x}", "questions: {[a]: 1}",
    f"questions: {{Q1: {{accepted: {'x' * 10**5}, points: 1}}}}",
    f"questions: {{Q1: {{accepted: A, points: {'9' * 9999}}}}}",
    f"questions: {{{'Q' * 10**5}: 1}}", "\ufeffquestions: {Q1: A}", "\0",
])  # fmt: skip
def test_whatever_is_no_key_is_one_short_sentence_at_once(text, tmp_path):
    (tmp_path / "key.yaml").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"^key: ") as raised:
        read_key(tmp_path / "key.yaml")
    assert "\n" not in str(raised.value) and len(str(raised.value)) < 300 + len(str(tmp_path))


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_brackets_within_brackets_are_refused_before_they_are_read(tmp_path, opening):  # which takes half a minute
    (tmp_path / "key.yaml").write_text(opening * 20_000, "utf-8")
    with pytest.raises(ValueError, match="more than 20 brackets within each other"):
        read_key(tmp_path / "key.yaml")


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=200) | damaged(new_key(KEY).encode()))
def test_any_bytes_are_a_key_or_one_sentence(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    try:
        read_key(path)
    except ValueError as problem:
        assert str(problem).startswith("key: ") and "\n" not in str(problem)
