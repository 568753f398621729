import sys
from types import ModuleType

import pytest
import torch
from PIL import Image
from torch import nn

from hw9_xai import photos
from hw9_xai.cnn.classifier import load_classifier
from hw9_xai.cnn.pictures import load_picture
from hw9_xai.cnn.predict import predict
from hw9_xai.photos import own_photo, real_network
from hw9_xai.real import RealClassifier


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


def test_a_class_that_does_not_exist_is_named_and_does_not_stop_the_notebook(photo, capsys):
    assert len(own_photo(str(photo), "Pizza")) == 0
    said = capsys.readouterr().out
    assert "my_class: expected one of Bread" in said and "got 'Pizza'" in said and "類別" in said


def test_without_a_class_the_models_own_answer_is_taken_and_said(photo, capsys):
    mine, model = own_photo(str(photo)), load_classifier()
    p = predict(model, mine.images).softmax(1)[0]
    assert mine.labels.tolist() == [int(p.argmax())]
    assert f"{mine.classes[0]} {p.max():.2f}" in capsys.readouterr().out


class Colours(nn.Module):
    """Says which colour a picture has most of."""

    classes = ("red", "green", "blue")

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(10.0))

    def forward(self, images):
        return self.gain * images.mean((2, 3))


def test_a_photo_is_cut_as_a_real_network_takes_it(photo, tmp_path):
    model = RealClassifier(Colours(), Colours.classes, 64, 0.5, [0.0] * 3, [1.0] * 3)
    picture = Image.new("RGB", (300, 200), "red")
    picture.paste("blue", (100, 50, 200, 150))  # all that it sees
    picture.save(tmp_path / "flag.png")
    mine = own_photo(str(tmp_path / "flag.png"), "BLUE", model=model)
    assert mine.images.shape == (1, 3, 64, 64) and mine.classes == ["blue"]
    inside = mine.images[0, :, 1:-1, 1:-1]  # at its edges it mixes with what is beyond
    assert torch.equal(inside[2], torch.ones(62, 62)) and inside[0].max() == 0


def test_three_free_photographs_are_answered_by_name(monkeypatch, capsys):
    model = RealClassifier(Colours(), Colours.classes, 64, 0.5, [0.0] * 3, [1.0] * 3)
    monkeypatch.setattr(photos, "load_classifier", lambda name: model)
    network, three = real_network("mine")
    assert network is model and three.images.shape == (3, 3, 64, 64) and three.names == list(photos.FREE)
    assert three.classes[0] == "red" and capsys.readouterr().out.count("red") == 3  # coffee in a red saucer


@pytest.mark.parametrize("name", ["resnet5", "nowhere.pth"])
def test_a_network_that_cannot_be_had_does_not_stop_the_notebook(name, capsys):
    network, three = real_network(name)
    assert network is None and not three
    said = capsys.readouterr().out
    assert name in said and "可以跳過" in said


@pytest.mark.parametrize("classes", [None, 3, ["red"]])
def test_a_network_that_does_not_name_its_classes_has_numbers(photo, classes, capsys):
    model = Colours()
    model.classes = classes
    assert own_photo(str(photo), model=model).classes[0].startswith("class ")
    assert (
        not own_photo(str(photo), "soup", model=model)
        and "my_class: expected one of class 0" in capsys.readouterr().out
    )
