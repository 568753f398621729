"""Every method leaves inputs, model and random states as they were: after it is done, and after the model breaks."""

import contextlib
import random
import re

import numpy as np
import pytest
import torch
from given.nets import FailsAt, Small, food_cnn, random_pictures
from given.traces import same, trace
from torch import nn

import hw9_xai as xai
from hw9_xai import course

METHODS = {
    "saliency": lambda model, images: xai.saliency(model, images, 1),
    "smoothgrad": lambda model, images: xai.smoothgrad(model, images, 1, samples=4, batch_size=2),
    "integrated_gradients": lambda model, images: xai.integrated_gradients(model, images, 1, steps=4, batch_size=2),
    "lime": lambda model, images: xai.lime(model, images, 1, samples=8, segments=4, batch_size=4),
    "smoothgrad, fast": lambda model, images: xai.smoothgrad(model, images, 1, samples=4, precision="fast"),
    "lime, fast": lambda model, images: xai.lime(model, images, 1, samples=8, segments=4, precision="fast"),
    "gradcam": lambda model, images: xai.gradcam(model, images, 1),
    "gradcam of a layer": lambda model, images: xai.gradcam(model, images, 1, layer=4),
    "occlusion": lambda model, images: xai.occlusion(model, images, 1, window=64, stride=40, batch_size=4),
    "shapley": lambda model, images: xai.shapley(model, images, 1, samples=8, segments=4, batch_size=4),
    "filter_activation": lambda model, images: xai.filter_activation(model, images, 4, 0),
    "filter_activation by name": lambda model, images: xai.filter_activation(model, images, "cnn.4", 0),
    "filter_visualization": lambda model, images: xai.filter_visualization(model, 4, 0, start=images, steps=2),
    "deep_dream": lambda model, images: xai.deep_dream(model, images[0], 4, octaves=2, steps=2),
    "generate_images_on_linear_path": lambda model, images: xai.generate_images_on_linear_path(images[0], 0.0, [0.5]),
    "normalize": lambda model, images: xai.normalize(images),
    "course.saliency": lambda model, images: course.saliency(model, images, 1),
    "course.smoothgrad": lambda model, images: course.smoothgrad(model, images, 1, samples=2),
    "course.integrated_gradients": lambda model, images: course.integrated_gradients(model, images, 1, steps=2),
    "course.lime": lambda model, images: course.lime(model, images, 1, samples=4),
    "course.filter_visualization": lambda model, images: course.filter_visualization(model, images, 4, 0, steps=2),
}
RUNS_THE_WHOLE_MODEL = [name for name in METHODS if name.split(".")[-1] in (
    "saliency", "smoothgrad", "integrated_gradients", "lime", "gradcam", "gradcam of a layer", "occlusion",
    "shapley")]  # fmt: skip


class Drawing(nn.Module):
    """Draws random numbers and is in the middle of training: half its modules, a frozen one, a hooked one."""

    def __init__(self) -> None:
        super().__init__()
        inner = Small().train()
        inner.cnn[1].eval()
        inner.cnn[0].weight.requires_grad_(False)
        inner.cnn[4].weight.grad = torch.ones_like(inner.cnn[4].weight)
        inner.cnn[2].register_forward_hook(lambda *_: None)
        inner.cnn[2].register_full_backward_hook(lambda *_: None)
        self.cnn, self.inner = inner.cnn, inner

    def forward(self, images):
        return self.inner(images + 0 * torch.rand(1))


@pytest.mark.parametrize("make", [Drawing, lambda: food_cnn().train()], ids=["any network", "FoodCNN"])
@pytest.mark.parametrize("method", METHODS)
def test_no_trace_after_a_normal_call(method, make):
    model, images = make(), random_pictures(2).requires_grad_()
    before = trace(model, images)
    METHODS[method](model, images)
    assert same(before, trace(model, images))


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("passes", [1, 2])
@pytest.mark.parametrize("method", RUNS_THE_WHOLE_MODEL)
def test_no_trace_after_the_model_breaks(method, passes, error):
    model, images = FailsAt(Drawing(), passes, error), random_pictures(2)
    before = trace(model, images)
    with pytest.raises(error, match="the network broke") if passes == 1 else contextlib.suppress(error):
        METHODS[method](model, images)
    assert same(before, trace(model, images))


@pytest.mark.parametrize("method", [name for name in METHODS if re.search("filter|dream|gradcam", name)])
def test_no_trace_after_a_layer_breaks(method):
    model, images = Drawing(), random_pictures(2)

    def broken(module, inputs):
        raise RuntimeError("the layer broke")

    model.cnn[3].register_forward_pre_hook(broken)
    before = trace(model, images)
    with pytest.raises(RuntimeError, match="the layer broke"):
        METHODS[method](model, images)
    assert same(before, trace(model, images))


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
@pytest.mark.parametrize("method", METHODS)
def test_works_where_gradients_are_switched_off(method, mode):
    model = food_cnn()
    with mode():
        images = random_pictures(2)
        METHODS[method](model, images)
        assert not torch.is_grad_enabled()


@pytest.mark.parametrize("method", METHODS)
def test_what_comes_back_hangs_on_no_graph(method):
    result = METHODS[method](food_cnn(), random_pictures(2).requires_grad_())
    result = result if isinstance(result, torch.Tensor) else result[0]
    result = result if isinstance(result, torch.Tensor) else result.weights
    assert not result.requires_grad


def test_the_trace_sees_what_it_should():
    model, images = Drawing(), random_pictures(2)
    for touch in (
        lambda: model.train(False),
        lambda: torch.rand(1),
        lambda: random.random(),
        lambda: np.random.rand(),
        lambda: model.inner.cnn[0].weight.data.add_(1),
        lambda: model.inner.cnn[4].weight.grad.add_(1),
        lambda: model.inner.cnn[3].register_forward_hook(print),
        lambda: images.add_(0.1),
        lambda: model.inner.head[1].weight.requires_grad_(False),
    ):
        before = trace(model, images)
        touch()
        assert not same(before, trace(model, images))
