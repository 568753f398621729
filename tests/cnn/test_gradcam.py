import re

import captum.attr
import pytest
import torch
import torchvision
from given.nets import FailsAt, Linear, OneFilter, Small, food_cnn, random_pictures
from torch import nn
from torch.nn.functional import interpolate

from hw9_xai import food_mask, gradcam, load_classifier, load_pictures, trust


def captums(model, layer, images, labels):
    coarse = captum.attr.LayerGradCam(model, layer).attribute(images, target=labels, relu_attributions=True)
    return captum.attr.LayerAttribution.interpolate(coarse, tuple(images.shape[2:]), "bilinear")[:, 0].detach()


def architecture(name):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return getattr(torchvision.models, name)(weights=None).eval()


def test_of_known_channels_and_weights_is_their_weighted_sum_cut_off_at_zero():
    """Channels are the colours; the score is 2 red - blue, averaged over HW pixels: the weights are 2/HW, 0, -1/HW."""
    model = nn.Sequential(
        nn.Conv2d(3, 3, 1, bias=False), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2)
    )
    model[0].weight.data = torch.eye(3)[:, :, None, None]
    model[4].weight.data = torch.tensor([[2.0, 0.0, -1.0], [-2.0, 0.0, 1.0]])
    images = random_pictures(2, 3, 16, 24)
    lean = (2 * images[:, 0] - images[:, 2]) / (16 * 24)
    assert torch.allclose(gradcam(model, images, 0), lean.relu(), atol=1e-7)
    assert torch.allclose(gradcam(model, images, 1), (-lean).relu(), atol=1e-7)


def test_a_coarse_map_is_stretched_to_the_picture_without_reaching_beyond_its_values():
    model = nn.Sequential(nn.AvgPool2d(8), OneFilter().cnn, nn.Flatten(), nn.Linear(4, 1, bias=False))
    model[3].weight.data.fill_(1.0)
    images = torch.zeros(1, 3, 16, 16)
    images[:, 0, :8, :8] = 1.0
    (map,) = gradcam(model, images, 0)
    assert map.shape == (16, 16) and map[0, 0] == 1 and map[-1].max() == 0 and map[:, -1].max() == 0
    assert (map[0].diff() <= 0).all() and map.max() == 1


@pytest.mark.parametrize("layer", [15, "cnn.15", 36, 3, 34])  # ReLU, the last ReLU, a convolution and its batch norm
def test_equals_captum_on_any_layer_of_the_classifier(layer):
    model, images, labels = food_cnn(), random_pictures(3), torch.tensor([0, 10, 4])
    theirs = captums(model, model.cnn[int(str(layer).split(".")[-1])], images, labels)
    assert torch.allclose(
        gradcam(model, images, labels, layer=layer), theirs, rtol=1e-5, atol=1e-6 * float(theirs.max())
    )


@pytest.mark.parametrize(
    "name, last",
    [
        ("resnet18", "layer4.1.relu"),
        ("resnet50", "layer4.2.relu"),
        ("vgg11", "features.19"),
        ("mobilenet_v2", "features.18.2"),
        ("mobilenet_v3_small", "features.12.2"),
        ("efficientnet_b0", "features.8.2"),
    ],
)
def test_takes_torchvisions_last_activation_and_equals_captum_on_what_it_gives(name, last):
    model, images = architecture(name), random_pictures(2, 3, 64, 96)
    labels = model(images).argmax(1)  # random weights give many classes an empty map
    ours = gradcam(model, images, labels)
    assert torch.equal(ours, gradcam(model, images, labels, layer=last))
    theirs = captums(model, model.get_submodule(last), images, labels)
    assert theirs.any() and torch.allclose(ours, theirs, rtol=1e-4, atol=1e-5 * float(theirs.max()))


def test_takes_the_classifiers_last_relu_and_peaks_on_the_food():
    model, pictures = load_classifier(), load_pictures()
    maps = gradcam(model, pictures.images, pictures.labels)
    assert torch.equal(maps, gradcam(model, pictures.images, pictures.labels, layer=36))
    assert maps.shape == (10, 128, 128) and maps.min() >= 0
    assert all(trust.pointing(map, food_mask(masks)) == 1 for map, masks in zip(maps, pictures.masks, strict=True))


class Twice(nn.Module):
    """One ReLU runs three times: on a fine map, on a coarse one, and on what is no map."""

    def __init__(self):
        super().__init__()
        self.relu, self.pool, self.head = nn.ReLU(inplace=True), nn.AvgPool2d(2), nn.Linear(3, 2)

    def forward(self, images):
        coarse = self.relu(self.pool(self.relu(images - 0.2)) - 0.1)
        return self.head(self.relu(coarse.mean((2, 3))))


def test_of_a_module_that_runs_several_times_the_last_map_counts():
    model, images = Twice(), random_pictures(1, 3, 16, 16)
    coarse = (nn.functional.avg_pool2d((images - 0.2).relu(), 2) - 0.1).relu()
    expected = torch.einsum("nchw,c->nhw", coarse, model.head.weight[1] / 64).relu()
    expected = interpolate(expected[:, None], (16, 16), mode="bilinear")[:, 0]
    assert torch.allclose(gradcam(model, images, 1), expected.detach(), atol=1e-6)


def test_what_is_done_in_place_to_the_layers_output_changes_nothing():
    def net(inplace):
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace), nn.Flatten(), nn.Linear(4 * 14 * 14, 3))

    images = random_pictures(1, 3, 16, 16)
    maps = [gradcam(net(inplace), images, 0, layer="0") for inplace in (False, True)]
    assert torch.equal(*maps) and maps[0].any()


def test_a_model_whose_activations_are_functions_is_explained_at_its_last_convolution():
    class Functional(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second, self.head = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 3), nn.Linear(5, 2)

        def forward(self, images):
            return self.head(self.second(self.first(images).relu()).relu().mean((2, 3)))

    model, images = Functional(), random_pictures(1, 3, 16, 16)
    assert torch.equal(gradcam(model, images, 1), gradcam(model, images, 1, layer="second"))


def test_a_network_that_is_frozen_is_explained_too():
    frozen = food_cnn().requires_grad_(False)
    assert torch.equal(gradcam(frozen, random_pictures(1), 2), gradcam(food_cnn(), random_pictures(1), 2))


def test_a_picture_does_not_depend_on_the_others():
    model, images = food_cnn(), random_pictures(6)  # more than one batch on a CPU
    together = gradcam(model, images, list(range(6)))
    for i in range(6):
        assert torch.allclose(gradcam(model, images[i : i + 1], i)[0], together[i], atol=1e-6)


def vit():
    return torchvision.models.VisionTransformer(32, 16, 1, 2, 8, 16, num_classes=4).eval()


@pytest.mark.parametrize(
    "make, options, problem",
    [
        (Linear, {}, "model: expected an activation or a convolution that gives a map .* got none, .*; name a layer"),
        (vit, {}, r"model: expected an activation .* got \(1, 5, 16\) from the last of \d+; name a layer"),
        (Small, {"layer": "head.1"}, r"layer: expected one that gives a map \(N, C, h, w\) .*, got \(2, 5\)"),
        (Small, {"layer": "nowhere"}, "layer: no layer 'nowhere'"),
        (Small, {"layer": 7}, "layer: expected a whole number from 0 to 6, got 7"),
        (Small, {"layer": nn.ReLU()}, "layer: this ReLU is no part of the model"),
        (Linear, {"layer": 0}, "layer: the model has no `cnn`"),
        (lambda: FailsAt(Small(), 9), {"layer": "never"}, "layer: the model never runs this Identity"),
    ],
)
def test_a_layer_without_a_map_is_one_sentence(make, options, problem):
    model, size = make(), 32 if make is vit else 16
    model.add_module("never", nn.Identity())
    with pytest.raises(ValueError, match=f"^{problem}") as caught:
        gradcam(model, random_pictures(2, 3, size, size), 1, **options)
    assert "\n" not in str(caught.value) and not re.search("None|Error", str(caught.value))
