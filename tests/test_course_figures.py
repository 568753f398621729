"""The figures that the fact sheet measured on the course's own files. They come out again for whoever has the files."""

import pytest
import torch
from course_figures import drawn, gradients, saliency_maxima, smoothgrad_maximum
from nets import food_cnn, random_pictures

import hw9_xai as xai
from hw9_xai import course
from hw9_xai.assets import read_shelf
from hw9_xai.instructor.files.fingerprint import differences

DIFFERENCE = [17.911, 23.114, 11.135, 12.682, 15.873, 14.310, 26.311, 17.399, 16.528, 14.522]
LEFT_SUM = [19.119, 24.851, 6.439, 10.975, 17.960, 12.767, 23.017, 16.557, 12.057, 16.327]
MIDPOINTS = {10: 15.704, 50: 18.141, 200: 17.851}
SMOOTHGRAD = {1: 0.902, 10: 0.311, 50: 0.271, 500: 0.256}
SUPERPIXELS = [107, 141, 151, 101, 66, 120, 108, 94, 128, 109]
R2 = [0.842, 0.874, 0.956, 0.794, 0.796, 0.814, 0.925, 0.951, 0.961, 0.908]
DRAWN = [(11, 0), (4, 7), (2, 9), (7, 4), (10, 1), (10, 1), (11, 0), (11, 0), (11, 0), (8, 3)]


@pytest.fixture
def genuine(users_cache):
    """The course's classifier and pictures, on a GPU if there is one."""
    if not {"classifier", "pictures"} <= set(read_shelf().assets):
        pytest.skip("needs the course's own files: hw9-xai assets add ml2022spring-hw9.zip")
    if found := differences():
        pytest.skip(f"what was added is not the course's: {found[0]}")
    assets, device = read_shelf().assets, "cuda" if torch.cuda.is_available() else "cpu"
    pictures = xai.load_pictures(assets["pictures"].folder)
    model = xai.load_classifier(assets["classifier"].folder / "food_cnn.safetensors")
    return model.to(device), pictures.images.to(device), pictures.labels.to(device)


@pytest.mark.course
def test_all_ten_are_right_and_certain(genuine):
    model, images, labels = genuine
    with torch.no_grad():
        certain = model(images).softmax(1).gather(1, labels[:, None])[:, 0]
    assert certain.tolist() == pytest.approx([1, 1, 0.9986] + [1] * 7, abs=1e-3)


@pytest.mark.course
def test_the_gradient_of_the_loss_vanishes(genuine):
    maxima = saliency_maxima(*genuine)
    assert max(maxima) == pytest.approx(3.8e-4, rel=0.1)
    assert 0.5 < min(maxima) / 1.5e-17 < 2


@pytest.mark.course
def test_integrated_gradients(genuine):
    found = gradients(*genuine, steps=tuple(MIDPOINTS))
    assert found.difference == pytest.approx(DIFFERENCE, abs=0.05)
    assert found.left_sum == pytest.approx(LEFT_SUM, rel=0.02, abs=0.1)
    assert found.midpoints == pytest.approx(MIDPOINTS, rel=0.02)


@pytest.mark.course
def test_smoothgrad(genuine):
    """The noise is drawn anew, so a single sample may differ much, and 500 hardly."""
    model, images, labels = genuine
    for samples, tolerance in {1: 0.5, 10: 0.2, 50: 0.1, 500: 0.05}.items():
        found = smoothgrad_maximum(model, images[0], int(labels[0]), samples)
        assert found == pytest.approx(SMOOTHGRAD[samples], rel=tolerance), samples


@pytest.mark.course
def test_lime(genuine):
    model, images, labels = genuine
    if not torch.cuda.is_available():
        pytest.skip("10,000 passes of the full network: needs a GPU")
    found = course.lime(model, images, labels)
    assert [int(one.segments.max()) for one in found] == SUPERPIXELS
    assert [one.r2 for one in found] == pytest.approx(R2, abs=0.01)
    assert [drawn(one) for one in found] == DRAWN
    for picture, feature, weight in ((0, 21, 5.52), (2, 95, -1.77)):
        weights = found[picture].weights
        assert int(weights.abs().argmax()) == feature and weights[feature].item() == pytest.approx(weight, abs=0.05)


# -- that the measuring itself is right, on files that everyone has ----------------------------------------------------


def test_the_figures_are_what_their_names_say():
    model, images, labels = food_cnn(width=4), random_pictures(2), torch.tensor([3, 5])
    figures = gradients(model, images, labels, steps=(200,))
    assert figures.midpoints[200] == pytest.approx(figures.difference[0], rel=0.05), "complete"
    leaf = images[:1].clone().requires_grad_()
    torch.nn.functional.cross_entropy(model(leaf), labels[:1]).backward()
    assert saliency_maxima(model, images, labels)[0] == pytest.approx(leaf.grad.abs().max().item(), rel=1e-4)
    one, many = (smoothgrad_maximum(model, images[0], 3, samples) for samples in (1, 40))
    assert 0 < many < one
    course_map = course.smoothgrad(model, images[:1], 3, samples=40)
    assert course_map.max() == 1 and torch.isfinite(course_map).all()
    positive, negative = drawn(course.lime(model, images[:1], 3, samples=60)[0])
    assert 0 <= positive + negative <= 11
