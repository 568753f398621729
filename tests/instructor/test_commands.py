"""hw9-xai grade, key and bench, as they are typed."""

import sys

import pytest
from given.submitted import RIGHT, answered

from hw9_xai import cli, commands
from hw9_xai.assets import KIT
from hw9_xai.cli import main
from hw9_xai.quiz.key import key_for, read_key


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    (folder / "a.ipynb").write_bytes(answered(RIGHT))
    (folder / "b.ipynb").write_bytes(b"{")
    return folder


def test_grade(folder, tmp_path, capsys):
    assert main(["grade", str(folder), "--out", str(tmp_path / "grades.csv")]) == 0
    printed = capsys.readouterr().out
    assert "2 students" in printed and "b.ipynb: no complete JSON" in printed and "measured on the kit's own" in printed
    written = {path.name for path in tmp_path.iterdir()} - {"submissions"}
    assert written == {"grades.csv", "items.csv", "histogram.png", ".hw9-xai"}
    assert main(["grade", str(folder), "--out", str(tmp_path / "other.csv")]) == 0
    written = {path.name for path in tmp_path.iterdir()} - written
    assert written == {"submissions", "other.csv", "other.items.csv", "other.histogram.png"}


def test_grade_with_a_key_of_ones_own(folder, tmp_path, capsys):
    key = tmp_path / "key.yaml"
    key.write_text("questions: {Q1: {accepted: A, points: 2.5}}", "utf-8")
    assert main(["grade", str(folder), "--key", str(key), "--out", str(tmp_path / "grades.csv")]) == 0
    assert "points of 2.5: mean 1.25" in capsys.readouterr().out


@pytest.mark.parametrize("arguments, message", [
    (["grade", "{0}/nowhere"], "FOLDER: expected a folder"),
    (["grade", "{0}/empty"], "FOLDER: expected notebooks"),
    (["grade", "{0}/submissions", "--key", "{0}/nowhere.yaml"], "nowhere.yaml"),
    (["grade", "{0}/submissions", "--key", "{0}/submissions/b.ipynb"], "key: "),
    (["grade", "{0}/submissions", "--out", "{0}/nowhere/grades.csv"], "--out: expected a file in a folder that exists"),
    (["grade", "{0}/submissions", "--out", "{0}"], "--out: expected a file"),
    (["key", "--new", "{0}/submissions/b.ipynb"], "b.ipynb: expected a free name"),
    (["grade", "{0}/submissions", "--out", "{0}/items.csv"], "--out: expected a file like grades.csv"),
    (["grade", "{0}/submissions", "--out", "{0}/histogram.png"], "--out: expected a file like grades.csv"),
    (["grade", "{0}/submissions", "--out", "{0}/submissions/b.ipynb"], "--out: expected a file like grades.csv"),
])  # fmt: skip
def test_wrong_use_is_2_and_one_sentence(folder, tmp_path, arguments, message, capsys):
    (tmp_path / "empty").mkdir()
    assert main([argument.format(tmp_path) for argument in arguments]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1 and "Traceback" not in error
    assert {path.name for path in tmp_path.iterdir()} == {"submissions", "empty"}


@pytest.mark.parametrize("arguments", [["grade"], ["key"], ["key", "--compare", "--new", "x"], ["key", "--prove", "x"]])
def test_arguments_that_are_missing(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2


def test_a_new_key(tmp_path, capsys):
    assert main(["key", "--new", str(tmp_path / "key.yaml")]) == 0
    assert read_key(tmp_path / "key.yaml").accepted == key_for().accepted


@pytest.mark.parametrize("arguments, command", [
    (["key", "--compare"], ["data.make.key", "compare"]), (["key", "--prove"], ["data.make.key", "prove"]),
    (["key", "--options"], ["data.make.key", "options"]), (["bench"], ["tests.bench", "--width=32", "--rounds=5"]),
    (["bench", "--rounds", "3"], ["tests.bench", "--width=32", "--rounds=3"]),
])  # fmt: skip
def test_what_the_authors_use_runs_in_the_repository_or_says_where_it_is(
    arguments, command, monkeypatch, tmp_path, capsys
):
    called = []
    monkeypatch.setattr(commands.subprocess, "call", lambda line, cwd: called.append((line, cwd)) or 1)
    assert main(arguments) == 1, "its own exit status"
    assert called == [([sys.executable, "-c", commands.STARTER, *command], KIT)]
    monkeypatch.setattr(commands, "KIT", tmp_path)  # as in a wheel
    assert main(arguments) == 2 and len(called) == 1
    error = capsys.readouterr().err
    assert f"this needs the repository: clone it, and run python -m {' '.join(command)} in it" in error
    assert error.count("\n") == 1


def test_debug_shows_where_a_wrong_use_was_noticed(tmp_path):
    with pytest.raises(cli.WrongUse, match="FOLDER: expected a folder"):
        main(["--debug", "grade", str(tmp_path / "nowhere")])


def test_the_kits_own_comes_before_others_and_libraries_before_what_lies_beside_it(monkeypatch, tmp_path):
    (tmp_path / "tests" / "bench").mkdir(parents=True)
    (tmp_path / "yaml.py").write_text("open('ran', 'w')")
    (tmp_path / "tests" / "bench" / "__main__.py").write_text("import sys, yaml; sys.exit(len(sys.argv))")
    other = tmp_path / "of another copy" / "tests" / "bench"
    other.mkdir(parents=True)
    (other / "__main__.py").write_text("import sys; sys.exit(9)")
    monkeypatch.setenv("PYTHONPATH", str(other.parents[1]))
    monkeypatch.setattr(commands, "KIT", tmp_path)
    assert main(["bench"]) == 3 and not (tmp_path / "ran").exists()


def test_a_table_that_was_there_is_kept(folder, tmp_path, capsys):
    (tmp_path / "items.csv").write_text("mine")
    assert main(["grade", str(folder), "--out", str(tmp_path / "grades.csv")]) == 2
    assert (tmp_path / "items.csv").read_text() == "mine" and not (tmp_path / "grades.csv").exists()
