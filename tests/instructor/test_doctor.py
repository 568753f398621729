"""hw9-xai doctor: every finding it can have, and what it says to do."""

import re
from importlib import metadata

import pytest
from given.stand_ins import course_zip, food_11_folder

from hw9_xai.assets import CHECKPOINTS, DATA, read_shelf, shelf_file
from hw9_xai.cli import main
from hw9_xai.instructor import doctor
from hw9_xai.instructor.doctor import Finding, examine, page, requirements
from hw9_xai.instructor.files import fingerprint
from hw9_xai.instructor.files.add import add

pytestmark = pytest.mark.usefixtures("cache")


def problems(findings):
    return [finding.text for finding in findings if finding.is_problem]


@pytest.fixture
def whole_kit(monkeypatch, tmp_path):
    """The kit with all its models, which a working copy may still lack."""
    import shutil

    shutil.copytree(DATA / "pictures", tmp_path / "data" / "pictures")
    shutil.copytree(DATA / "corpora", tmp_path / "data" / "corpora")
    for name in ("food_cnn.safetensors", "food_cnn.json", "food_cnn_plain.safetensors", "food_cnn_plain.json"):
        (tmp_path / "checkpoints").mkdir(exist_ok=True)
        shutil.copy(CHECKPOINTS / name, tmp_path / "checkpoints")
    for name in doctor.KIT_BERTS:
        (tmp_path / "checkpoints" / name).mkdir()
        (tmp_path / "checkpoints" / name / "model.safetensors").write_bytes(b"weights")
    monkeypatch.setattr(doctor, "DATA", tmp_path / "data")
    monkeypatch.setattr(doctor, "CHECKPOINTS", tmp_path / "checkpoints")
    return tmp_path


def test_all_is_well(whole_kit, capsys):
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert printed.endswith("all is well\n") and "!!" not in printed
    for area in ("Environment", "The kit's files", "Your files"):
        assert f"\n{area}\n" in f"\n{printed}"
    assert re.search(r"ok  Python \d.*torch \d.*transformers \d.*(CPU|GPU|GiB)", printed)
    assert max(map(len, printed.splitlines())) < 140


def test_it_needs_no_network(whole_kit, monkeypatch):
    def network(*_):
        raise AssertionError("asked the network")

    monkeypatch.setattr("socket.socket.connect", network)
    assert not problems(examine())


def test_the_page_counts_problems():
    text = page([Finding("A", "fine"), Finding("A", "bad", "mend it", is_problem=True), Finding("B", "fine", "note")])
    assert text == "A\n  ok  fine\n  !!  bad\n      mend it\n\nB\n  ok  fine\n      note\n\n1 to look at, marked !!"


def test_packages_that_are_missing_or_too_old(monkeypatch):
    version = metadata.version

    def installed(name):
        if name == "safetensors":
            raise metadata.PackageNotFoundError
        return "1.25.9" if name == "numpy" else version(name)

    monkeypatch.setattr(doctor.metadata, "version", installed)
    found = [finding for finding in doctor._environment() if finding.is_problem]
    assert [(one.text, one.todo) for one in found] == [
        ("numpy 1.25.9 is older than 1.26", 'pip install "numpy>=1.26"'),
        ("safetensors is missing", "pip install safetensors"),
    ]


def test_the_bounds_are_those_of_the_clone_or_of_the_wheel(monkeypatch, tmp_path):
    clone = requirements()
    assert clone["torch"] == "2.2" and clone["platformdirs"] == "4"
    wheel = [f"{name}>={least}" for name, least in clone.items()] + ['pytest>=8; extra == "test"']
    monkeypatch.setattr(doctor, "KIT", tmp_path)
    monkeypatch.setattr(doctor.metadata, "requires", lambda name: wheel)
    assert requirements() == clone


def test_versions_are_compared_as_numbers():
    assert doctor._numbers("2.15.0+cu132") > doctor._numbers("2.2") and doctor._numbers("0.9") < doctor._numbers("0.10")


def test_torchvision_that_does_not_fit_torch(monkeypatch):
    def fails(name):
        raise RuntimeError("operator torchvision::nms does not exist\nand much more")

    monkeypatch.setattr(doctor.importlib, "import_module", fails)
    (problem,) = (finding for finding in doctor._environment() if finding.is_problem)
    assert problem.text == "torchvision cannot be imported: operator torchvision::nms does not exist"
    assert "pip install --force-reinstall torch torchvision" in problem.todo


@pytest.mark.parametrize("damage, message", [
    ("checkpoints/food_cnn.safetensors", r"food_cnn: sha256 \w+, expected \w+"),
    ("checkpoints/food_cnn_plain.safetensors", r"food_cnn_plain: sha256 \w+, expected \w+"),
    ("data/pictures/3_5.png", "pictures: 3_5 missing or changed"),
])  # fmt: skip
def test_kit_files_that_were_changed(whole_kit, damage, message):
    path = whole_kit / damage
    path.write_bytes(path.read_bytes() + b"x")
    (problem,) = (finding for finding in examine() if finding.is_problem)
    assert re.fullmatch(message, problem.text) and problem.todo == doctor.RESTORE


@pytest.mark.parametrize("name", [
    "checkpoints/food_cnn.safetensors", "checkpoints/food_cnn.json", "checkpoints/kit-qa/model.safetensors",
    "data/pictures/parts.json", "data/corpora/story.tsv",
])  # fmt: skip
def test_kit_files_that_are_missing(whole_kit, name):
    (whole_kit / name).unlink()
    (problem,) = (finding for finding in examine() if finding.is_problem)
    assert problem.text == f"{whole_kit / name} is missing" and problem.todo == doctor.RESTORE


def test_what_was_added_is_checked(whole_kit, tmp_path, cache, monkeypatch):
    add(course_zip(tmp_path))
    monkeypatch.setattr(fingerprint, "differences", lambda: [])
    add(food_11_folder(tmp_path))
    assert not problems(examine())
    (cache / read_shelf().assets["pictures"].place / "0_0.jpg").write_bytes(b"damaged")
    (tmp_path / "food-11").rename(tmp_path / "elsewhere")
    (cache / read_shelf().assets["classifier"].place / "food_cnn.safetensors").unlink()
    found = [finding for finding in examine() if finding.is_problem]
    assert [re.sub(r"/\S+", "", one.text) for one in found] == [
        "classifier:  is damaged", "pictures:  is damaged", "food-11:  is gone",
    ]  # fmt: skip
    assert found[0].todo == "add it again: hw9-xai assets add ml2022spring-hw9.zip"


def test_a_damaged_list_is_a_finding(whole_kit, cache):
    cache.mkdir()
    shelf_file().write_text("{")
    (problem,) = (finding for finding in examine() if finding.is_problem)
    assert "assets.json: damaged" in problem.text and problem.todo == "then: hw9-xai assets add FILE_OR_FOLDER"


def test_files_of_another_origin_are_not_called_genuine(whole_kit, tmp_path):
    add(course_zip(tmp_path))
    (problem,) = (finding for finding in examine() if finding.is_problem)
    assert re.match(r"not the course's own files: 0_0\.jpg: its score is .*; and 7 more", problem.text)
    assert "a classifier of your own may be meant" in problem.todo


@pytest.mark.parametrize("files, classes, message", [
    ({"0_0.jpg": "0_0.jpg"}, 11, "the pictures are 0_0.jpg ..., expected 0_0.jpg, 1_1.jpg, 1_2.jpg ..., ten of them"),
    (None, 5, "the classifier knows 5 classes, expected 11"),
])  # fmt: skip
def test_what_cannot_be_compared_is_told(files, classes, message, tmp_path):
    from given.stand_ins import checkpoint, pictures, zipped

    chosen = {name: pictures()[name] for name in files or pictures()}
    (tmp_path / "all.zip").write_bytes(zipped({"checkpoint.pth": checkpoint(4, classes)} | chosen))
    add(tmp_path / "all.zip")
    assert fingerprint.differences() == [message]
