"""hw9-xai assets add: what is recognised, what it becomes, and that nothing is lost or doubled."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from given.stand_ins import (
    ANSWER,
    CONTEXT,
    OUTER,
    QUESTION,
    checkpoint,
    course_zip,
    food_11_folder,
    food_zip,
    hidden_states_folder,
    pictures,
    zipped,
)

import hw9_xai as xai
from hw9_xai.assets import read_shelf
from hw9_xai.instructor.files import zips
from hw9_xai.instructor.files.add import add
from hw9_xai.instructor.files.fingerprint import ORIGINALS
from hw9_xai.instructor.files.shelf import remove, use
from hw9_xai.instructor.files.states import read_states

pytestmark = pytest.mark.usefixtures("cache")


def outcomes(rows):
    return {row.kind: row.outcome for row in rows}


def everything(folder: Path):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_courses_zip_becomes_classifier_and_pictures(tmp_path, cache):
    rows = add(course_zip(tmp_path))
    assert outcomes(rows) == {"classifier": "added", "pictures": "added"}
    assert [row.file for row in rows] == [
        f"{OUTER}.zip/{OUTER}/checkpoint.pth", f"{OUTER}.zip/{OUTER}/food.zip/food/",
    ]  # fmt: skip
    assert [row.what for row in rows] == ["width 4, 11 classes", "10 pictures"]
    assert xai.load_pictures().names[0] == "0_0.png", "what was added is not yet in use"
    use("course")
    loaded, original = xai.load_classifier(), xai.load_classifier(write(tmp_path / "checkpoint.pth", checkpoint()))
    assert all(torch.equal(a, b) for a, b in zip(loaded.parameters(), original.parameters(), strict=True))
    assert xai.load_pictures().names == [original.file for original in ORIGINALS]


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_checkpoint_is_slimmed_to_a_third(tmp_path, cache):
    path = write(tmp_path / "checkpoint.pth", checkpoint(16))
    add(path)
    (kept,) = cache.glob("items/classifier-*/food_cnn.safetensors")
    assert 0.32 < kept.stat().st_size / path.stat().st_size < 0.36


@pytest.mark.parametrize("form", ["folder", "folder with the zip", "checkpoint", "food.zip", "food", "safetensors"])
def test_every_form_is_recognised(form, tmp_path, cache):
    home = tmp_path / "mine"
    if form == "folder":
        write(home / "checkpoint.pth", checkpoint())
        for name, content in pictures().items():
            write(home / "food" / name, content)
        given, kinds = home, {"classifier", "pictures"}
    elif form == "folder with the zip":
        write(home / "checkpoint.pth", checkpoint())
        write(home / "food.zip", food_zip())
        given, kinds = home, {"classifier", "pictures"}
    elif form == "checkpoint":
        given, kinds = write(home / "checkpoint.pth", checkpoint()), {"classifier"}
    elif form == "food.zip":
        given, kinds = write(home / "food.zip", food_zip()), {"pictures"}
    elif form == "food":
        for name, content in pictures().items():
            write(home / "food" / name, content)
        given, kinds = home / "food", {"pictures"}
    else:
        add(write(home / "checkpoint.pth", checkpoint()))
        (kept,) = cache.glob("items/classifier-*/food_cnn.safetensors")
        given, kinds = write(home / "my_own.safetensors", kept.read_bytes()), {"classifier"}
    add(given)
    assert set(read_shelf().assets) == kinds
    if "pictures" in kinds:
        assert len(everything(cache / read_shelf().assets["pictures"].place)) == 10


def test_twice_is_once(tmp_path, cache):
    path = course_zip(tmp_path)
    add(path)
    before = everything(cache)
    assert set(outcomes(add(path)).values()) == {"already there"}
    assert everything(cache) == before


def test_another_replaces_and_the_old_is_swept(tmp_path, cache):
    add(write(tmp_path / "checkpoint.pth", checkpoint(4)))
    assert outcomes(add(write(tmp_path / "checkpoint.pth", checkpoint(5)))) == {"classifier": "replaced"}
    assert len(list((cache / "items").iterdir())) == 1
    assert read_shelf().assets["classifier"].what == "width 5, 11 classes"


def test_a_damaged_copy_is_made_good_by_adding_again(tmp_path, cache):
    path = write(tmp_path / "checkpoint.pth", checkpoint())
    add(path)
    (kept,) = cache.glob("items/classifier-*/food_cnn.safetensors")
    kept.write_bytes(b"damaged")
    assert outcomes(add(path)) == {"classifier": "replaced"}
    use("course")
    assert xai.load_classifier().cnn[0].out_channels == 4
    assert len(list((cache / "items").iterdir())) == 1


def test_what_is_not_recognised_is_said(tmp_path):
    files = {"a/readme.txt": b"", "a/font.ttf": b"", "a/x": b"", "a/y": b"", "a/0_0.jpg": pictures()["0_0.jpg"]}
    rows = add(write(tmp_path / "a.zip", zipped(files)))
    assert [(row.file, row.outcome) for row in rows] == [
        ("a.zip/a/", "added"), ("readme.txt, font.ttf, x and 1 more", "not recognised"),
    ]  # fmt: skip


def test_a_broken_picture_is_left_out_and_named(tmp_path):
    files = {f"food/{name}": content for name, content in pictures().items()} | {"food/3_5.jpg": b"no picture"}
    rows = add(write(tmp_path / "food.zip", zipped(files)))
    (finding,) = (row for row in rows if row.is_finding)
    assert finding.file == "food.zip/food/3_5.jpg" and "3_5.jpg: cannot be read as a picture" in finding.what
    assert next(row for row in rows if row.outcome == "added").what == "9 pictures"


def test_a_broken_checkpoint_does_not_keep_the_pictures_out(tmp_path):
    files = {"checkpoint.pth": checkpoint()[:1000], "food.zip": food_zip()}
    rows = add(write(tmp_path / "all.zip", zipped(files)))
    assert outcomes(rows) == {"classifier": "left out", "pictures": "added"}
    assert "all.zip/checkpoint.pth: " in rows[1].what and str(tmp_path) not in rows[1].what


# -- what the course gave out for BERT ---------------------------------------------------------------------------------


@pytest.mark.parametrize("as_zip", [False, True])
def test_the_hidden_states_of_the_lost_model(as_zip, tmp_path):
    given = hidden_states_folder(tmp_path)
    if as_zip:
        files = {f"hw9_bert/{name}": content for name, content in everything(given).items()}
        given = write(tmp_path / "hw9_bert.zip", zipped(files))
    rows = add(given)
    assert rows[0].kind == "hidden-states" and rows[0].what == "3 texts through a BERT"
    hidden = xai.load_hidden_states("model_q2", QUESTION, CONTEXT, ANSWER)
    assert hidden.states.shape == (13, 13, 768) and hidden.tokens[:4] == ("[CLS]", "a", "wolf", "sleeps")
    assert [hidden.tokens[i] for i in hidden.answer] == ["a", "wolf"] and hidden.segments[hidden.answer[0]] == 1
    original = torch.load(tmp_path / "hw9_bert" / "output" / "model_q2", weights_only=True)
    assert torch.equal(hidden.states, torch.cat(original))
    assert xai.project(hidden).points.shape == (13, 13, 2)


def test_hidden_states_that_do_not_fit_are_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="no hidden-states was added; hw9-xai assets add FILE adds it"):
        xai.load_hidden_states("model_q1", QUESTION, CONTEXT)
    add(hidden_states_folder(tmp_path))
    with pytest.raises(ValueError, match="name: expected one of model_q1, model_q2, model_q3, got 'model_q4'"):
        xai.load_hidden_states("model_q4", QUESTION, CONTEXT)
    with pytest.raises(ValueError, match="expected the homework's texts, which have 13 tokens, got 14"):
        xai.load_hidden_states("model_q1", QUESTION, CONTEXT + " a")


def test_states_without_their_tokenizer(tmp_path):
    home = hidden_states_folder(tmp_path)
    (home / "Tokenizer").rename(tmp_path / "elsewhere")
    add(home)
    with pytest.raises(FileNotFoundError, match="model_q1 came without its tokenizer"):
        xai.load_hidden_states("model_q1", QUESTION, CONTEXT)


class Harmful:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


@pytest.mark.parametrize("content, message", [
    (lambda proof: (Harmful(proof), torch.zeros(1, 2, 3)), "refused: it holds more than tensors"),
    (lambda proof: torch.zeros(1, 2, 3), "expected a dict of tensors"),
    (lambda proof: (torch.zeros(1, 2, 3),), r"expected a tuple of tensors \(1,T,D\), one per layer"),
    (lambda proof: (torch.zeros(1, 2, 3), torch.zeros(1, 2, 4)), "expected a tuple of tensors"),
    (lambda proof: (torch.zeros(2, 2, 3), torch.zeros(2, 2, 3)), "expected a tuple of tensors"),
    (lambda proof: (1, torch.zeros(1, 2, 3)), "expected a dict of tensors"),
    (lambda proof: {"a": 1}, "expected a dict of tensors"),
    (lambda proof: (1, 2), "expected a dict of tensors"),
])  # fmt: skip
def test_states_that_are_none_are_refused_and_run_nothing(content, message, tmp_path):
    proof = tmp_path / "was run"
    torch.save(content(str(proof)), tmp_path / "model_q1")
    with pytest.raises(ValueError, match=f"its name: {message}"):
        read_states(tmp_path / "model_q1", "its name")
    assert not proof.exists()


def test_damaged_states_are_left_out(tmp_path):
    home = hidden_states_folder(tmp_path)
    write(home / "output" / "model_q2", b"not a pickle")
    rows = add(home)
    assert [row.outcome for row in rows if row.kind] == ["added", "left out"]
    assert rows[0].what == "2 texts through a BERT" and "hw9_bert/output/model_q2: " in rows[1].what


# -- Food-11 -----------------------------------------------------------------------------------------------------------


def test_food_11_is_used_where_it_lies(tmp_path, cache):
    home = food_11_folder(tmp_path)
    (row,) = add(home)
    assert row.kind == "food-11" and row.what == "22 evaluation, 22 training, 22 validation; not copied"
    assert row.then == (
        "train on it, in a clone of the repository: "
        f"python -m checkpoints.make.train_classifier {home}/training --validation {home}/validation "
        "--width 128 --epochs 120 --batch 128 --out food11.safetensors --work food11"
    )
    assert read_shelf().assets["food-11"].folder == home and not list((cache / "items").glob("*"))
    remove("food-11")
    assert len(everything(home)) == 66, "removing it from the list does not remove the pictures"


def test_food_11_of_the_2021_edition_trains_on_what_has_labels(tmp_path):
    home = tmp_path / "food-11"
    for place in ("training/labeled/00", "training/unlabeled/00", "validation/03"):
        write(home / place / "1.jpg", pictures()["0_0.jpg"])
    (row,) = add(home)
    assert row.what == "1 training, 1 validation; not copied" and f" {home}/training/labeled --validation" in row.then


def test_food_11_anywhere_else_is_sent_where_it_belongs(tmp_path, monkeypatch):
    monkeypatch.setattr("hw9_xai.instructor.files.kinds.MOST_PICTURES", 20)
    home = food_11_folder(tmp_path)
    with pytest.raises(
        ValueError, match="training: 22 pictures, more than 20; if this is Food-11, add the folder that"
    ):
        add(home / "training")
    monkeypatch.setattr(zips, "MOST_FILES", 30)
    files = {f"food-11/{name}": content for name, content in everything(home).items()}
    with pytest.raises(ValueError, match="66 files, more than 30; if this is Food-11, unpack it and add the folder"):
        add(write(tmp_path / "food-11.zip", zipped(files)))


# -- what cannot be added ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make, message", [
    (lambda home: home / "nowhere", "FILE_OR_FOLDER: expected a ZIP or folder .* which does not exist"),
    (lambda home: write(home / "a.zip", b"no zip"), r"a\.zip: not a complete ZIP"),
    (lambda home: write(home / "a.zip", food_zip()[:-100]), r"a\.zip: not a complete ZIP"),
    (lambda home: write(home / "a.zip", zipped({})), "recognised nothing in it"),
    (lambda home: write(home / "a.pdf", b""), "recognised nothing in it"),
    (lambda home: write(home / "b" / "readme.md", b"").parent, "recognised nothing in it"),
    (lambda home: write(home / "c.pth", b"x"), r"c\.pth: refused: it holds more than tensors"),
    (lambda home: write(home / "c.pth", checkpoint()[:-9]), r"c\.pth: cannot be read as a checkpoint; truncated"),
    (lambda home: write(home / "d" / "0_0.jpg", b"").parent, r"0_0\.jpg: the file is empty"),
    (lambda home: write(home / "e.zip", zipped({"a/x.pth": b"1", "b/y.pth": b"2"})),
     r"2 checkpoints: e\.zip/a/x\.pth, e\.zip/b/y\.pth; add the one you mean"),
    (lambda home: write(home / "f.zip", zipped({"a/0_0.jpg": b"1", "b/0_0.jpg": b"2"})),
     "2 folders of pictures: .*; add the one you mean"),
])  # fmt: skip
def test_it_is_one_sentence_and_nothing_changes(make, message, tmp_path, cache):
    add(course_zip(tmp_path))
    before = everything(cache)
    with pytest.raises((ValueError, OSError), match=message) as raised:
        add(make(tmp_path / "bad"))
    assert "\n" not in str(raised.value) and str(cache) not in str(raised.value)
    assert everything(cache) == before


def test_of_several_the_usual_name_wins(tmp_path):
    files = {"checkpoint.pth": checkpoint(4), "backup/old.pth": checkpoint(5)}
    add(write(tmp_path / "a.zip", zipped(files)))
    assert read_shelf().assets["classifier"].what == "width 4, 11 classes"


def test_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr("hw9_xai.instructor.files.add.MOST_FILES", 3)
    for number in range(4):
        write(tmp_path / "all" / f"{number}.txt", b"")
    with pytest.raises(ValueError, match="all: more than 3 files; add the folder that holds what you mean"):
        add(tmp_path / "all")


def test_links_in_a_folder_are_not_followed(tmp_path):
    write(tmp_path / "secret" / "0_0.jpg", pictures()["0_0.jpg"])
    home = write(tmp_path / "food" / "1_1.jpg", pictures()["1_1.jpg"]).parent
    (home / "0_0.jpg").symlink_to(tmp_path / "secret" / "0_0.jpg")
    (home / "more").symlink_to(tmp_path / "secret")
    add(home)
    assert read_shelf().assets["pictures"].what == "1 pictures"


def test_a_disk_that_is_full_changes_nothing(tmp_path, cache, monkeypatch):
    add(course_zip(tmp_path))
    before = everything(cache)
    monkeypatch.setattr(zips.shutil, "disk_usage", lambda path: SimpleNamespace(free=0))
    with pytest.raises(ValueError, match="MB when unpacked, and the disk has 0 MB left"):
        add(write(tmp_path / "other.zip", zipped({"c.pth": checkpoint(5)})))
    assert everything(cache) == before

    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.undo()
    monkeypatch.setenv("HW9_XAI_CACHE", str(cache))
    monkeypatch.setattr(zips.shutil, "copyfileobj", no_space)
    with pytest.raises(OSError, match="No space left on device"):
        add(write(tmp_path / "other.zip", zipped({"c.pth": checkpoint(5)})))
    assert everything(cache) == before
