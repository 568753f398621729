"""The page of an evaluation: all its numbers, of any size, and text that stays text."""

import json
import re
import shutil

import pytest
import torch
from given.hostile import ATTACK

from hw9_xai.assets import DATA
from hw9_xai.cli import main
from hw9_xai.evaluation import Evaluation
from hw9_xai.pages.evaluation.page import MOST_LEFT_OUT, MOST_ROWS, WORST, evaluation_page

PHOTO = DATA / "validation" / "0_1.jpg"


def data_of(html: str) -> dict:
    return json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', html, re.S)[1])


def of(probabilities, labels, classes, left_out=(), paths=None):
    probabilities = torch.as_tensor(probabilities)
    paths = [PHOTO] * len(labels) if paths is None else paths
    return Evaluation(classes, paths, torch.as_tensor(labels), probabilities, list(left_out), [])


def test_of_the_kits_pictures_in_one_small_file(tmp_path, capsys):
    assert main(["evaluate", str(DATA / "validation"), "--out", str(tmp_path / "page.html")]) == 0
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    data = data_of(html)
    assert len(html) < 1_000_000 and (data["model"], data["photos"], data["leftOut"]) == ("kit", 440, [])
    assert f"accuracy {data['right'] / 440:.3f}, 95 % interval" in capsys.readouterr().out
    rows = data["confusion"]["rows"]
    assert [sum(row) for row in rows] == [40] * 11 and sum(row[i] for i, row in enumerate(rows)) == data["right"]
    assert [row[:2] for row in data["classes"]] == [[name, 40] for name in data["confusion"]["names"]]
    assert sum(photos for photos, _, _ in data["bins"]) == 440
    sure = [one["probability"] for one in data["worst"]]
    assert len(sure) == WORST and sure == sorted(sure, reverse=True)
    for one in data["worst"]:
        assert one["truth"] != one["answer"] and one["photo"].startswith("data:image/jpeg;base64,")


def test_a_class_without_photos_is_an_answer_and_other():
    data = data_of(evaluation_page(of([[0.2, 0.7, 0.1], [0.9, 0.1, 0.0]], [0, 0], "abc"), "m").html)
    assert data["confusion"] == {"names": ["a"], "rows": [[1, 1]], "hidden": 0}
    assert data["classes"] == [["a", 2, 0.5, 1, 1], ["b", 0, None, 1, 0]]


def test_a_thousand_classes_and_broken_photos_stay_a_page():
    torch.manual_seed(0)
    labels = torch.arange(3000) % 1000
    logits = torch.nn.functional.one_hot(labels, 1000) * 20.0
    logits[:50, 999] = 30  # of the first fifty classes one photo is taken for the last
    left_out = [f"{'x' * 4000}{number}" for number in range(150)]
    page = evaluation_page(of(logits.softmax(1), labels, [f"class {i}" for i in range(1000)], left_out), "m")
    data = data_of(page.html)
    shown = data["confusion"]
    assert shown["names"] == [f"class {i}" for i in range(MOST_ROWS)] and shown["hidden"] == 1000 - MOST_ROWS
    assert all(row[-1] == 1 and row[i] == 2 and sum(row) == 3 for i, row in enumerate(shown["rows"]))
    assert len(data["classes"]) == 1000 and (len(data["leftOut"]), data["more"]) == (MOST_LEFT_OUT, 50)


def test_no_mistake_is_no_failure():
    assert data_of(evaluation_page(of([[1.0, 0.0]], [0], "ab"), "m").html)["worst"] == []


@pytest.fixture
def hostile(tmp_path):
    path = tmp_path / f"{ATTACK.replace('/', '')}\u202e.jpg"
    shutil.copy(PHOTO, path)
    names = [ATTACK, f"\u202e{ATTACK}2", "c"]
    return evaluation_page(of([[0.2, 0.8, 0.0], [0.1, 0.1, 0.8]], [0, 1], names, [ATTACK], [path, path]), ATTACK)


def test_names_are_data(hostile):
    assert "<img src=x" not in hostile.html and "\\u202e" not in hostile.html
    assert data_of(hostile.html)["confusion"]["names"] == [ATTACK, f"\ufffd{ATTACK}2"]
