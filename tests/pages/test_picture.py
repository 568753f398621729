"""The picture page's numbers and limits; what it does in a browser is tested in tests/browser."""

import base64
import io
import json
from zlib import decompress

import numpy as np
import pytest
import torch
from given.nets import food_cnn, random_pictures
from PIL import Image

import hw9_xai as xai
from hw9_xai.cnn.integrated_gradients import integrated_gradients
from hw9_xai.cnn.superpixels import hide_everything
from hw9_xai.pages.picture import exploration as module
from hw9_xai.pages.picture.exploration import growing, hidden_alone
from hw9_xai.pages.picture.explorer import explore_picture

MODEL, IMAGES = food_cnn(width=4), random_pictures(2)
MODEL.fc[3].weight.data.mul_(100)  # untrained, its scores would hardly move
LEFT = torch.zeros(128, 128, dtype=torch.bool)
LEFT[:, :40] = True
MASKS = [{"plate": LEFT, "pea": ~LEFT}, {"plate": LEFT, "pea": ~LEFT}]
WITHOUT = [{"pea": IMAGES[1]}, {}]


@pytest.fixture(scope="module")
def page():
    return explore_picture(MODEL, IMAGES, [3, 9], masks=MASKS, without=WITHOUT, titles=["<b>peas</b>", "two"])


@pytest.fixture(scope="module")
def data(page):
    return json.loads(page.html.split('type="application/json">')[1].split("</script>")[0])


def numbers(text):
    return np.frombuffer(decompress(base64.b64decode(text)), "<u2").reshape(128, 128)


def seen(address):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGB")).astype(int)


def test_scores_are_the_models(data):
    logits = xai.predict(MODEL, IMAGES)
    for one, row, label in zip(data["pictures"], logits, (3, 9), strict=True):
        assert one["scores"] == pytest.approx(row.tolist(), abs=1e-4) and one["label"] == label
    first, second = data["pictures"]
    assert [part["name"] for part in first["parts"]] == ["pea"] and second["parts"] == []
    assert first["parts"][0]["scores"] == pytest.approx(logits[1].tolist(), abs=1e-4)
    assert (numbers(first["places"]["pea"]) == (~LEFT).numpy()).all()


def test_limes_weights_stand_beside_what_hiding_one_piece_does(data):
    (explanation,) = xai.lime(MODEL, IMAGES[:1], 3)
    shown = data["pictures"][0]["lime"]
    assert shown["weights"] == pytest.approx(explanation.weights.tolist(), abs=1e-3)
    assert (numbers(shown["segments"]) == explanation.segments.numpy()).all()
    dark, piece = hide_everything(IMAGES[0], explanation.segments, "mean"), int(np.abs(shown["alone"]).argmax())
    picture = torch.where(explanation.segments == piece, dark, IMAGES[0])
    lost = xai.predict(MODEL, torch.stack([IMAGES[0], picture]))[:, 3]
    assert shown["alone"][piece] == pytest.approx(float(lost[0] - lost[1]), abs=1e-3)
    assert abs(shown["alone"][piece]) > 0.01 and explanation.weights.abs().max() > 0.01
    assert len(hidden_alone(MODEL, explanation)) == len(explanation.weights)


def test_the_legs_of_the_path_add_up_to_integrated_gradients(monkeypatch):
    drawn = []
    monkeypatch.setattr(module, "signed", lambda map, end=None: drawn.append(map) or "")
    monkeypatch.setattr(module, "gaussian_blur", lambda maps, *_: maps)
    growing(MODEL, IMAGES[0], 3)
    whole = integrated_gradients(MODEL, IMAGES[:1], 3, steps=module.LEGS * module.STEPS).attributions.sum(1)[0]
    assert (drawn[-1] - whole).abs().max() < 0.01 * whole.abs().max()
    assert len(drawn) == module.LEGS and float(drawn[0].abs().max()) > 0


def test_the_curve_ends_at_the_pictures_score(data):
    for one in data["pictures"]:
        assert one["path"]["scores"][-1] == pytest.approx(one["scores"][one["label"]], abs=1e-3)
        assert len(one["path"]["scores"]) == module.CURVE


def test_brightness_ends_at_the_99th_percentile():
    map = torch.full((128, 128), 0.5)
    map[0, 0], map[1:3] = 1000.0, 1.0
    shown = seen(module.unsigned(map))
    assert (shown[1, 64] > 200).any() and abs(shown[60, 60].mean() - shown[100, 90].mean()) < 6
    assert shown[60, 60].sum() > 250  # one bright pixel does not blacken the rest


def test_signed_maps_are_white_at_nothing_and_as_strong_either_way():
    map = torch.zeros(128, 128)
    map[:40], map[80:] = 1.0, -1.0
    shown = seen(module.signed(map))
    assert (shown[60] > 235).all()
    assert shown[20, 60, 0] > shown[20, 60, 2] + 60 and shown[100, 60, 2] > shown[100, 60, 0] + 10  # orange; purple


def test_the_photo_is_the_picture(data):
    shown, given = seen(data["pictures"][0]["photo"]), (IMAGES[0].permute(1, 2, 0) * 255).numpy()
    assert np.abs(shown - given).mean() < 8


def test_names_are_text(page):
    assert "<b>peas" not in page.html and "&lt;b&gt;peas" in page.html


def test_the_same_seed_gives_the_same_page(page):
    again = explore_picture(MODEL, IMAGES, [3, 9], masks=MASKS, without=WITHOUT, titles=["<b>peas</b>", "two"])
    assert again.html == page.html


@pytest.mark.parametrize("wrong, message", [
    ({"titles": ["one"]}, "titles: expected one for each of 2 pictures, got 1"),
    ({"masks": [{}]}, "masks: expected one for each of 2 pictures, got 1"),
    ({"without": []}, "without: expected one for each of 2 pictures, got 0"),
    ({"seed": -1}, "seed: expected"),
])  # fmt: skip
def test_a_wrong_argument_is_one_sentence(wrong, message):
    with pytest.raises(ValueError, match=message):
        explore_picture(MODEL, IMAGES, [3, 9], **wrong)


def test_too_many_pictures_are_refused_before_the_work():
    with pytest.raises(ValueError, match="images: expected at most 16 on one page, got 17"):
        explore_picture(MODEL, IMAGES[:1].expand(17, -1, -1, -1), 3)


def test_leaves_no_trace():
    model, images = food_cnn(width=4).train(), random_pictures(1).requires_grad_()
    before, state = {key: value.clone() for key, value in model.state_dict().items()}, torch.get_rng_state()
    explore_picture(model, images, 1)
    assert model.training and images.grad is None and torch.equal(state, torch.get_rng_state())
    assert all(parameter.grad is None for parameter in model.parameters())
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())


def test_of_many_classes_the_likeliest_are_shown_and_the_rest_keeps_its_share():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = xai.FoodCNN(2, 300).eval()
    page = explore_picture(model, IMAGES, [299, 7], without=WITHOUT, samples=8)
    shown = json.loads(page.html.split('type="application/json">')[1].split("</script>")[0])
    assert len(shown["classes"]) == 20 and shown["classes"][-1] == "281 others 其他"
    pictures = [
        (one["scores"], xai.predict(model, image[None])[0])
        for one, image in zip(shown["pictures"], IMAGES, strict=True)
    ]
    part = (shown["pictures"][0]["parts"][0]["scores"], xai.predict(model, IMAGES[1:])[0])
    for scores, logits in (*pictures, part):
        p, every = torch.tensor(scores).softmax(0), logits.softmax(0)
        for name, share in zip(shown["classes"][:-1], p, strict=False):
            assert share == pytest.approx(every[int(name.split()[1])].item(), abs=1e-5)
    labels = [shown["classes"][one["label"]] for one in shown["pictures"]]
    assert labels == ["class 299", "class 7"]
