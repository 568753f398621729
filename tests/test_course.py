"""The presets against a direct transcription of the formulas in the homework's fact sheet, pass by pass.

On a small network, and (pytest -m bench) on stand-ins of the homework's own files: its network at full width, read from
a checkpoint in the old form, and ten JPEGs of the stated sizes, both out of the ZIP in the ZIP.
"""

import numpy as np
import pytest
import torch
from lime_package import lime_package
from nets import Linear, Recorder, food_cnn, random_pictures
from skimage.segmentation import slic
from stand_ins import course_zip
from torch import nn

from hw9_xai import course, load_classifier, load_pictures
from hw9_xai.instructor.files.add import add
from hw9_xai.instructor.files.shelf import use


@pytest.fixture(params=["small", pytest.param("full width", marks=pytest.mark.bench)])
def given(request, tmp_path, cache):
    """A model, two pictures, and how many passes can be afforded."""
    if request.param == "small":
        return food_cnn(), random_pictures(2), 10
    add(course_zip(tmp_path, width=128))
    use("course")
    return load_classifier(), load_pictures().images[[2, 9]], 2


def loss_gradient(model, picture, label):
    picture = picture.clone().requires_grad_()
    nn.functional.cross_entropy(model(picture[None]), torch.tensor([label])).backward()
    model.zero_grad()
    return picture.grad


def min_max(values):
    return (values - values.min()) / (values.max() - values.min())


def test_saliency(given):
    model, images, _ = given
    maps = course.saliency(model, images, [4, 9])
    for ours, image, label in zip(maps, images, [4, 9], strict=True):
        assert torch.allclose(ours, min_max(loss_gradient(model, image, label).abs().amax(0)), atol=1e-5)


def test_smoothgrad_draws_noise_of_the_square_of_the_quotient():
    model, image = Recorder(Linear()), 0.1 + 0.8 * random_pictures(1, 3, 16, 16)
    course.smoothgrad(model, image, 0, samples=300)
    noise = torch.cat(model.fed) - image
    spread = (image.max() - image.min()).item()
    assert noise.std().item() == pytest.approx((0.4 / spread) ** 2, rel=0.01)


def test_smoothgrad_is_the_mean_of_absolute_loss_gradients(given):
    model, images, samples = given
    recorder = Recorder(model)
    ours = course.smoothgrad(recorder, images[:1], 3, samples=samples)[0]
    total = sum(loss_gradient(model, noisy, 3).abs() for noisy in torch.cat(recorder.fed))
    assert torch.allclose(ours, min_max(total / samples), atol=1e-5)


def test_integrated_gradients_is_a_left_sum_from_black_without_the_factor(given):
    model, images, steps = given
    image = images[0]
    total = torch.zeros_like(image)
    for step in range(steps):
        picture = (image * step / steps).requires_grad_()
        total += torch.autograd.grad(model(picture[None])[0, 6], picture)[0] / steps
    ours = course.integrated_gradients(model, image[None], 6, steps=steps)[0]
    # Single gradients hang on the last bit where a ReLU or a maximum does; the map as a whole does not.
    assert ((ours - total).norm() / total.norm()).item() < 1e-2
    assert ((ours - total).abs() < 1e-5 * total.abs().max()).float().mean() > 0.9


def test_lime_equals_the_package_called_as_the_homework_did(given):
    (model, images, passes), labels = given, [2, 7]
    samples = 15 * passes

    def segmentation(array):
        return slic(array, n_segments=200, compactness=1, sigma=1, start_label=1)

    stream = np.random.RandomState(16)  # stands for np.random.seed(16) and the global stream after it
    for ours, image, label in zip(course.lime(model, images, labels, samples=samples), images, labels, strict=True):
        weights, intercept, r2, _, _ = lime_package(image, model, label, samples, segmentation, stream)
        assert ours.segments.min() == 1 and len(weights) == ours.segments.max()
        assert np.abs(ours.weights[:-1].numpy() - weights).max() < 1e-4 * np.abs(weights).max()
        assert ours.weights[-1] == 0  # no feature stands for the last segment
        assert (ours.intercept, ours.r2) == pytest.approx((intercept, r2), rel=1e-3)


def test_filters_climb_from_the_pictures_as_one_sum_and_leave_the_bounds(given):
    model, images, passes = given
    steps = 2 * passes
    code = images.clone().requires_grad_()
    optimizer = torch.optim.Adam([code], lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        (-model.cnn[:7](code)[:, 0].sum()).backward()
        optimizer.step()
    ours = course.filter_visualization(model, images, 6, 0, steps=steps)
    assert ((ours - code).norm() / (code - images).norm()).item() < 0.05
    assert ours.min() < 0 or ours.max() > 1
