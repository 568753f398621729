"""Ctrl-C ends every command, with all that it started, within two seconds and in one line."""

import os
import shutil
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest

from hw9_xai.assets import DATA, KIT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a group of processes is stopped as POSIX does it")

LIMIT = 2  # seconds


@pytest.fixture
def folder(tmp_path):
    for name, source in (("endless", "while True:\n    pass"), ("asleep", "import time; time.sleep(600)")):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    (tmp_path / "next.ipynb").write_bytes((tmp_path / "endless.ipynb").read_bytes())
    (tmp_path / "photos").mkdir()
    for path in sorted((DATA / "validation").glob("*.jpg"))[:30]:
        shutil.copy(path, tmp_path / "photos")
    (tmp_path / "submissions").mkdir()
    for student in range(300):
        (tmp_path / "submissions" / f"{student}.py").write_text('# %%\nQ1 = "A"\n' * 500)
    return tmp_path


def something_below(place):
    return lambda folder, started: any((folder / place).glob("*"))


def children(count):
    return lambda folder, started: len(started) >= count


AT_WORK = {
    "run --jobs 2 endless.ipynb asleep.ipynb next.ipynb --report report": children(2),
    "explain photos --method saliency --out maps --jobs 2": something_below("maps"),
    "grade submissions --out grades.csv": children(1),
    "key --prove": children(1),
    "explain photos --method lime --out maps": something_below("maps"),
    "trust --kit --jobs 2 --out exam": something_below("exam/scenes"),
    "site --out site": something_below("site"),
}


QUICK = 4  # what starts others each in its own way; the rest is as these


@pytest.mark.parametrize(
    "command",
    [pytest.param(one, marks=() if place < QUICK else pytest.mark.bench) for place, one in enumerate(AT_WORK)],
)
def test_ctrl_c_ends_it_within_two_seconds_in_one_line(folder, command):
    words = [sys.executable, "-m", "hw9_xai", *command.split()]
    environment = os.environ | {"PYTHONPATH": str(KIT), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        words, cwd=folder, env=environment, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # the tests may run in the background
    )  # fmt: skip
    me, patience = psutil.Process(process.pid), time.monotonic() + 120
    while not AT_WORK[command](folder, started := me.children(recursive=True)) and time.monotonic() < patience:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)
    time.sleep(0.2)
    started = me.children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
    began = time.monotonic()
    _, said = process.communicate(timeout=60)
    assert time.monotonic() - began < LIMIT
    assert process.returncode == 130
    lines = [line for line in said.decode().replace("\r", "\n").splitlines() if line.strip()]
    last = lines.pop()
    assert last == "hw9-xai: stopped; what is written is whole"
    assert [line for line in lines if "|" not in line] == [], said.decode() + "it says nothing else, but for bars"
    _, alive = psutil.wait_procs(started, timeout=LIMIT)
    assert alive == []
    assert not (folder / "grades.csv").exists()
