"""3,000 submissions of 1 MB, through the command, with the memory of all its processes. Run with: pytest -m bench"""

import base64
import csv
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from submitted import RIGHT, answer_cell, code, notebook

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
    command = [sys.executable, "-m", "hw9_xai.cli", "grade", folder, "--out", tmp_path / "grades.csv"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        peak = watch_memory(process)
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


def watch_memory(process):  # MB of the process and its children, shared pages counted once
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(proportional_megabytes(one) for one in family(process.pid)))
        time.sleep(0.1)
    return peak


def family(pid):
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it has just ended
        return
    for child in children:
        yield from family(int(child))


def proportional_megabytes(pid):
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000
