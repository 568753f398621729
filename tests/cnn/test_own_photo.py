import sys
from types import ModuleType

import pytest
import torch
from PIL import Image

from hw9_xai.cnn.own_photo import own_photo
from hw9_xai.cnn.pictures import load_picture


@pytest.fixture
def photo(tmp_path):
    Image.linear_gradient("L").convert("RGB").resize((300, 200)).save(tmp_path / "my lunch.jpg")
    return tmp_path / "my lunch.jpg"


def test_a_path_becomes_pictures_of_one(photo, capsys):
    mine = own_photo(str(photo), "Egg")
    assert mine and mine.classes == ["Egg"] and mine.labels.tolist() == [3] and mine.masks == [{}]
    assert torch.equal(mine.images, load_picture(photo)[None])
    assert capsys.readouterr().out == ""


def test_spaces_and_quotes_around_a_path_do_no_harm(photo):
    assert own_photo(f' "{photo}" ', "Egg")


def test_empty_says_in_both_languages_what_to_do(capsys):
    assert not own_photo("", "Egg") and not own_photo("  ", "Egg")
    said = capsys.readouterr().out
    assert "my_photo" in said and "照片" in said


@pytest.mark.parametrize("content", [None, b"", b"<html>"])
def test_a_file_that_is_no_photo_is_named_and_does_not_stop_the_notebook(tmp_path, content, capsys):
    path = tmp_path / "lunch.jpg"
    if content is not None:
        path.write_bytes(content)
    assert len(own_photo(str(path), "Egg")) == 0
    said = capsys.readouterr().out
    assert "lunch.jpg" in said and "照片" in said


def test_an_upload_outside_colab_is_told_so(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "google.colab", None)
    assert not own_photo("", "Egg", upload=True)
    assert "Colab only" in capsys.readouterr().out


@pytest.mark.parametrize("chosen", [True, False])
def test_in_colab_the_uploaded_file_is_taken(photo, chosen, monkeypatch):
    colab = ModuleType("google.colab")
    colab.files = ModuleType("files")
    colab.files.upload = lambda: {photo.name: photo.read_bytes()} if chosen else {}
    monkeypatch.setitem(sys.modules, "google", ModuleType("google"))
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    monkeypatch.chdir(photo.parent)  # where Colab puts it
    assert len(own_photo("", "Egg", upload=True)) == chosen


def test_a_class_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=r"label: expected one of Bread, .* got 'Pizza'"):
        own_photo("", "Pizza")
