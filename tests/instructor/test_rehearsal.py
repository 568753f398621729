"""A class with every attack among its students: the other students' grades are right, in bounded time and memory.

A small class always; 300 students through the command, with the memory of all its processes: pytest -m bench
"""

import csv
import os
import signal
import subprocess
import sys
import time

import pytest
from given.attacks import entries, failing, marked, pretending
from given.memory import peak_of
from given.submitted import RIGHT, TENTHS, answer_cell, answered, code, notebook, spoilt, zipped

from hw9_xai.instructor import grades
from hw9_xai.instructor.grades import grade_all
from hw9_xai.instructor.submissions import find_students
from hw9_xai.quiz.key import key_for, points

KEY = key_for()
UNREAD = [
    '!ls\nQ1 = choose()  # sure?', '%time Q1 = "A"', '%%timeit\nQ1 = "A"', '%%capture Q1\nprint("A")', 
    '[Q1 := "A" for _ in x]',
    'match "A":\n    case Q1: pass', 'del Q1', "def Q1(): pass", "class Q1: pass", "try: x\nexcept E as Q1: pass",
    'Ｑ１ = choose()', 'globals()["Q1"] = "A"', "def f():\n    global Q1\n    Q1 = choose()", "import x as Q1",
]  # fmt: skip


def attacks(full):
    many = 60_000 if full else 3_000  # 60,000 entries take more than 4 MB
    dotted = code("Q1 = 1\nimport a" + ".a" * 49_000)
    cells = [{"cell_type": "code", "source": "Q1("}] * (330_000 if full else 20_000)
    yield "dots.ipynb", notebook([dotted] * (190 if full else 10))
    yield "cells.ipynb", notebook(cells)
    yield "failing.zip", failing(999 if full else 20, 20_000_000 if full else 1_000_000)
    yield "failing-zips.zip", zipped({f"{one}.zip": failing(30, 1_000_000) for one in range(20 if full else 2)})
    yield "zip64.zip", pretending(entries(many))
    yield "mark.zip", marked(entries(many))
    yield "brackets.ipynb", b'{"cells": [' + b"[]," * (6_000_000 if full else 600_000) + b"[]]}"
    yield "bomb.zip", zipped({f"{one}.py": bytes(19_000_000) for one in range(11)})
    yield "shell.ipynb", notebook([code("!\n" * 49_000 + 'Q1 = "A"')] * 9)
    yield "long.ipynb", notebook([code("Q1\n" * 6_000_000)] if full else [code("Q1\n" * 60_000)])
    yield "packed.rar", b"Rar!"
    yield "seven.7z", b"7z"
    yield "named.ipynb.txt", answered(RIGHT)
    for number, source in enumerate(UNREAD):
        yield f"unread{number:02}.ipynb", notebook([answer_cell("Q1", RIGHT["Q1"]), code(source)])


def class_of(folder, students, full):
    """What each student must get, in tenths; None where the attack decides it."""
    folder.mkdir()
    expected = {}
    for name, data in attacks(full):
        (folder / name).write_bytes(data)
        expected[name.split(".")[0]] = None if name.startswith("shell") else 0
    for number in range(students - len(expected)):
        missed = list(RIGHT)[: number % 7]
        (folder / f"{number:03}.ipynb").write_bytes(answered(RIGHT | {name: spoilt(name) for name in missed}))
        expected[f"{number:03}"] = 100 - sum(TENTHS[name] for name in missed)
    (folder / "notes.txt").write_text("not a student")
    return expected


def test_a_small_class_with_every_attack(tmp_path):
    expected = class_of(tmp_path / "in", 60, full=False)
    found = {one.student: one for one in grade_all(find_students(tmp_path / "in"), KEY)}
    assert found.keys() == expected.keys()
    assert {name: one.tenths for name, one in found.items() if expected[name] is not None} == {
        name: tenths for name, tenths in expected.items() if tenths is not None
    }
    silent = [name for name, one in found.items() if not (one.flags or one.broken)]
    assert [name for name in silent if expected[name] == 0] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="what is replaced here reaches other processes by fork")
@pytest.mark.parametrize("end", ["killed", "raising", "for ever"])
def test_whoever_ends_a_process_loses_only_himself(tmp_path, monkeypatch, end):
    whole = grades.grade_student

    def hostile(entry, key):
        if entry[0].startswith("evil"):
            if end == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            while end == "for ever":
                pass
            raise MemoryError
        return whole(entry, key)

    monkeypatch.setattr(grades, "grade_student", hostile)
    monkeypatch.setattr(grades, "MOST_SECONDS", 0.1)
    for name in ["a", "evil1", "m", "evil2", "z"]:
        (tmp_path / f"{name}.ipynb").write_bytes(answered(RIGHT))
    found = {one.student: one for one in grade_all(find_students(tmp_path), KEY)}
    assert {name: one.tenths for name, one in found.items()} == {"a": 100, "evil1": 0, "m": 100, "evil2": 0, "z": 100}
    assert all(found[name].flags[0].startswith("to be read by hand") for name in ("evil1", "evil2"))


@pytest.mark.bench
def test_300_students_with_every_attack(tmp_path):
    expected = class_of(tmp_path / "in", 300, full=True)
    start = time.perf_counter()
    command = [sys.executable, "-m", "hw9_xai", "grade", tmp_path / "in", "--out", tmp_path / "grades.csv"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        peak = peak_of(process)
    seconds = time.perf_counter() - start
    print(f"300 students in {seconds:.0f} s, peak {peak:.0f} MB")
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row["points"] for row in csv.DictReader(file)}
    assert rows.keys() == expected.keys()
    assert {name: rows[name] for name in rows if expected[name] is not None} == {
        name: points(tenths) for name, tenths in expected.items() if tenths is not None
    }
    assert seconds < 180 and peak < 1000
