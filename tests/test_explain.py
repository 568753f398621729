"""hw9-xai explain: one photo, a folder, a stopped run, a cluster."""

import json
import shutil
from functools import partial

import joblib
import pytest
import torch
from PIL import Image
from skimage import data

from hw9_xai import explain
from hw9_xai.assets import DATA
from hw9_xai.cli import main
from hw9_xai.cnn.classifier import CLASSES, FoodCNN, load_classifier
from hw9_xai.explain import METHODS, OF_MANY_PASSES, explain_folder

FEW = {method: {"steps" if method == "integrated_gradients" else "samples": 16} for method in OF_MANY_PASSES}


@pytest.fixture
def few_passes(monkeypatch):
    for method, few in FEW.items():
        monkeypatch.setattr(explain, method, partial(getattr(explain, method), **few))


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    (folder / "inner").mkdir(parents=True)
    for number, place in ((2, "soup.png"), (5, "inner/egg.png")):
        (found,) = (DATA / "pictures").glob(f"*_{number}.png")
        shutil.copy(found, folder / place)
    return folder


@pytest.mark.parametrize("method", METHODS)
def test_a_photo_gives_a_figure_and_one_line(method, tmp_path, capsys, few_passes):
    Image.fromarray(data.coffee()).save(tmp_path / "coffee.jpg")
    assert main(["explain", str(tmp_path / "coffee.jpg"), "--method", method, "--label", "Soup"]) == 0
    printed = capsys.readouterr().out
    assert "Soup, p " in printed
    with Image.open(tmp_path / f"coffee.jpg.{method}.png") as figure:
        assert figure.width > 500
        assert len(figure.convert("L").getcolors()) > 100


def test_without_a_label_it_says_whose_answer_it_explains(photos, tmp_path, capsys):
    assert main(["explain", str(photos / "soup.png"), "--method", "saliency", "--out", str(tmp_path / "a.png")]) == 0
    assert "(the model's own answer)" in capsys.readouterr().out


def test_photos_become_one_page_to_play_with(photos, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(explain, "explore_picture", partial(explain.explore_picture, samples=30))
    assert main(["explain", str(photos), "--page", str(tmp_path / "page.html")]) == 0
    assert "MB" in capsys.readouterr().out
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    data = json.loads(text.split('type="application/json">')[1].split("</script>")[0])
    assert [one["title"] for one in data["pictures"]] == ["egg.png", "soup.png"]
    assert [CLASSES[one["label"]] for one in data["pictures"]] == ["Egg", "Dairy product"]  # the model's own answers
    assert not any(one["parts"] for one in data["pictures"])


def test_a_folder_is_explained_once_and_a_broken_photo_named(photos, tmp_path, capsys):
    (photos / "broken.jpg").write_bytes(b"no picture")
    command = ["explain", str(photos), "--method", "saliency", "--out", str(tmp_path / "maps")]
    assert main(command) == 1
    first = capsys.readouterr()
    assert "2 explained, 0 there already, 1 not readable" in first.out
    assert "broken.jpg" in first.err
    made = {path.relative_to(tmp_path / "maps").as_posix(): path.stat() for path in (tmp_path / "maps").rglob("*.png")}
    assert set(made) == {"soup.png.saliency.png", "inner/egg.png.saliency.png"}

    (tmp_path / "maps" / "soup.png.saliency.png").unlink()  # as if the run had been stopped before it
    assert main(command) == 1
    assert "1 explained, 1 there already" in capsys.readouterr().out
    egg = tmp_path / "maps" / "inner" / "egg.png.saliency.png"
    assert egg.stat().st_mtime_ns == made["inner/egg.png.saliency.png"].st_mtime_ns


def test_processes_give_the_same_bytes_as_one(photos, tmp_path):
    model = FoodCNN(16).eval()
    for out, jobs in (("one", 1), ("two", 2)):
        explain_folder(photos, tmp_path / out, "smoothgrad", "Egg", model, seed=3, jobs=jobs)
    for path in (tmp_path / "one").rglob("*.png"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


@pytest.mark.parametrize("method", OF_MANY_PASSES)
def test_a_folder_may_be_explained_fast(method, photos, tmp_path, monkeypatch, few_passes):
    asked = []
    original = getattr(explain, method)
    monkeypatch.setattr(
        explain, method, lambda *given, **how: asked.append(how["precision"]) or original(*given, **how)
    )
    command = ["explain", str(photos), "--method", method, "--out", str(tmp_path / "maps"), "--precision", "fast"]
    assert main(command) == 0
    assert asked == ["fast", "fast"]


def test_a_dask_cluster_can_do_the_work(photos, tmp_path):
    distributed = pytest.importorskip("distributed", reason="pip install distributed, to hand the work to a cluster")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        assert explain_folder(photos, tmp_path / "maps", "saliency", None, load_classifier(), seed=0, jobs=-1) == (
            2,
            0,
            [],
        )
    assert len(list((tmp_path / "maps").rglob("*.png"))) == 2


def test_a_photo_is_never_written_over_and_an_explanation_never_explained(photos, tmp_path, capsys):
    soup = photos / "soup.png"
    before = soup.read_bytes()
    for where in ("--out", "--page"):
        assert main(["explain", str(soup), where, str(soup)]) == 2
        assert "expected a free name" in capsys.readouterr().err and soup.read_bytes() == before
    soup.rename(photos / "$_$.png")  # which is no mathematics
    for done in ("2 explained, 0 there", "0 explained, 2 there"):
        assert main(["explain", str(photos), "--method", "saliency", "--out", str(photos / "maps")]) == 0
        assert done in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--method", "magic"], "magic"),
        (["--label", "Stone"], "Stone"),
        (["--jobs", "0"], "--jobs"),
        (["--page", "a.html", "--out", "b"], "--page"),
        (["--precision", "half"], "--precision of lime: expected one of 'exact', 'fast', got 'half'"),
        (
            ["--method", "saliency", "--precision", "fast"],
            "--precision of saliency: expected one of 'exact', got 'fast'",
        ),
        (["--page", "a.html", "--precision", "fast"], "--precision of --page: expected one of 'exact', got 'fast'"),
    ],
)
def test_wrong_use_is_named(arguments, word, photos, capsys):
    assert main(["explain", str(photos), *arguments]) == 2
    assert word in capsys.readouterr().err


def test_no_photo_is_named(tmp_path, capsys):
    assert main(["explain", str(tmp_path / "nothing.jpg")]) == 2
    assert "nothing.jpg" in capsys.readouterr().err


@pytest.mark.parametrize("arguments, message", [
    (["--model", "{0}/twelve.pth", "--label", "Soup"], "--label: expected one of class 0, class 1,"),
    (["--model", "resnet5"], "name: expected a checkpoint, or a name like resnet50"),
    (["--checkpoint", "{0}/photos/soup.png"], "soup.png: refused: it holds more than tensors, or is damaged"),
    (["--model", "{0}/nowhere.pth"], "no checkpoint at"),
    (["--checkpoint", "~nosuchuser/x.pth"], "no checkpoint at ~nosuchuser/x.pth"),
])  # fmt: skip
def test_a_checkpoint_that_cannot_serve_is_wrong_use(arguments, message, photos, tmp_path, capsys):
    torch.save(FoodCNN(1, 12).state_dict(), tmp_path / "twelve.pth")
    for what in (photos, photos / "soup.png"):
        assert main(["explain", str(what), "--method", "saliency", *(one.format(tmp_path) for one in arguments)]) == 2
        error = capsys.readouterr().err
        assert message in error and error.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"photos", "twelve.pth"}


@pytest.mark.parametrize("command", [
    "explain x.png --seed -1", "explain x.png --seed 1e3", f"explain x.png --seed {2**64}", "trust --seed -1",
    "trust --per-class 0", "trust --per-class 41", "bench --width 0", "bench --rounds -1", f"trust --seed {'9' * 9999}",
])  # fmt: skip
def test_a_number_that_no_option_takes_is_wrong_use(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main(command.split())
    assert ended.value.code == 2 and "expected a whole number from" in capsys.readouterr().err
