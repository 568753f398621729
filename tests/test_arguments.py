"""A wrong argument is one clear sentence that names it, and changes nothing."""

import numpy as np
import pytest
import torch
from given.nets import Linear, Small, food_cnn, random_pictures
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import hw9_xai as xai
from hw9_xai import course, trust

MODEL, IMAGES = Linear(), random_pictures(2, 3, 16, 16)
LABELLED = {
    "saliency": lambda **with_: xai.saliency(**{"model": MODEL, "images": IMAGES, "labels": 1} | with_),
    "smoothgrad": lambda **with_: xai.smoothgrad(
        **{"model": MODEL, "images": IMAGES, "labels": 1, "samples": 2} | with_
    ),
    "integrated_gradients": lambda **with_: xai.integrated_gradients(
        **{"model": MODEL, "images": IMAGES, "labels": 1, "steps": 2} | with_
    ),
    "lime": lambda **with_: xai.lime(
        **{"model": MODEL, "images": IMAGES, "labels": 1, "samples": 2, "segments": 4} | with_
    ),
}
BAD = [
    ({"images": IMAGES[0]}, ValueError, r"images: expected shape \(N, C, H, W\), got \(3, 16, 16\)"),
    ({"images": IMAGES[:0]}, ValueError, r"images: expected shape .* got \(0, 3, 16, 16\)"),
    ({"images": IMAGES + 1}, ValueError, r"images: expected pixels in \[0, 1\], got 1\.\d+ to 1\.\d+"),
    ({"images": IMAGES - 0.5}, ValueError, r"images: expected pixels in \[0, 1\], got -0\.4947 to 0\.4444"),
    ({"images": IMAGES * float("nan")}, ValueError, r"images: expected pixels in \[0, 1\], got nan"),
    ({"images": (IMAGES * 255).byte()}, TypeError, r"images: expected floating-point pixels .* got torch\.uint8"),
    ({"images": IMAGES.numpy()}, TypeError, r"images: expected a torch\.Tensor .* got ndarray"),
    ({"images": IMAGES.double()}, ValueError, r"images: expected the model's own kind, .* got torch\.float64"),
    ({"labels": 4}, ValueError, "labels: expected 0 to 3, the model's classes, got 4"),
    ({"labels": -1}, ValueError, "labels: expected class numbers from 0 up, got -1"),
    ({"labels": [0, 9]}, ValueError, "labels: expected 0 to 3, the model's classes, got 9"),
    ({"labels": [0, 1, 2]}, ValueError, r"labels: expected an int or 2 ints, one per picture, got shape \(3,\)"),
    ({"labels": None}, TypeError, "labels: expected an int or 2 ints, one per picture, got None"),
    ({"labels": "Egg"}, TypeError, "labels: expected an int .* got 'Egg'"),
    ({"labels": 1.0}, TypeError, r"labels: expected an int .* got torch\.float32"),
    ({"labels": [True, False]}, TypeError, r"labels: expected an int .* got torch\.bool"),
    ({"model": "resnet"}, TypeError, r"model: expected a torch\.nn\.Module, got str"),
    ({"model": nn.Flatten(0, 1)}, ValueError, r"model: expected logits of shape \(\d+, classes\), got \(\d+, 16, 16\)"),
]  # fmt: skip


@pytest.mark.parametrize("method", LABELLED)
@pytest.mark.parametrize("bad, error, message", BAD, ids=["-".join(bad) for bad, _, _ in BAD])
def test_what_all_methods_refuse(method, bad, error, message):
    with pytest.raises(error, match="^" + message) as raised:
        LABELLED[method](**bad)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("method, bad, error, message", [
    ("saliency", {"of": "probability"}, ValueError, "of: expected one of 'loss', 'score', got 'probability'"),
    ("smoothgrad", {"samples": 0}, ValueError, "samples: expected a whole number from 1 up, got 0"),
    ("smoothgrad", {"samples": 1.5}, TypeError, "samples: expected a whole number from 1 up, got 1.5"),
    ("smoothgrad", {"noise": -0.1}, ValueError, "noise: expected a finite number from 0.0 up, got -0.1"),
    ("smoothgrad", {"noise": "much"}, TypeError, "noise: expected a number from 0.0 up, got 'much'"),
    ("smoothgrad", {"noise": float("nan")}, ValueError, "noise: expected a finite number from 0.0 up, got nan"),
    ("smoothgrad", {"reduce": "max"}, ValueError, "reduce: expected one of 'abs', 'square', 'signed', got 'max'"),
    ("smoothgrad", {"seed": -1}, ValueError, "seed: expected a whole number from 0 to 18446744073709551615, got -1"),
    ("smoothgrad", {"batch_size": 0}, ValueError, "batch_size: expected a whole number from 1 up, got 0"),
    ("integrated_gradients", {"steps": 0}, ValueError, "steps: expected a whole number from 1 up, got 0"),
    ("integrated_gradients", {"steps": True}, TypeError, "steps: expected a whole number from 1 up, got True"),
    ("integrated_gradients", {"rule": "simpson"}, ValueError, "rule: expected one of 'midpoint', .* got 'simpson'"),
    ("integrated_gradients", {"rule": "trapezoid", "steps": 1}, ValueError, "steps: expected .* from 2 up, got 1"),
    ("integrated_gradients", {"baseline": 2.0}, ValueError, r"baseline: expected pixels in \[0, 1\], got 2 to 2"),
    ("integrated_gradients", {"baseline": "black"}, ValueError, "baseline: expected a number, or a picture .* 'black'"),
    ("integrated_gradients", {"baseline": torch.zeros(3, 8, 8)}, ValueError, r"baseline: expected .* got \(3, 8, 8\)"),
    ("lime", {"samples": 0}, ValueError, "samples: expected a whole number from 1 up, got 0"),
    ("lime", {"segments": 0}, ValueError, "segments: expected a whole number from 1 up, got 0"),
    ("lime", {"segments": torch.zeros(8, 8).long()}, ValueError, r"segments: expected a map .* \(16, 16\), got int64"),
    ("lime", {"segments": torch.zeros(16, 16)}, ValueError, "segments: expected a map of integers .* got float32"),
    ("lime", {"segments": "slic"}, TypeError, "segments: expected a whole number .* got 'slic'"),
    ("lime", {"hide": "pink"}, ValueError, "hide: expected one of 'mean', 'black', 'blur', got 'pink'"),
    ("lime", {"hide": (0, 0, 2)}, ValueError, r"hide: expected pixels in \[0, 1\], got 0 to 2"),
    ("lime", {"hide": (0, 0)}, ValueError, r"hide: expected .* a colour of 3 numbers, got \(0, 0\)"),
    ("lime", {"kernel_width": 0}, ValueError, "kernel_width: expected a number above 0, got 0"),
])  # fmt: skip
def test_what_one_method_refuses(method, bad, error, message):
    with pytest.raises(error, match="^" + message):
        LABELLED[method](**bad)


@pytest.mark.parametrize("method", LABELLED)
def test_labels_are_never_guessed(method):
    with pytest.raises(TypeError, match="labels"):
        getattr(xai, method)(MODEL, IMAGES)


@pytest.mark.parametrize(
    "labels", [3, torch.tensor(3), [3, 3], (3, 3), torch.tensor([3, 3]), torch.tensor([3, 3]).numpy()]
)
def test_labels_come_in_many_forms(labels):
    assert torch.equal(xai.saliency(MODEL, IMAGES, labels), xai.saliency(MODEL, IMAGES, 3))


@pytest.mark.parametrize("call, error, message", [
    (lambda: xai.filter_activation(Small(), IMAGES, 7, 0), ValueError, "cnnid: expected a whole number .* got 7"),
    (lambda: xai.filter_activation(Small(), IMAGES, -1, 0), ValueError, "cnnid: expected a whole number .* got -1"),
    (lambda: xai.filter_activation(Small(), IMAGES, 1.0, 0), TypeError, "cnnid: expected a whole number .* got 1.0"),
    (lambda: xai.filter_activation(Small(), IMAGES, "cnn.9", 0), ValueError, "cnnid: no layer 'cnn.9'; there are"),
    (lambda: xai.filter_activation(Small(), IMAGES, nn.ReLU(), 0), ValueError, "cnnid: this ReLU is no part of the"),
    (lambda: xai.filter_activation(Linear(), IMAGES, 0, 0), ValueError, "cnnid: the model has no `cnn` to index by 0"),
    (lambda: xai.filter_activation(Small(), IMAGES, "head.1", 0), ValueError, "cnnid: expected a layer with"),
    (lambda: xai.filter_activation(Small(), IMAGES, 0, 6), ValueError, "filterid: expected .* from 0 to 5, got 6"),
    (lambda: xai.filter_activation("net", IMAGES, 0, 6), TypeError, r"model: expected a torch\.nn\.Module, got str"),
    (lambda: xai.filter_visualization(Small(), 0, 9), ValueError, "filterid: expected .* from 0 to 5, got 9"),
    (lambda: xai.filter_visualization(Small(), 0, 0, steps=0), ValueError, "steps: expected a whole number"),
    (lambda: xai.filter_visualization(Small(), 0, 0, start="grey"), ValueError, "start: expected one of 'noise'"),
    (lambda: xai.filter_visualization(Small(), 0, 0, start=IMAGES + 1), ValueError, "start: expected pixels"),
    (lambda: xai.filter_visualization(Linear(), "", 0), ValueError, "start: the model has no Conv2d"),
    (lambda: xai.filter_visualization(Small(), 0, 0, parametrization="wavelet"), ValueError, "parametrization: "),
    (lambda: xai.deep_dream(Small(), IMAGES, 0), ValueError, r"image: expected shape .* got \(2, 3, 16, 16\)"),
    (lambda: xai.deep_dream(Small(), IMAGES[0], 0, octaves=0), ValueError, "octaves: expected a whole number"),
    (lambda: xai.generate_images_on_linear_path(IMAGES, 0.0, [0.5]), ValueError, r"image: expected shape \(C, H, W\)"),
    (lambda: xai.generate_images_on_linear_path(IMAGES[0], 0.0, 0.5), ValueError, r"alphas: expected a row of numbers"),
    (lambda: food_cnn()(random_pictures(1, 3, 96, 160)), ValueError, r"images: FoodCNN expects .*\(1, 3, 96, 160\)"),
])  # fmt: skip
def test_what_filters_paths_and_the_network_refuse(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()


# -- any label, any seed, any map --------------------------------------------------------------------------------------

KINDS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64]
TORCHS = [torch.uint8, torch.int8, torch.int16, torch.uint16, torch.int32, torch.uint32, torch.int64, torch.uint64]
NUMBERS = st.one_of(st.integers(-3, 9), st.integers(-(2**70), 2**70), st.just(10**5000))


def in_any_form(number):
    forms = [
        number,
        [number, number],
        float(number) if abs(number) < 1e9 else 1e30,
        str(number % 10**9),
        None,
        number > 0,
    ]
    if 0 <= number < 128:
        forms += [kind(number) for kind in KINDS] + [np.array([number] * 2, kind) for kind in KINDS]
        forms += [torch.tensor(number, dtype=kind) for kind in TORCHS] + [
            torch.tensor([number] * 2, dtype=torch.uint16)
        ]
        forms += [
            [np.uint8(number), torch.tensor(number)],
            np.array([number] * 2, object),
            (number, 0.5),
            {number},
            b"1",
        ]
    forms += [torch.tensor(1.5), complex(1), [[number]], [], "Egg", object(), np.bool_(True), torch.tensor(True)]
    return st.sampled_from(forms)


def is_whole(value):
    kept = value.tolist() if isinstance(value, torch.Tensor | np.ndarray | np.generic) else value
    return isinstance(kept, int) and not isinstance(kept, bool)


@settings(max_examples=300, deadline=None)
@given(NUMBERS.flatmap(lambda number: st.tuples(st.just(number), in_any_form(number))))
def test_any_label_is_the_plain_ints_or_one_sentence(case):
    number, label = case
    try:
        map = xai.saliency(MODEL, IMAGES, label, of="score")
    except (ValueError, TypeError) as sentence:
        assert str(sentence).startswith("labels: expected ") and "\n" not in str(sentence) and len(str(sentence)) < 300
        assert not (0 <= number < 4 and is_whole(label))
    else:
        assert 0 <= number < 4 and torch.equal(map, xai.saliency(MODEL, IMAGES, number, of="score"))


SEEDED = [
    lambda seed: xai.smoothgrad(MODEL, IMAGES, 1, samples=1, seed=seed),
    lambda seed: xai.lime(MODEL, IMAGES, 1, samples=4, segments=4, seed=seed)[0].weights,
    lambda seed: xai.shapley(MODEL, IMAGES, 1, samples=4, segments=4, seed=seed)[0].weights,
    lambda seed: xai.filter_visualization(Small(), 0, 0, steps=1, size=16, seed=seed),
    lambda seed: xai.deep_dream(Small(), IMAGES[0], 0, octaves=1, steps=1, seed=seed),
    lambda seed: course.smoothgrad(MODEL, IMAGES, 1, samples=1, seed=seed),
    lambda seed: trust.randomised(Small(), 1, seed=seed).head[1].weight,
    lambda seed: trust.noisy_mean(trust.edges, IMAGES, samples=1, seed=seed),
    lambda seed: trust.bootstrap(torch.arange(5.0), seed=seed, draws=9).low,
]


@pytest.mark.parametrize("method", SEEDED)
@settings(max_examples=25, deadline=None)
@given(NUMBERS.flatmap(lambda number: st.tuples(st.just(number), in_any_form(number))))
def test_any_seed_is_the_plain_ints_or_one_sentence(method, case):
    number, seed = case
    try:
        given = method(seed)
    except (ValueError, TypeError) as sentence:
        assert str(sentence).startswith("seed: expected a whole number from 0 to ") and len(str(sentence)) < 300
        assert not (0 <= number < 2**64 and type(seed) is int)
    else:
        assert torch.equal(torch.as_tensor(given), torch.as_tensor(method(number)))


def test_a_seed_of_the_courses_lime_fits_numpys_old_stream():
    with pytest.raises(ValueError, match=f"^seed: expected a whole number from 0 to {2**32 - 1}, got {2**32}$"):
        course.lime(food_cnn(), random_pictures(1), 1, samples=2, seed=2**32)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(width=32), min_size=12, max_size=12), st.sampled_from([torch.float16, torch.float32]))
def test_any_picture_has_finite_maps_or_one_sentence(pixels, kind):
    images = torch.tensor(pixels).reshape(1, 3, 2, 2).to(kind)
    model = Linear((3, 2, 2)).to(kind)
    for method in (
        xai.saliency,
        lambda *given: xai.smoothgrad(*given, samples=2),
        lambda *given: xai.smoothgrad(*given, samples=2, noise=1e9, reduce="square"),
        lambda *given: xai.integrated_gradients(*given).attributions,
    ):
        try:
            assert method(model, images, 1).isfinite().all()
        except ValueError as sentence:
            assert str(sentence).startswith(("images: expected pixels in [0, 1], got", "model: expected finite "))


@pytest.mark.parametrize("images", [
    IMAGES.to_sparse(), IMAGES.to("meta"), torch.nested.nested_tensor([IMAGES[0], IMAGES[1]]),
])  # fmt: skip
def test_pictures_that_are_not_there_as_such(images):
    with pytest.raises((TypeError, ValueError), match=r"^images: expected a dense"):
        xai.saliency(MODEL, images, 1)


def test_a_number_with_thousands_of_digits():
    with pytest.raises(ValueError, match=r"^noise: expected a finite number from 0.0 up, got some int"):
        xai.smoothgrad(MODEL, IMAGES, 1, noise=10**5000)
