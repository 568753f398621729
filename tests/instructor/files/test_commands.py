"""hw9-xai assets as it is typed: what it prints, its exit status, and no traceback."""

import sqlite3
from pathlib import Path

import platformdirs
import pytest
import torch
from given.stand_ins import checkpoint, course_zip, food_zip, pictures, zipped

import hw9_xai as xai
from hw9_xai.assets import CACHE_VARIABLE, cache_folder, edition_in_use, read_shelf, shelf_file
from hw9_xai.cli import main
from hw9_xai.instructor.files import shelf
from hw9_xai.quiz import check, score
from hw9_xai.quiz.key import key_for

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def added(tmp_path, capsys):
    assert main(["assets", "add", str(course_zip(tmp_path))]) == 0
    capsys.readouterr()


def test_add_prints_one_table_and_what_to_do_next(tmp_path, capsys):
    assert main(["assets", "add", str(course_zip(tmp_path))]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["FILE", "RECOGNISED", "AS", "WHAT", "IT", "IS"]
    assert lines[1].split()[-5:] == ["added", "width", "4,", "11", "classes"]
    assert lines[-1] == "use it: hw9-xai assets use course; is it the course's own? hw9-xai doctor"
    assert len(lines) == 4


def test_something_left_out_is_1(tmp_path, capsys):
    path = tmp_path / "food.zip"
    path.write_bytes(zipped({"0_0.jpg": pictures()["0_0.jpg"], "1_1.jpg": b"no picture"}))
    assert main(["assets", "add", str(path)]) == 1
    assert "left out" in capsys.readouterr().out


@pytest.mark.parametrize("arguments, message", [
    (["assets", "add", "{0}/nowhere"], "hw9-xai assets add: FILE_OR_FOLDER: expected a ZIP or folder"),
    (["assets", "add", "{0}/bad.zip"], "bad.zip: not a complete ZIP"),
    (["assets", "add", "{0}/bad.zip", "--name", "oz"], "--name: expected a book and a name of a-z, 0-9 and -"),
    (["assets", "add", "{0}/book.txt", "--name", "../oz"], "--name: expected a book and a name"),
    (["assets", "use", "course"], "hw9-xai assets use: use course: no classifier and no pictures were added"),
    (["assets", "remove", "classifier"], "hw9-xai assets remove: KIND: expected all, got 'classifier'"),
])  # fmt: skip
def test_wrong_use_is_2_and_one_sentence(arguments, message, tmp_path, capsys):
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    (tmp_path / "book.txt").write_text("A wolf sleeps.")
    assert main([argument.format(tmp_path) for argument in arguments]) == 2
    printed = capsys.readouterr()
    assert message in printed.err and printed.err.count("\n") == 1 and printed.out == ""
    assert not shelf_file().exists()


@pytest.mark.parametrize("arguments", [["assets"], ["assets", "add"], ["assets", "use"], ["assets", "use", "mine"]])
def test_arguments_that_are_missing(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2


@pytest.mark.parametrize(
    "command", [["assets"], *(["assets", a] for a in ("list", "add", "use", "remove")), ["doctor"]]
)
def test_help_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0 and "example: hw9-xai " in capsys.readouterr().out


def test_list_marks_what_is_in_use(added, capsys):
    assert main(["assets", "list"]) == 0
    assert starred(capsys) == {("classifier", "kit"), ("pictures", "kit")}
    assert main(["assets", "use", "course"]) == 0
    assert starred(capsys) == {("classifier", "course"), ("pictures", "course")}
    assert main(["assets", "use", "kit"]) == 0
    assert starred(capsys) == {("classifier", "kit"), ("pictures", "kit")}


def starred(capsys):
    return {tuple(line.split()[1:3]) for line in capsys.readouterr().out.splitlines() if line.startswith("*  ")}


def test_everything_reads_what_is_in_use(added):
    assert xai.load_classifier().cnn[0].out_channels == 32 and xai.load_pictures().masks[0]
    assert main(["assets", "use", "course"]) == 0
    assert xai.load_classifier().cnn[0].out_channels == 4 and not xai.load_pictures().masks[0]
    assert main(["assets", "use", "kit"]) == 0
    assert xai.load_classifier().cnn[0].out_channels == 32


def test_the_questions_follow_the_pictures(tmp_path, monkeypatch):
    asked = []
    for module in (check, score):
        monkeypatch.setattr(module, "key_for", lambda edition: asked.append(edition) or key_for(edition))
    (tmp_path / "checkpoint.pth").write_bytes(checkpoint())
    main(["assets", "add", str(tmp_path / "checkpoint.pth")])
    main(["assets", "use", "course"])
    assert edition_in_use() == "kit", "a classifier of one's own, on the kit's pictures"
    xai.check("Q1", ""), xai.score({"Q1": ""})
    (tmp_path / "food.zip").write_bytes(food_zip())
    main(["assets", "add", str(tmp_path / "food.zip")])
    assert edition_in_use() == "course"
    xai.check("Q1", ""), xai.score({"Q1": ""}), xai.check("Q1", "", edition="kit")
    assert asked == ["kit", "kit", "course", "course", "kit"]


def test_the_courses_classifier_is_the_plain_one_too(added):
    first = [xai.load_classifier(which).cnn[0].weight for which in (None, "plain")]
    main(["assets", "use", "course"])
    both = [xai.load_classifier(which).cnn[0].weight for which in (None, "plain")]
    assert not torch.equal(*first) and torch.equal(*both) and both[0].shape != first[0].shape


def test_remove_one_and_all(added, capsys, cache):
    main(["assets", "use", "course"])
    assert main(["assets", "remove", "pictures"]) == 0
    assert (edition_in_use(), set(read_shelf().assets), read_shelf().use) == ("kit", {"classifier"}, "course")
    assert main(["assets", "remove", "all"]) == 0
    assert read_shelf().use == "kit" and not list((cache / "items").iterdir())
    assert "* in use (kit)" in capsys.readouterr().out.splitlines()[-2]


# -- the cache ---------------------------------------------------------------------------------------------------------


def test_the_cache_is_where_the_variable_says_or_where_the_platform_keeps_caches(monkeypatch, tmp_path):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.setenv(CACHE_VARIABLE, "~/mine")
    assert cache_folder() == Path.home() / "mine"
    monkeypatch.delenv(CACHE_VARIABLE)
    assert cache_folder() == platformdirs.user_cache_path("hw9-xai", appauthor=False)


def test_a_file_that_is_gone_is_told(added, cache, capsys):
    main(["assets", "use", "course"])
    for path in (cache / "items").glob("*/*"):
        path.unlink()
    with pytest.raises(FileNotFoundError, match=r"food_cnn\.safetensors is gone: hw9-xai assets add it again, or go"):
        xai.load_classifier()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"use": "x", "assets": {}}', '{"use": "kit", "assets": {"a": {}}}'])
def test_a_damaged_list_is_told_and_nothing_is_swept(added, text, cache, capsys):
    shelf_file().write_text(text)
    kept = list((cache / "items").iterdir())
    assert main(["assets", "list"]) == 1
    assert "assets.json: damaged; delete this file, and add your files again" in capsys.readouterr().err
    assert main(["assets", "use", "kit"]) == 2
    assert list((cache / "items").iterdir()) == kept


def test_a_cache_that_cannot_be_made(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file" / "cache"))
    assert main(["assets", "add", str(course_zip(tmp_path))]) == 2
    assert "Not a directory" in capsys.readouterr().err
    assert xai.load_pictures().names[0] == "0_0.png", "reading needs no cache"


def test_one_change_at_a_time(tmp_path, cache, monkeypatch, capsys):
    monkeypatch.setattr(shelf, "PATIENCE", 0.1)
    path = course_zip(tmp_path)
    cache.mkdir()
    other = sqlite3.connect(cache / "lock.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert main(["assets", "add", str(path)]) == 2
    assert "another hw9-xai is changing it" in capsys.readouterr().err
    other.close()  # as when its process ends, in whatever way
    assert main(["assets", "add", str(path)]) == 0


def test_only_our_own_leavings_are_swept(tmp_path, cache):
    """HW9_XAI_CACHE may be a folder in which someone keeps other things."""
    mine = [
        cache / "items" / "photo.jpg",
        cache / "passing" / "x",
        cache / "notes.txt",
        cache / "items" / "holiday" / "1.jpg",
    ]
    leavings = [cache / ".hw9-xai-passing" / "x", cache / "items" / "pictures-0123456789abcdef" / "0_0.jpg"]
    for path in mine + leavings:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert main(["assets", "add", str(course_zip(tmp_path))]) == 0
    assert all(path.exists() for path in mine) and not any(path.exists() for path in leavings)


def test_a_cache_that_cannot_be_used_is_one_sentence(cache, monkeypatch, tmp_path, capsys):
    (cache / "lock.sqlite").mkdir(parents=True)
    assert main(["assets", "remove", "all"]) == 2
    assert "it cannot be written, or another hw9-xai is changing it" in capsys.readouterr().err
    (cache / "lock.sqlite").rmdir()
    (cache / "lock.sqlite").write_bytes(b"no database" * 1000)
    assert main(["assets", "remove", "all"]) == 2
    assert "it cannot be written" in capsys.readouterr().err
    monkeypatch.setenv(CACHE_VARIABLE, "~nosuchuser/cache")
    assert main(["assets", "list"]) == 1
    assert "~nosuchuser/cache: expected ~ or the name of somebody" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"[" * 10**5, b"\xff", b"9" * 9999, b"{}", b"[]"])
def test_a_list_that_is_none_is_said_to_be_damaged(cache, content):
    cache.mkdir()
    shelf_file().write_bytes(content)
    with pytest.raises(ValueError, match=r"assets\.json: damaged"):
        read_shelf()


def test_a_home_that_nobody_has(capsys):
    assert main(["assets", "add", "~nosuchuser/oz.txt"]) == 2
    assert "expected ~ or the name of somebody who has a folder here" in capsys.readouterr().err


def test_a_full_disk_is_one_sentence(monkeypatch, tmp_path, capsys):
    def full(self, data):
        raise OSError(28, "No space left on device")

    path = course_zip(tmp_path)
    monkeypatch.setattr(Path, "write_bytes", full)
    assert main(["assets", "add", str(path)]) == 2
    assert "No space left on device" in capsys.readouterr().err and not read_shelf().assets
