"""The page of an exam, and the command that writes it."""

import json
import re

import pytest
import torch

from hw9_xai import FoodCNN, load_scenes, trust, trust_report
from hw9_xai.cli import main
from hw9_xai.pages.trust.page import trust_page

MINE = """
def explain(model, images, labels):
    return images.mean(1)


def dice(model, images, labels, seed):
    import torch
    return torch.rand(images[:, 0].shape, generator=torch.Generator().manual_seed(seed))


notes = "no function"
"""


@pytest.fixture
def mine(tmp_path):
    (tmp_path / "mine.py").write_text(MINE)
    return tmp_path / "mine.py"


def data_of(html: str) -> dict:
    return json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', html, re.S)[1])


def test_a_method_of_ones_own_gets_a_page_and_numbers(mine, tmp_path, capsys):
    out = tmp_path / "exam"
    command = ["trust", "--method", f"{mine}:explain", "--method", f"{mine}:dice", "--model", "known"]
    assert main([*command, "--per-class", "1", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    report = trust.load_trust(out / "trust.json")
    assert report.methods == ["explain", "dice", "random", "edges"] and len(report.scenes) == 11
    for measure in report.table.intervals:
        assert re.search(rf"^{re.escape(measure)}\s+\S", printed, re.M), measure
    data = data_of((out / "trust.html").read_text(encoding="utf-8"))
    assert [verdict["measure"] for verdict in data["verdicts"]] == list(report.table.intervals)
    assert [verdict["trusted"] for verdict in data["verdicts"]] == [
        report.table.trusted(measure) for measure in report.table.intervals
    ]
    assert data["figure"].startswith("data:image/png;base64,") and "<td>" in data["table"]
    kept = {path: path.stat().st_mtime_ns for path in (out / "scenes").iterdir()}
    assert main([*command, "--per-class", "1", "--out", str(out)]) == 0  # nothing is measured twice
    assert kept == {path: path.stat().st_mtime_ns for path in (out / "scenes").iterdir()}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--method", "mine.py"], "--method: expected FILE.py:FUNCTION, got 'mine.py'"),
        (["--method", "{mine}:notes"], "--method: expected a function notes in .*mine.py, got 'no function'"),
        (["--method", "{mine}:nothing"], "--method: expected a function nothing in .*mine.py, got None"),
        (["--method", "nowhere.py:explain"], "No such file"),
        (["--jobs", "0"], "--jobs: expected a number of processes, or -1 for all cores, got 0"),
        (["--model", "nothing.pth"], "nothing.pth"),
        (["--model", "../twelve.pth"], "--model: expected a classifier of the scenes' 11 classes, got another"),
    ],
)
def test_wrong_use_is_told_and_leaves_nothing(mine, tmp_path, capsys, monkeypatch, arguments, words):
    torch.save(FoodCNN(1, 12).state_dict(), tmp_path.parent / "twelve.pth")
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert main(["trust", *(argument.format(mine=mine) for argument in arguments)]) == 2
    assert re.search(words, capsys.readouterr().err)
    assert sorted(tmp_path.iterdir()) == before


def test_names_are_shown_as_text():
    hostile = "<img src=x onerror=alert(1)>"
    report = trust_report(
        trust.KnownNetwork(), {hostile: lambda model, images, labels: images.mean(1)}, load_scenes(per_class=1)[:2]
    )
    page = trust_page(report)
    assert hostile not in page.html and hostile not in data_of(page.html)["table"]
    assert "&lt;img" in data_of(page.html)["table"]
