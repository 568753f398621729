"""hw9-xai evaluate: its numbers against closed forms and scikit-learn, whatever lies in the folder."""

import math
import shutil
import weakref

import numpy as np
import pytest
import torch
from given.hostile import ATTACK
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support
from torch import nn

from hw9_xai import confusion, evaluation, load_classifier, load_pictures, predict
from hw9_xai.assets import DATA
from hw9_xai.cli import main
from hw9_xai.cnn.classifier import CLASSES
from hw9_xai.evaluation import BATCH, Evaluation, class_of, evaluate


def evaluation_of(probabilities, labels, classes=("a", "b", "c")):
    return Evaluation(classes, [], torch.tensor(labels), torch.as_tensor(probabilities), [], [])


@pytest.fixture
def by_hand():
    rows = [[0.78, 0.12, 0.1], [0.75, 0.25, 0.0], [0.3, 0.59, 0.11], [0.0, 1.0, 0.0], [0.55, 0.4, 0.05]]
    return evaluation_of(rows, [0, 1, 1, 1, 0])


@pytest.fixture
def drawn():
    torch.manual_seed(0)
    labels = torch.randint(0, 7, (500,))
    logits = torch.randn(500, 9) * 2 + 2 * nn.functional.one_hot(labels, 9)  # two classes have no photo
    return evaluation_of(logits.softmax(1), labels.tolist(), [*"abcdefghi"])


@pytest.fixture
def photos(tmp_path):
    """As many ways to say a class; of each photo the number that it says, or None."""
    said = {
        "0_1.jpg": 0, "9_000.JPG": 9, "soup_3.jpg": 9, "Fried food_3.jpg": 4, "fried_food_2.jpg": 4,
        "Rice/deep/2_1.jpg": 2, "Bread/a.jpg": 0, "EGG/IMG_0003.jpg": 3, "deep/down/Noodles-Pasta/1.jpg": 6,
        "Soup/99_1.jpg": 9, f"Meat/{ATTACK.replace('/', '')}.jpg": 5, "lunch/IMG_0003.jpg": None, "lunch/7.jpg": None,
        "3/a.jpg": None, "0_.jpg": None, "_1.jpg": None,
    }  # fmt: skip
    for place, number in said.items():
        path = tmp_path / "photos" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DATA / "validation" / f"{number or 0}_{len(place) % 40}.jpg", path)
    return tmp_path / "photos", said


# -- numbers -----------------------------------------------------------------------------------------------------------


def test_accuracy_and_wilsons_interval_are_the_closed_form(by_hand):
    share, low, high = by_hand.accuracy
    z, n = 1.959963984540054, 5
    middle, half = (share + z**2 / 2 / n, z * math.sqrt(share * (1 - share) / n + z**2 / 4 / n**2))
    assert share == 0.8
    assert (low, high) == pytest.approx([(middle + sign * half) / (1 + z**2 / n) for sign in (-1, 1)])


@pytest.mark.parametrize("answer", [0, 1])
def test_all_right_and_none_right_have_an_interval_too(answer):
    share, low, high = evaluation_of([[1.0, 0.0]] * 10, [answer] * 10, ("a", "b")).accuracy
    assert 0 <= low <= share <= high <= 1 and high - low == pytest.approx(1.959964**2 / (10 + 1.959964**2))


def test_the_rest_by_hand(by_hand):
    assert by_hand.confusion.tolist() == [[2, 0, 0], [1, 2, 0], [0, 0, 0]]
    assert [(one.photos, one.answers) for one in by_hand.by_class] == [(2, 3), (3, 2), (0, 0)]
    assert [one.recall for one in by_hand.by_class] == pytest.approx([1, 2 / 3, math.nan], nan_ok=True)
    assert [one.precision for one in by_hand.by_class] == pytest.approx([2 / 3, 1, math.nan], nan_ok=True)
    assert [one.photos for one in by_hand.bins] == [0, 0, 0, 0, 0, 2, 0, 2, 0, 1]  # 0.55 and 0.59, 0.75 and 0.78, 1
    assert by_hand.calibration_error == pytest.approx((2 * (1 - 0.57) + 2 * (0.765 - 0.5) + 0) / 5)
    assert by_hand.worst(24) == [1]


def test_numbers_are_scikit_learns(drawn):
    labels, answers = drawn.labels.numpy(), drawn.probabilities.argmax(1).numpy()
    assert drawn.accuracy[0] == accuracy_score(labels, answers)
    assert drawn.confusion.numpy().tolist() == confusion_matrix(labels, answers, labels=range(9)).tolist()
    precision, recall, _, photos = precision_recall_fscore_support(
        labels, answers, labels=range(9), zero_division=np.nan
    )
    ours = drawn.by_class
    np.testing.assert_allclose([one.recall for one in ours], recall)
    np.testing.assert_allclose([one.precision for one in ours], precision)
    assert [one.photos for one in ours] == photos.tolist()


def test_bins_and_their_error_are_scikit_learns(drawn):
    sure, right = drawn.probabilities.double().amax(1).numpy(), drawn.right.numpy()
    shares, means = calibration_curve(right, sure, n_bins=10)
    there = [one for one in drawn.bins if one.photos]
    np.testing.assert_allclose([one.right for one in there], shares)
    np.testing.assert_allclose([one.probability for one in there], means)
    counts = np.histogram(sure, np.linspace(0, 1, 11))[0]
    assert [one.photos for one in drawn.bins] == counts.tolist()
    assert drawn.calibration_error == pytest.approx(np.average(abs(shares - means), weights=counts[counts > 0]))


def test_the_worst_are_wrong_and_ordered(drawn):
    worst = drawn.worst(24)
    sure = drawn.probabilities.amax(1)
    assert len(worst) == 24 and not drawn.right[worst].any()
    assert sure[worst].tolist() == sorted(sure[~drawn.right].tolist(), reverse=True)[:24]


def test_of_the_kits_pictures_it_says_what_the_first_notebook_shows():
    validation = load_pictures(DATA / "validation")
    pictures = [DATA / "validation" / name for name in validation.names]
    found, logits = evaluate(pictures, load_classifier()), predict(load_classifier(), validation.images)
    assert found.labels.equal(validation.labels) and found.paths == pictures
    assert torch.allclose(found.probabilities, logits.softmax(1), atol=1e-5)
    assert found.confusion.equal(confusion(logits, validation.labels))


# -- photos ------------------------------------------------------------------------------------------------------------


def test_a_class_is_said_by_the_name_or_by_the_folder(photos):
    folder, said = photos
    names = [name.casefold().replace("/", " ") for name in CLASSES]
    for place, number in said.items():
        if number is None:
            with pytest.raises(ValueError, match="expected <class>_<number> as its name, or its class"):
                class_of(folder / place, names)
        else:
            assert class_of(folder / place, names) == number, place


def test_one_of_several_names_will_do_and_one_of_two_classes_will_not(tmp_path):
    names = ["tabby, tabby cat", "crane", "espresso", "crane"]
    assert class_of(tmp_path / "tabby cat_1.jpg", names) == 0
    assert class_of(tmp_path / "espresso" / "crane_1.jpg", names) == 2
    with pytest.raises(ValueError, match="crane_1"):
        class_of(tmp_path / "crane_1.jpg", names)


def test_the_folder_that_one_stands_in_has_a_name_too(photos, monkeypatch, capsys):
    monkeypatch.chdir(photos[0] / "Bread")
    assert main(["evaluate", ".", "--out", "../../page.html"]) == 0
    assert "of 1 photos," in capsys.readouterr().out


def test_one_broken_photo_stops_no_other(photos, tmp_path, capsys):
    folder, said = photos
    (folder / "Bread" / "broken\x1b[2J.png").write_bytes(b"no picture")
    assert main(["evaluate", str(folder), "--out", str(tmp_path / "page.html")]) == 1
    printed = capsys.readouterr()
    assert f"of {sum(number is not None for number in said.values())} photos," in printed.out
    lines = printed.err.splitlines()
    assert len(lines) == 1 + sum(number is None for number in said.values())
    assert "cannot be read as a picture" in lines[0] and "\x1b" not in printed.err


def test_a_photo_of_no_known_class_is_named_and_is_no_failure(photos, tmp_path, capsys):
    assert main(["evaluate", str(photos[0]), "--out", str(tmp_path / "page.html")]) == 0
    assert "7.jpg: expected <class>_<number> as its name" in capsys.readouterr().err


def test_what_was_made_of_photos_is_no_photo(tmp_path, capsys):
    for name in ("0_0.jpg", "0_0.parts.png"):
        shutil.copy(DATA / "validation" / name, tmp_path / name)
    assert main(["explain", str(tmp_path / "0_0.jpg"), "--method", "saliency"]) == 0
    assert main(["evaluate", str(tmp_path), "--out", str(tmp_path / "page.html")]) == 0
    said = capsys.readouterr()
    assert "of 1 photos," in said.out and said.err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{0}/nowhere"], "nowhere: expected a picture or a folder with some"),
        (["{0}/photos/lunch"], "FOLDER: expected photos with a class, got none: "),
        (["{0}/broken"], "cannot be read as a picture"),
        (["{0}/photos", "--model", "{0}/nowhere.pth"], "nowhere.pth"),
        (["{0}/photos", "--out", "{0}/mine.html"], "expected a free name"),
    ],
)
def test_wrong_use_is_one_sentence_and_leaves_nothing(photos, tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.html").write_text("mine")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "0_1.jpg").write_bytes(b"no picture")
    before = sorted(tmp_path.rglob("*"))
    assert main(["evaluate", *(one.format(tmp_path) for one in arguments)]) == 2
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before and (tmp_path / "mine.html").read_text() == "mine"


class Baker(nn.Module):
    classes = ("Bread", "Soup")

    def forward(self, images):
        return torch.tensor([[1.0, 0.0]]).expand(len(images), 2)


def test_never_more_than_a_batch_is_in_memory(tmp_path, monkeypatch):
    alive, most = weakref.WeakSet(), []

    def read(path, model):
        image = torch.zeros(3, 8, 8)
        alive.add(image)
        most.append(len(alive))
        return image

    monkeypatch.setattr(evaluation, "load_picture", read)
    found = evaluate([tmp_path / f"Bread_{number}.jpg" for number in range(5 * BATCH + 3)], Baker())
    assert len(found.paths) == len(most) == 5 * BATCH + 3 and max(most) <= BATCH
    assert found.accuracy[0] == 1 and found.classes == ("Bread", "Soup")
