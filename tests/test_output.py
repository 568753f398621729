"""What is written is whole and takes nobody's place; what is said goes to any terminal."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from given.project import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from hw9_xai import output
from hw9_xai.output import MANIFEST, is_ours, printable, say, write

NAMES = st.text(st.characters(blacklist_characters="/\0"), min_size=1, max_size=60).filter(
    lambda name: name not in (".", "..", MANIFEST)
)


def test_ours_is_replaced_and_what_another_wrote_or_changed_is_not(tmp_path):
    path = tmp_path / "below" / "grades.csv"
    write(path, "last week")
    assert write(path, "this week").read_text() == "this week"
    path.write_text("this week, with a remark")
    for _ in range(2):
        with pytest.raises(FileExistsError, match="expected a free name, or a file as hw9-xai wrote it"):
            write(path, "next week")
    assert path.read_text() == "this week, with a remark"
    assert {one.name for one in path.parent.iterdir()} == {"grades.csv", MANIFEST}


def test_a_link_and_a_folder_are_not_ours(tmp_path):
    write(tmp_path / "a", "x")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    for name in ("link", "folder"):
        with pytest.raises(FileExistsError):
            write(tmp_path / name, "y")
    assert (tmp_path / "link").is_symlink()


def test_what_was_asked_for_is_written_over_unless_it_changed_meanwhile(tmp_path):
    path = tmp_path / "mine.ipynb"
    path.write_text("before")
    path.chmod(0o640)
    write(path, "after", over=b"before")
    assert path.read_text() == "after" and path.stat().st_mode & 0o777 == 0o640
    with pytest.raises(FileExistsError):
        write(path, "again", over=b"before")
    assert path.read_text() == "after"


@pytest.mark.parametrize("problem", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_on_a_full_disk_last_weeks_file_is_whole(tmp_path, monkeypatch, problem):
    write(tmp_path / "grades.csv", "last week")

    def full(number):
        raise problem

    monkeypatch.setattr(output.os, "fsync", full)
    with pytest.raises(
        type(problem), match="" if type(problem) is KeyboardInterrupt else "grades.csv: cannot be written: No sp"
    ):
        write(tmp_path / "grades.csv", "this week")
    assert (tmp_path / "grades.csv").read_text() == "last week" and is_ours(tmp_path / "grades.csv")
    assert {one.name for one in tmp_path.iterdir()} == {"grades.csv", MANIFEST}


@settings(max_examples=60, deadline=None)
@given(NAMES, st.text(st.characters()))
def test_any_name_and_any_text_is_written_and_known_again(name, text):
    with TemporaryDirectory() as folder:
        try:
            path = Path(folder, name)
            path.touch()
            path.unlink()
        except (OSError, ValueError):  # no name here
            return
        write(path, text)
        assert is_ours(write(path, text + "2"))


@given(st.text(st.characters()))
def test_nothing_said_has_a_control_character(text):
    assert printable(text).isprintable()


def test_escapes_do_not_reach_the_terminal(capsys):
    say("a\x1b[2J\u202e\ttable\nb")
    assert capsys.readouterr().out == "a�[2J��table\nb\n"


def test_a_terminal_without_the_letters_ends_no_finished_work():
    code = (
        "from hw9_xai.output import say, this_process_is_ours; this_process_is_ours(); "
        "say('王 \\udcff'); import subprocess, sys; "
        "subprocess.run([sys.executable, '-c', 'print(chr(29579))'], check=True)"
    )
    for encoding in ("ascii", "cp1252"):
        variables = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)}
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, env=variables, check=True)
        assert run.stdout.splitlines()[0].startswith(rb"\u738b") and not run.stderr, run


def test_files_that_are_named_like_libraries_are_not_imported(tmp_path):
    for name in ("yaml", "tqdm", "csv", "torch", "lazy_loader", "transformers", "json"):
        (tmp_path / f"{name}.py").write_text(f"open('ran', 'a').write('{name} ')")
    (tmp_path / "PIL").mkdir()
    (tmp_path / "PIL" / "__init__.py").write_text("open('ran', 'a').write('PIL ')")
    variables = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}"}  # which an empty place at its end is part of
    for module in ("hw9_xai", "hw9_xai.cli"):
        command = [sys.executable, "-m", module, "assets", "list"]
        listed = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, check=True).stdout
        assert b"food_cnn" in listed and not (tmp_path / "ran").exists()
