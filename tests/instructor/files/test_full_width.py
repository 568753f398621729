"""An instructor's path, from the course's ZIP to regraded submissions, on stand-ins of its files at full size."""

import csv
import re
import shlex

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from stand_ins import OUTER, checkpoint, course_zip
from submitted import answered, wrong
from torchvision.transforms import Compose, Resize, ToTensor

import hw9_xai as xai
from hw9_xai.assets import CACHE_VARIABLE, KIT, read_shelf
from hw9_xai.cli import main
from hw9_xai.instructor import doctor
from hw9_xai.instructor.files import fingerprint
from hw9_xai.instructor.files.add import add
from hw9_xai.instructor.files.fingerprint import ORIGINALS, differences
from hw9_xai.quiz.key import official_key

RIGHT = {name: accepted[0] for name, accepted in official_key("course").accepted.items()}
PAGE = """\
hw9-xai assets add ml2022spring-hw9.zip
hw9-xai doctor
hw9-xai assets use course
hw9-xai key --new key.yaml
hw9-xai grade submissions --key key.yaml --out grades.csv
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder as an instructor has it: the ZIP, and what students handed in."""
    place = tmp_path_factory.mktemp("course")
    course_zip(place, width=128)
    (place / "submissions").mkdir()
    (place / "submissions" / "right.ipynb").write_bytes(answered(RIGHT))
    (place / "submissions" / "half.ipynb").write_bytes(answered(RIGHT | {"Q1": wrong("Q1"), "Q2": ""}))
    (place / "submissions" / "broken.ipynb").write_bytes(b"{")
    return place


@pytest.fixture(autouse=True)
def here(place, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(place / "cache"))
    monkeypatch.chdir(place)


@pytest.fixture
def folders(here, place):
    """Of classifier and pictures, added."""
    assets = {row.kind for row in add(place / f"{OUTER}.zip")}
    assert assets == {"classifier", "pictures"}
    return {kind: asset.folder for kind, asset in read_shelf().assets.items()}


def test_the_checkpoint_is_of_the_homeworks_size():
    """170,002,879 bytes, of which 81 entries of weights are a third; the rest is Adam's."""
    assert abs(len(checkpoint(128)) - 170_002_879) < 20_000


def test_the_path_of_the_page(capsys, monkeypatch):
    printed = {}
    for line in PAGE.splitlines():
        code = main(shlex.split(line)[1:])
        printed[line.split()[1]] = (code, capsys.readouterr().out)
        if "assets add" in line:  # from here on the stand-ins count as genuine: their own ten scores are expected
            scores = {re.match(r"\S+(?=:)", one)[0]: float(re.search(r"is (\S+),", one)[1]) for one in differences()}
            expected = tuple(one._replace(logit=scores[one.file]) for one in ORIGINALS)
            monkeypatch.setattr(fingerprint, "ORIGINALS", expected)
            monkeypatch.setattr(doctor, "_kit", lambda: iter(()))
    assert [code for code, _ in printed.values()] == [0] * len(printed)
    assert "genuine: all ten scores are the course's, within 0.05" in printed["doctor"][1]
    with open("grades.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    points = {row[0]: row[rows[0].index("points")] for row in rows[1:] if row}
    assert points == {"right": "10.0", "half": "9.4", "broken": "0.0"}


def test_the_readme_has_this_path():
    assert PAGE in (KIT / "README.md").read_text("utf-8")


def test_stand_ins_are_not_taken_for_the_courses_own(folders, capsys):
    assert main(["doctor"]) == 1
    printed = capsys.readouterr().out
    assert re.search(r"!!  not the course's own files: 0_0\.jpg: its score is -?[\d.]+, expected 10\.333", printed)
    assert "and 7 more" in printed


def test_the_weights_are_the_checkpoints_bit_for_bit(folders, tmp_path):
    kept = folders["classifier"] / "food_cnn.safetensors"
    assert kept.stat().st_size == pytest.approx(170_002_879 / 3, rel=0.01)
    (tmp_path / "checkpoint.pth").write_bytes(checkpoint(128))
    original = torch.load(tmp_path / "checkpoint.pth", weights_only=True)["model_state_dict"]
    slim = load_file(kept)
    assert len(slim) == 81 and slim.keys() == original.keys()
    assert all(torch.equal(slim[key], original[key]) for key in slim)


def test_the_pictures_are_read_as_the_homework_read_them(folders):
    """Resize((128, 128)) and ToTensor of torchvision, in the order of class and number."""
    transform = Compose([Resize((128, 128)), ToTensor()])
    loaded = xai.load_pictures(folders["pictures"])
    assert loaded.names == [original.file for original in ORIGINALS]
    assert loaded.labels.tolist() == [0, 1, 1, 2, 2, 3, 5, 6, 8, 9]
    for image, (name, size, _) in zip(loaded.images, ORIGINALS, strict=True):
        with Image.open(folders["pictures"] / name) as picture:
            assert picture.size == size
            assert torch.equal(image, transform(picture.convert("RGB")))
