"""hw9-xai doctor: every finding it can have, and what it says to do."""

import re
import subprocess
from importlib import metadata

import pytest
from given.stand_ins import course_zip, food_11_folder

from hw9_xai.assets import KIT, read_shelf, shelf_file
from hw9_xai.cli import main
from hw9_xai.instructor import doctor
from hw9_xai.instructor.doctor import Finding, examine, kit_files, page, requirements
from hw9_xai.instructor.files import fingerprint
from hw9_xai.instructor.files.add import add

pytestmark = pytest.mark.usefixtures("cache")


def problems(findings):
    return [finding.text for finding in findings if finding.is_problem]


@pytest.fixture
def whole_kit(monkeypatch, tmp_path):
    """The kit's files, each to be replaced and none to be changed."""
    for place in {name.rpartition("/")[0] for name in kit_files()}:
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
    for name in kit_files():
        (tmp_path / name).symlink_to(KIT / name)
    (tmp_path / "requirements.txt").symlink_to(KIT / "requirements.txt")
    monkeypatch.setattr(doctor, "KIT", tmp_path)
    return tmp_path


def test_all_is_well(whole_kit, capsys):
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert printed.endswith("all is well\n") and "!!" not in printed
    for area in ("Environment", "The kit's files", "Your files"):
        assert f"\n{area}\n" in f"\n{printed}"
    assert re.search(r"ok  Python \d.*torch \d.*transformers \d.*\n  ok  .*(CPU|GPU|GiB)", printed)
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
    (problem,) = (finding for finding in doctor._fitting() if finding.is_problem)
    assert problem.text == "torchvision cannot be imported: operator torchvision::nms does not exist"
    assert "pip install --force-reinstall torch torchvision" in problem.todo


@pytest.mark.parametrize("name", [
    "checkpoints/food_cnn.safetensors", "checkpoints/food_cnn.json", "checkpoints/kit-qa/model.safetensors",
    "checkpoints/kit-zh/tokenizer.json", "data/pictures/3_5.png", "data/pictures/parts.json", "data/corpora/story.tsv",
    "data/interventions/bowl_0.jpg", "data/scenes/scenes.json", "data/trust/food_cnn.json", "data/validation/0_0.jpg",
])  # fmt: skip
@pytest.mark.parametrize("content", [None, b"", b"changed"])
def test_kit_files_that_are_missing_or_changed(whole_kit, name, content):
    (whole_kit / name).unlink()
    if content is not None:
        (whole_kit / name).write_bytes(content)
    (problem,) = (finding for finding in examine() if finding.is_problem)
    folder, _, file = name.rpartition("/")
    assert problem.text == f"{whole_kit / folder}: {file} {'missing' if content is None else 'changed'}"
    assert problem.todo == doctor.RESTORE


def test_the_manifest_is_of_what_is_shipped():
    from data.make.manifest import manifest

    assert doctor.MANIFEST.read_text("utf-8") == manifest(), "python -m data.make.manifest"
    folders = ("data", "checkpoints")
    listed = subprocess.run(["git", "ls-files", *folders], cwd=KIT, capture_output=True, text=True, check=True).stdout
    made = ("data/make/", "data/thumbnails/", "checkpoints/make/", "checkpoints/figures/")
    shipped = {
        name
        for name in listed.splitlines()
        if not name.startswith(made) and name.count("/") + name.endswith(("json", "safetensors")) > 1
    }
    assert kit_files().keys() == shipped


@pytest.mark.parametrize("broken", [check.__name__ for checks in doctor.CHECKS.values() for check in checks])
def test_a_check_that_cannot_be_made_hides_no_other(whole_kit, broken, monkeypatch):
    every = list(examine())

    def fails():
        raise RuntimeError("the disk is gone\nand more")
        yield

    checks = {
        area: tuple(fails if one.__name__ == broken else one for one in its) for area, its in doctor.CHECKS.items()
    }
    monkeypatch.setattr(doctor, "CHECKS", checks)
    found = list(examine())
    assert problems(found) == ["cannot be looked at: the disk is gone"]
    assert {one.area for one in found} == {one.area for one in every}


def test_an_installed_package_says_what_only_a_clone_has(whole_kit, monkeypatch):
    import shutil

    shutil.rmtree(whole_kit / "data" / "scenes")
    assert len(problems(examine())) == 1
    monkeypatch.setattr(doctor, "PACKAGE", whole_kit.parent)
    (said,) = (one.text for one in examine() if one.text.startswith("data/scenes"))
    assert said == "data/scenes: not in the package, only in a clone of the repository" and not problems(examine())


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
