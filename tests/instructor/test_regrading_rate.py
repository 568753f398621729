"""3,000 submissions of 1 MB, through the command, with the memory of all its processes. Run with: pytest -m bench"""

import base64
import csv
import os
import random
import subprocess
import sys
import time

import pytest
from given.memory import peak_of
from given.submitted import RIGHT, answer_cell, code, notebook

pytestmark = pytest.mark.bench
STUDENTS, MEGABYTE = 3000, 1_000_000


def test_3000_submissions_of_1_megabyte(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    rng = random.Random(0)
    for number in range(30):
        (tmp_path / f"{number}.ipynb").write_bytes(filled_in(rng))
    for number in range(STUDENTS):
        os.link(tmp_path / f"{number % 30}.ipynb", folder / f"{number:04}.ipynb")
    start = time.perf_counter()
    command = [sys.executable, "-m", "hw9_xai", "grade", folder, "--out", tmp_path / "grades.csv"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        peak = peak_of(process)
    seconds = time.perf_counter() - start
    print(f"{STUDENTS / seconds:.0f} submissions of 1 MB a second ({seconds:.1f} s), peak {peak:.0f} MB")
    assert process.returncode == 0
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig") as file:
        assert [row["points"] for row in csv.DictReader(file)] == ["10.0"] * STUDENTS
    assert peak < 300


def filled_in(rng):
    pictures = [base64.b64encode(rng.randbytes(MEGABYTE * 3 // 40)).decode() for _ in range(10)]
    figures = [
        code("show()", outputs=[{"output_type": "display_data", "data": {"image/png": one}}]) for one in pictures
    ]
    return notebook(figures + [answer_cell(question, letters) for question, letters in RIGHT.items()])
